// The URL at which the admin frames the app, with the query that Shopify adds.

import { createHmac } from "node:crypto";
import { sessionToken } from "../auth/session-token.ts";
import type { ShopState, Store } from "../model.ts";

const HOST = "127.0.0.1";

export function shopHandle(shop: ShopState): string {
  return shop.domain.replace(/\..*$/, "");
}

/** The app's public origin, which is the tunnel's. */
export function tunnelOrigin(store: Store): string {
  return `http://${HOST}:${store.config.tunnelPort}`;
}

/** The origins at which a browser can open this store's admin. */
export function adminOrigins(store: Store): string[] {
  return [HOST, "localhost", "*.localhost"].map((name) => `http://${name}:${store.config.port}`);
}

/** `path`: what follows the app's root in the admin's URL, with its own query. */
export function frameUrl(store: Store, shop: ShopState, path: string): string {
  const url = new URL(path.startsWith("/") ? path : `/${path}`, tunnelOrigin(store));
  const added: Record<string, string> = {
    embedded: "1",
    host: Buffer.from(`admin.shopify.com/store/${shopHandle(shop)}`)
      .toString("base64")
      .replace(/=+$/, ""),
    id_token: sessionToken(store, shop),
    locale: shop.locale,
    session: createHmac("sha256", store.config.apiSecret).update(shop.domain).digest("hex"),
    shop: shop.domain,
    timestamp: String(Math.floor(Date.now() / 1000)), // the app checks the age against its own clock
  };
  for (const [key, value] of Object.entries(added)) url.searchParams.set(key, value);
  url.searchParams.delete("hmac");
  const sorted = [...url.searchParams].sort(([a], [b]) => (a < b ? -1 : 1));
  const message = new URLSearchParams(sorted).toString();
  url.searchParams.set("hmac", createHmac("sha256", store.config.apiSecret).update(message).digest("hex"));
  return url.href;
}
