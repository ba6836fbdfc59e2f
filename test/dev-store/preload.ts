// `node --import ./test/dev-store/preload.ts`: sends requests for https://*.myshopify.com to the store at DEV_STORE_URL on
// loopback. A process that was started with a channel to its parent ends when the parent ends, because the store ends with the
// parent. Nothing else changes.

import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";

const END_MS = 5_000;

/** False in a test's own process that imports this file: its channel belongs to the test runner. */
const isPreloaded = process.execArgv.some((argument) => argument.endsWith(fileURLToPath(import.meta.url)));

if (isMainThread && isPreloaded && process.channel) {
  process.once("disconnect", () => {
    process.kill(process.pid, "SIGTERM");
    setTimeout(() => process.exit(1), END_MS).unref();
  });
  // The listener must not keep the process running.
  process.channel.unref();
}

const realFetch = globalThis.fetch;

globalThis.fetch = (input, init) => {
  const request = input instanceof Request ? input : null;
  const url = new URL(request === null ? String(input) : request.url);
  if (url.protocol !== "https:" || !url.hostname.endsWith(".myshopify.com")) return realFetch(input, init);
  const store = process.env["DEV_STORE_URL"];
  if (store === undefined) return Promise.reject(new Error("DEV_STORE_URL is not set: the address of the dev store."));
  const target = new URL(url.pathname + url.search, store);
  const headers = new Headers(init?.headers ?? request?.headers);
  headers.set("x-forwarded-host", url.hostname);
  if (request === null) return realFetch(target, { ...init, headers });
  return realFetch(new Request(target, new Request(request, init)), { headers });
};
