// A web pixel's worker in a browser: the `shopify` global, and then the app's own built bundle. The page sends the facts first.

const WITHHELD = ["indexedDB", "caches", "XMLHttpRequest", "WebSocket", "BroadcastChannel"];

onmessage = ({ data: facts }) => {
  importScripts(facts.sandbox);
  const { shopify, receive } = globalThis.makeSandbox(facts, (error) => postMessage({ error }));
  globalThis.shopify = shopify;
  onmessage = ({ data }) => receive(data);
  for (const name of WITHHELD) Object.defineProperty(globalThis, name, { value: undefined });
  importScripts(facts.bundle);
  postMessage({ ready: true });
};
