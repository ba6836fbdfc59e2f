// Installing and uninstalling the app as the merchant.

import { appIdOf, resolveNamespace } from "../admin-api/app-namespace.ts";
import { emitAll, newEventId, stamp } from "../happen.ts";
import type { Installation, ShopState, Store } from "../model.ts";
import { declareMetafields } from "./declared-metafields.ts";

const DAY = 86_400_000;

/** Grants the scopes of shopify.app.toml. Sends nothing: the app learns of the installation when the merchant opens the app. */
export function installApp(store: Store, shop: ShopState, scopes: string[] = store.app.scopes): Installation {
  shop.redactAt = null;
  shop.installation ??= { id: store.newId(shop), clientId: store.config.apiKey, scopes, installedAt: stamp(store) };
  declareMetafields(store, shop);
  store.touch();
  return shop.installation;
}

/** Removes the app's blocks from theme and checkout, the web pixel, and the app-data metafields. shop/redact follows after two days. */
export function uninstallApp(store: Store, shop: ShopState): void {
  const installation = shop.installation;
  if (installation === null) return;
  emitAll(store, shop, newEventId(), [{ topic: "app/uninstalled", resourceId: shop.id }]);
  shop.installation = null;
  shop.themeBlocks = [];
  shop.checkoutBlocks = [];
  delete shop.webPixel;
  const own = resolveNamespace("$app", appIdOf(store));
  for (const [key, metafield] of shop.metafields) {
    const isOfCustomer = metafield.namespace === own && store.switches.uninstallTakesMetafields;
    if (isOfCustomer || metafield.ownerId === `gid://shopify/AppInstallation/${installation.id}`)
      shop.metafields.delete(key);
  }
  shop.redactAt = new Date(store.clock.now().getTime() + 2 * DAY).toISOString();
  awaitRedaction(store, shop);
}

/** Sends shop/redact when it is due, unless the app is installed again by then. */
export function awaitRedaction(store: Store, shop: ShopState): void {
  const due = shop.redactAt;
  if (due === null) return;
  store.clock.after(Math.max(0, Date.parse(due) - store.clock.now().getTime()), () => {
    if (shop.redactAt === due) redactShop(store, shop);
  });
}

export function redactShop(store: Store, shop: ShopState): void {
  shop.redactAt = null;
  emitAll(store, shop, newEventId(), [{ topic: "shop/redact", resourceId: shop.id }]);
}

export function changeScopes(store: Store, shop: ShopState, scopes: string[]): void {
  const installation = shop.installation;
  if (installation === null) return;
  const previous = installation.scopes;
  installation.scopes = scopes;
  const data = { previous, current: scopes };
  emitAll(store, shop, newEventId(), [{ topic: "app/scopes_update", resourceId: installation.id, data }]);
}
