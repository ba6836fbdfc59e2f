// Sets who may frame a page: the shop's own admin. A page of no shop may not be framed.
// https://shopify.dev/docs/apps/build/security/set-up-iframe-protection
import { decodeJwt } from "jose";

const DOMAIN = /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/;

/** The text if it is exactly a shop's domain, else null. The domain goes into headers. */
export const shopDomain = (text: string | null | undefined): string | null => (text && DOMAIN.test(text) ? text : null);

/** The id token of the Authorization header, or of a document's URL. Unverified. */
export function idTokenOf(request: Request): string | undefined {
  const bearer = /^Bearer (\S+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
  return bearer ?? new URL(request.url).searchParams.get("id_token") ?? undefined;
}

/** `ends`: the token has an expiry. `user`: the id of the member of staff. */
type Claims = { shop: string | null; issuer: string; ends: boolean; user: string | null };

/** The claims of a token, unverified. Null: not a token. */
export function claimsOf(token: string): Claims | null {
  try {
    const { dest, iss, exp, sub } = decodeJwt(token);
    const host = typeof dest === "string" && URL.canParse(dest) ? new URL(dest).host : null;
    const user = sub !== undefined && /^\d{1,20}$/.test(sub) ? sub : null;
    return { shop: shopDomain(host), issuer: iss ?? "", ends: typeof exp === "number", user };
  } catch {
    return null;
  }
}

function framedBy(request: Request): string | null {
  const token = idTokenOf(request);
  const named = shopDomain(new URL(request.url).searchParams.get("shop"));
  // If the request has a token, only the token's shop may frame the page, whichever shop the URL names.
  return token === undefined ? named : (claimsOf(token)?.shop ?? null);
}

export function setDocumentHeaders(request: Request, headers: Headers): void {
  const shop = framedBy(request);
  const ancestors = shop === null ? "'none'" : `https://${shop} https://admin.shopify.com`;
  headers.set("Content-Security-Policy", `frame-ancestors ${ancestors};`);
  headers.set("X-Content-Type-Options", "nosniff");
  // URLs contain id tokens, which other sites must not get.
  headers.set("Referrer-Policy", "no-referrer");
}

/** The query parameters that the library reads. */
const NAMED = ["shop", "host", "embedded", "id_token"];

/**
 * The request for the library, without other query parameters. The library's redirects repeat the query, and Shopify signs queries
 * with the app's secret: otherwise a Location header could hand a signature to any client.
 */
export function withoutQuery(request: Request): Request {
  const url = new URL(request.url);
  const kept = NAMED.flatMap((name) => {
    const value = url.searchParams.get(name);
    return value === null ? [] : [[name, value]];
  });
  url.search = String(new URLSearchParams(kept));
  return new Request(url, { method: request.method, headers: request.headers });
}

/** An empty page whose script goes to `path` with the query of the browser's URL. */
export function redirectWithQuery(path: string, request: Request): Response {
  const script = `location.replace(${JSON.stringify(path)} + location.search)`;
  const headers = new Headers({ "Content-Type": "text/html; charset=utf-8" });
  setDocumentHeaders(request, headers);
  return new Response(`<!doctype html><title>Regulars</title><script>${script}</script>\n`, { headers });
}
