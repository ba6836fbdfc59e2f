// The app proxy: signs requests below /{prefix}/{subpath}, sends them to the app without cookies, and returns the answers as the
// shop's own.

import { createHmac } from "node:crypto";
import { answerText, type StoreAnswer } from "../http.ts";
import type { Store } from "../model.ts";
import { renderPage, type Storefront } from "./page.ts";

const PATIENCE = 10_000;
const MOST_HOPS = 5;
const NOT_PASSED_ON = new Set([
  "connection",
  "content-length",
  "cookie",
  "expect",
  "host",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "accept-encoding",
]);
const NOT_PASSED_BACK = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "keep-alive",
  "set-cookie",
  "transfer-encoding",
]);
const SIGNED = ["shop", "logged_in_customer_id", "path_prefix", "timestamp", "signature"];

/** Hex HMAC over all parameters as `key=value`, sorted and joined without a separator. Values of one key are joined by commas. */
export function signProxyQuery(query: URLSearchParams, secret: string): string {
  const message = [...new Set(query.keys())]
    .filter((key) => key !== "signature")
    .map((key) => `${key}=${query.getAll(key).join(",")}`)
    .sort()
    .join("");
  return createHmac("sha256", secret).update(message).digest("hex");
}

/** The app's URL for a proxy path. The origin in the configuration is replaced by where the app listens. */
function upstreamUrl(store: Store, path: string, pathPrefix: string): URL {
  const configured = new URL(store.app.proxy?.url ?? "/", store.app.applicationUrl || "https://app.example");
  const rest = path.slice(pathPrefix.length);
  return new URL(configured.pathname.replace(/\/$/, "") + rest, store.config.appUrl);
}

function signedQuery({ store, shop, request, visit }: Storefront, pathPrefix: string): URLSearchParams {
  const query = new URLSearchParams(request.url.searchParams);
  for (const name of SIGNED) query.delete(name);
  query.set("shop", shop.domain);
  query.set("logged_in_customer_id", visit.shopper?.id ?? "");
  query.set("path_prefix", pathPrefix);
  // The app checks the age against its own clock and not the store's.
  query.set("timestamp", String(Math.floor(Date.now() / 1000)));
  query.set("signature", signProxyQuery(query, store.config.apiSecret));
  return query;
}

async function askApp(front: Storefront, pathPrefix: string): Promise<Response> {
  const { store, shop, request } = front;
  const url = upstreamUrl(store, request.url.pathname, pathPrefix);
  url.search = signedQuery(front, pathPrefix).toString();
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) if (!NOT_PASSED_ON.has(name)) headers.set(name, value);
  headers.set("x-forwarded-for", request.headers["x-forwarded-for"] ?? "127.0.0.1");
  headers.set("x-forwarded-host", shop.domain);
  headers.set("x-forwarded-proto", "https");
  const body = request.method === "GET" || request.method === "HEAD" ? null : new Uint8Array(request.body);
  const signal = AbortSignal.timeout(PATIENCE);
  const response = await fetch(url, { method: request.method, headers, body, redirect: "manual", signal });
  return followRedirects(store, response, url, signal);
}

/** The shopper never sees a redirect: the proxy follows redirects to the app itself. */
async function followRedirects(store: Store, first: Response, from: URL, signal: AbortSignal): Promise<Response> {
  let response = first;
  for (let hops = 0, at = from; hops < MOST_HOPS && response.status >= 300 && response.status < 400; hops++) {
    const location = response.headers.get("location");
    const next = location === null ? null : new URL(location, at);
    const homes = [store.config.appUrl, store.app.applicationUrl].flatMap((home) => (home ? new URL(home).origin : []));
    if (next === null || !homes.includes(next.origin)) return response;
    at = new URL(next.pathname + next.search, store.config.appUrl);
    response = await fetch(at, { redirect: "manual", signal });
  }
  return response;
}

/** A Liquid answer is rendered in the theme, unless it asks for no layout. */
export async function answerProxy(front: Storefront): Promise<StoreAnswer | null> {
  const { store, shop, request } = front;
  const proxy = store.app.proxy;
  if (proxy === null || shop.installation === null) return null;
  const pathPrefix = `/${proxy.prefix}/${proxy.subpath}`;
  if (request.url.pathname !== pathPrefix && !request.url.pathname.startsWith(`${pathPrefix}/`)) return null;
  let response: Response;
  try {
    response = await askApp(front, pathPrefix);
  } catch (error) {
    const isSlow = error instanceof Error && error.name === "TimeoutError";
    return answerText(isSlow ? "The app took too long." : "The app did not answer.", isSlow ? 504 : 502);
  }
  const body = Buffer.from(await response.arrayBuffer());
  if ((response.headers.get("content-type") ?? "").startsWith("application/liquid")) {
    const title = store.app.name;
    return renderPage(front, { template: "proxy", title, status: response.status }, body.toString("utf8"));
  }
  const headers: StoreAnswer["headers"] = {};
  for (const [name, value] of response.headers) if (!NOT_PASSED_BACK.has(name)) headers[name] = value;
  return { status: response.status, headers, body };
}
