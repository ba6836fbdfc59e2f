// JSON web tokens signed with the app's secret (HS256), as Shopify's session tokens are.

import { createHmac, timingSafeEqual } from "node:crypto";

export type Claims = Record<string, string | number>;

export function signJwt(claims: Claims, secret: string): string {
  const body = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${body}.${signature(body, secret)}`;
}

/** Null if the token is malformed, or signed with another secret or algorithm. Times are not checked. */
export function readJwt(token: string, secret: string): Claims | null {
  const [header = "", payload = "", signed = "", ...rest] = token.split(".");
  if (rest.length > 0 || !sameText(signed, signature(`${header}.${payload}`, secret))) return null;
  const head = decode(header);
  return head?.["alg"] === "HS256" ? decode(payload) : null;
}

function encode(value: Claims): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function decode(part: string): Claims | null {
  try {
    const value: Claims = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null ? value : null;
  } catch {
    return null;
  }
}

function signature(body: string, secret: string): string {
  return createHmac("sha256", secret).update(body).digest("base64url");
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
