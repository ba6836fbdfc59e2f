// Shopify's ids are 64-bit integers in JSON, which must not pass through a float.

declare global {
  interface JSON {
    /** ECMAScript 2026, in Node 22 and newer. */
    rawJSON(text: string): RawJson;
    isRawJSON(value: unknown): value is RawJson;
  }
}

/** A JSON number that is written digit by digit. */
export type RawJson = { readonly rawJSON: string };

/** A numeric id as an exact JSON integer. */
export function exact(id: string): RawJson {
  return JSON.rawJSON(id);
}

export function exactOrNull(id: string | null): RawJson | null {
  return id === null ? null : exact(id);
}

export function serialise(payload: unknown): Buffer {
  return Buffer.from(JSON.stringify(payload), "utf8");
}
