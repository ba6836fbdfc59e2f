// Metafields in Liquid: resource.metafields.namespace.key, with `value` in the type's own form.

import { appIdOf } from "../../admin-api/app-namespace.ts";
import type { Metafield, ShopState, Store } from "../../model.ts";

type LiquidMetafield = { value: unknown; type: string; "list?": boolean };
export type LiquidMetafields = Record<string, Record<string, LiquidMetafield>>;

const WHOLE_VALUES = new Set(["json", "money", "rating", "dimension", "volume", "weight", "rich_text_field", "link"]);

function readValue({ type, value }: Metafield): unknown {
  if (type.startsWith("list.") || WHOLE_VALUES.has(type)) return JSON.parse(value);
  if (type === "number_integer" || type === "number_decimal") return Number(value);
  return type === "boolean" ? value === "true" : value;
}

/** A namespace that is reserved for the app has two names: with `$app`, and in full. */
function namesOf(namespace: string, appId: string): string[] {
  const own = `app--${appId}`;
  if (namespace === own) return [namespace, "$app"];
  if (namespace.startsWith(`${own}--`)) return [namespace, `$app:${namespace.slice(own.length + 2)}`];
  return [namespace];
}

export function metafieldsOf(store: Store, shop: ShopState, ownerId: string): LiquidMetafields {
  const appId = appIdOf(store);
  const found: LiquidMetafields = {};
  for (const metafield of shop.metafields.values()) {
    if (metafield.ownerId !== ownerId) continue;
    const entry = { value: readValue(metafield), type: metafield.type, "list?": metafield.type.startsWith("list.") };
    for (const name of namesOf(metafield.namespace, appId)) (found[name] ??= {})[metafield.key] = entry;
  }
  return found;
}

/** App-data metafields belong to the installation, and can also be read without `$app`. */
export function appMetafields(store: Store, shop: ShopState): LiquidMetafields {
  if (shop.installation === null) return {};
  return metafieldsOf(store, shop, `gid://shopify/AppInstallation/${shop.installation.id}`);
}
