// Who may frame a page: the shop's own admin, and for a page of no shop nobody.
// https://shopify.dev/docs/apps/build/security/set-up-iframe-protection
import { decodeJwt } from "jose";

const DOMAIN = /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/;

/** The shop's domain where the text is one and nothing else: it goes into headers. */
export const shopDomain = (text: string | null | undefined): string | null => (text && DOMAIN.test(text) ? text : null);

/** From the Authorization header, or from the address of a document. Not verified. */
export function idTokenOf(request: Request): string | undefined {
  const bearer = /^Bearer (\S+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
  return bearer ?? new URL(request.url).searchParams.get("id_token") ?? undefined;
}

/** `user`: the id of the member of staff who is there. */
type Claims = { shop: string | null; issuer: string; ends: boolean; user: string | null };

/** What a token claims, unverified; null where it is none. */
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
  // A page that a token opened may be framed by that token's shop only, whatever the address says.
  return token === undefined ? named : (claimsOf(token)?.shop ?? null);
}

export function setDocumentHeaders(request: Request, headers: Headers): void {
  const shop = framedBy(request);
  const ancestors = shop === null ? "'none'" : `https://${shop} https://admin.shopify.com`;
  headers.set("Content-Security-Policy", `frame-ancestors ${ancestors};`);
  headers.set("X-Content-Type-Options", "nosniff");
  // Addresses hold id tokens: they stay here.
  headers.set("Referrer-Policy", "no-referrer");
}

/** What the library asks of an address. */
const NAMED = ["shop", "host", "embedded", "id_token"];

/**
 * The same request for the library, whose redirects repeat the query: Shopify signs queries with the app's secret, and
 * in a Location a signature would reach whoever asked. A page is found again by its path alone.
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

/** A page of nothing that leads on, with the query as the browser has it. */
export function goOnTo(path: string, request: Request): Response {
  const script = `location.replace(${JSON.stringify(path)} + location.search)`;
  const headers = new Headers({ "Content-Type": "text/html; charset=utf-8" });
  setDocumentHeaders(request, headers);
  return new Response(`<!doctype html><title>Regulars</title><script>${script}</script>\n`, { headers });
}
