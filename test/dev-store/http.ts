// The types of the store's requests and answers, and readers of bodies.

import type { ShopState, Store } from "./model.ts";

export type StoreRequest = {
  method: string;
  /** The URL as the shopper's browser or the app sees it, with decoded search parameters. */
  url: URL;
  /** Names in lower case. Repeated headers are joined with ", ", cookies with "; ". */
  headers: Record<string, string>;
  body: Buffer;
};

export type StoreAnswer = {
  /** 0 closes the connection without an answer, as a fault may. */
  status: number;
  headers: Record<string, string | string[]>;
  body: string | Buffer;
};

/** Null: the request belongs to another handler. */
export type Face = (store: Store, shop: ShopState, request: StoreRequest) => Promise<StoreAnswer | null>;

export function answerHtml(body: string, status = 200, headers: StoreAnswer["headers"] = {}): StoreAnswer {
  return { status, headers: { "content-type": "text/html; charset=utf-8", ...headers }, body };
}

export function answerJson(value: unknown, status = 200, headers: StoreAnswer["headers"] = {}): StoreAnswer {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(value),
  };
}

export function answerText(body: string, status = 200, headers: StoreAnswer["headers"] = {}): StoreAnswer {
  return { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers }, body };
}

export function redirect(location: string, headers: StoreAnswer["headers"] = {}, status = 303): StoreAnswer {
  return { status, headers: { location, ...headers }, body: "" };
}

export function readForm(request: StoreRequest): URLSearchParams {
  return new URLSearchParams(request.body.toString("utf8"));
}

/** Throws a SyntaxError if the body is not JSON. */
export function readJson(request: StoreRequest): unknown {
  return JSON.parse(request.body.toString("utf8"));
}

/** A form, or a JSON object of plain values, as a record of texts. */
export function readFields(request: StoreRequest): Record<string, string> {
  if (!(request.headers["content-type"] ?? "").includes("json")) return Object.fromEntries(readForm(request));
  const value = request.body.length === 0 ? {} : readJson(request);
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, field == null ? "" : String(field)]));
}

export function readCookie(request: StoreRequest, name: string): string | null {
  for (const part of (request.headers["cookie"] ?? "").split(";")) {
    const equals = part.indexOf("=");
    if (equals > 0 && part.slice(0, equals).trim() === name) return decodeURIComponent(part.slice(equals + 1).trim());
  }
  return null;
}

/** A `set-cookie` value for the whole shop. Without maxAge it ends with the browser session. */
export function setCookie(name: string, value: string, options: { maxAge?: number; httpOnly?: boolean } = {}): string {
  const age = options.maxAge === undefined ? "" : `; Max-Age=${options.maxAge}`;
  return `${name}=${encodeURIComponent(value)}; Path=/; SameSite=Lax${age}${options.httpOnly ? "; HttpOnly" : ""}`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
