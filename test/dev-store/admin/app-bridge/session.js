// Session tokens: issued by the admin, added to the app's own requests, and renewed on the bounce page.

import { ask } from "./channel.js";

const RETRY = "X-Shopify-Retry-Invalid-Session-Request";
const REAUTHORIZE = "X-Shopify-API-Request-Failure-Reauthorize";
const plainFetch = window.fetch.bind(window);

export const idToken = () => ask("id-token");

async function fetchWithToken(request) {
  const headers = new Headers(request.headers);
  headers.set("Authorization", `Bearer ${await idToken()}`);
  headers.set("X-Requested-With", "XMLHttpRequest");
  return plainFetch(new Request(request, { headers }));
}

export function authorizeFetch() {
  window.fetch = async (input, init) => {
    const request = new Request(input, init);
    if (new URL(request.url).origin !== location.origin || request.headers.has("Authorization")) {
      return plainFetch(request);
    }
    const again = request.clone(); // the body of a request can be read once
    let response = await fetchWithToken(request);
    if (response.headers.has(RETRY)) response = await fetchWithToken(again);
    if (response.headers.get(REAUTHORIZE) === "1") open(response.headers.get(`${REAUTHORIZE}-Url`), "_top");
    return response;
  };
}

/** The app's bounce page names the URL to return to with a new token. */
export async function returnFromBounce() {
  const target = new URLSearchParams(location.search).get("shopify-reload");
  if (!target) return;
  const address = new URL(target, location.href);
  address.searchParams.set("id_token", await idToken());
  location.replace(address);
}
