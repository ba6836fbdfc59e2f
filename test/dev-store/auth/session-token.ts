// The session tokens of a page in the admin and of a UI extension in the checkout.

import { randomUUID } from "node:crypto";
import type { ShopState, Store } from "../model.ts";
import { signJwt, type Claims } from "./jwt.ts";

/** The token of the app's frame in the admin, valid for one minute. */
export function sessionToken(store: Store, shop: ShopState, { userId = "1" }: { userId?: string } = {}): string {
  const claims = commonClaims(store, 60);
  const of = { iss: `https://${shop.domain}/admin`, dest: `https://${shop.domain}`, sub: userId, sid: randomUUID() };
  return signJwt({ ...of, ...claims }, store.config.apiSecret);
}

/** The token of a UI extension, valid for five minutes. It names the customer only if the customer is signed in. */
export function checkoutSessionToken(
  store: Store,
  shop: ShopState,
  { customerId }: { customerId?: string } = {},
): string {
  const claims: Claims = { dest: shop.domain, ...commonClaims(store, 300) };
  if (customerId !== undefined) claims["sub"] = `gid://shopify/Customer/${customerId}`;
  return signJwt(claims, store.config.apiSecret);
}

/** Wall-clock times, whatever the store's clock says: the receiver checks the token against the real time. */
function commonClaims(store: Store, seconds: number): Claims {
  const now = Math.floor(Date.now() / 1000);
  return { aud: store.config.apiKey, exp: now + seconds, nbf: now, iat: now, jti: randomUUID() };
}
