// `node --import ./test/dev-store/preload.ts`: https://*.myshopify.com leads to the store on loopback. Nothing else changes.

const address = process.env["DEV_STORE_URL"];
if (address === undefined) throw new Error("DEV_STORE_URL is not set: it is the address of the dev store.");
const store = new URL(address);
const realFetch = globalThis.fetch;

globalThis.fetch = (input, init) => {
  const request = input instanceof Request ? input : null;
  const url = new URL(request === null ? String(input) : request.url);
  if (url.protocol !== "https:" || !url.hostname.endsWith(".myshopify.com")) return realFetch(input, init);
  const target = new URL(url.pathname + url.search, store);
  const headers = new Headers(init?.headers ?? request?.headers);
  headers.set("x-forwarded-host", url.hostname);
  if (request === null) return realFetch(target, { ...init, headers });
  return realFetch(new Request(target, new Request(request, init)), { headers });
};
