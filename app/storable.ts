// Text from outside as PostgreSQL can store it: without NUL and without lone surrogates.

export const storable = (text: string): string =>
  (text.includes("\0") ? text.replaceAll("\0", "") : text).toWellFormed();

/** In JSON both are escaped. Most texts have neither. */
const ESCAPED = /\\u(?:0000|d[89a-f])/i;

/** Throws a SyntaxError where JSON.parse does. */
export const parseStorable = (json: string): unknown =>
  ESCAPED.test(json)
    ? JSON.parse(json, (_key, value: unknown) => (typeof value === "string" ? storable(value) : value))
    : JSON.parse(json);
