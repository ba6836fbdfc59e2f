// The signature of requests that come through Shopify's app proxy.
// https://shopify.dev/docs/apps/build/online-store/app-proxies/authenticate-app-proxies
// Shopify signs `name=value` of all parameters, sorted and joined without a separator: the signed text "a=1b=2" may be a=1 and b=2,
// or a="1b=2". So the form of the parameters is checked before the signature: each reserved parameter occurs once and has its form;
// each of our own parameters occurs once, with a short name of letters and no "=" in the value.
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Instant } from "../instant.ts";

export type ProxyQuery = {
  shop: string;
  /** Null: no customer is signed in. */
  customerId: string | null;
  pathPrefix: string;
  /** Our own parameters. */
  parameters: Record<string, string>;
};

export type ProxyVerdict = { ok: true; query: ProxyQuery } | { ok: false; status: 400 | 401; reason: string };

const RESERVED: Record<string, RegExp> = {
  shop: /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/,
  logged_in_customer_id: /^\d{0,20}$/,
  path_prefix: /^\/(?:a|apps|community|tools)\/[A-Za-z0-9_-]{1,60}$/,
  timestamp: /^\d{1,12}$/,
  signature: /^[0-9a-f]{64}$/,
};
const OWN_NAME = /^[a-z]{1,12}$/;
const OWN_VALUE = /^[^=&]{0,500}$/;
const WINDOW_SECONDS = 90;

/** Shopify's code samples sort differently, by the whole `name=value` or by the name. Either signature is accepted. */
function signaturesOf(pairs: [string, string][], secret: string): Buffer[] {
  const texts = [
    pairs.map(([name, value]) => `${name}=${value}`).sort(byBytes),
    pairs.toSorted(([a], [b]) => byBytes(a, b)).map(([name, value]) => `${name}=${value}`),
  ];
  return texts.map((text) => createHmac("sha256", secret).update(text.join("")).digest());
}

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

const refusal = (reason: string): ProxyVerdict => ({ ok: false, status: 400, reason });

function faultOf(pairs: [string, string][]): string | null {
  const names = pairs.map(([name]) => name);
  if (new Set(names).size !== names.length) return "a parameter is given twice";
  for (const name of Object.keys(RESERVED)) if (!names.includes(name)) return `${name} is missing`;
  for (const [name, value] of pairs) {
    const form = Object.hasOwn(RESERVED, name) ? RESERVED[name] : undefined;
    if (form ? !form.test(value) : !OWN_NAME.test(name)) return form ? `${name} is malformed` : "an unknown parameter";
    if (!form && !OWN_VALUE.test(value)) return "a value is malformed";
  }
  return null;
}

/** `secrets`: the app's client secret, and the earlier one while Shopify changes over. An empty secret is ignored. */
export function readProxyQuery(search: URLSearchParams, secrets: readonly string[], now: Instant): ProxyVerdict {
  const pairs = [...search];
  const fault = faultOf(pairs);
  if (fault !== null) return refusal(fault);
  const {
    shop = "",
    logged_in_customer_id = "",
    path_prefix = "",
    timestamp = "",
    signature = "",
    ...parameters
  } = Object.fromEntries(pairs);
  const given = Buffer.from(signature, "hex");
  const signed = pairs.filter(([name]) => name !== "signature");
  const isSigned = secrets
    .filter((secret) => secret !== "")
    .flatMap((secret) => signaturesOf(signed, secret))
    .some((expected) => timingSafeEqual(expected, given));
  if (!isSigned) return { ok: false, status: 401, reason: "the signature does not fit" };
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > WINDOW_SECONDS) {
    return { ok: false, status: 401, reason: "the request is too old" };
  }
  return { ok: true, query: { shop, customerId: logged_in_customer_id || null, pathPrefix: path_prefix, parameters } };
}
