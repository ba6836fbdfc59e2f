// Metafields that the merchant, another app or the theme writes: in any namespace except the app's own.

import { metafieldKey } from "../admin-api/fields/metafield.ts";
import { isMetafieldType, valueFault } from "../admin-api/mutations/metafield-value.ts";
import { stamp } from "../happen.ts";
import type { Metafield, ShopState, Store } from "../model.ts";

export type NewMetafield = Pick<Metafield, "ownerId" | "namespace" | "key" | "type" | "value">;

/** An empty value deletes the metafield. Throws a RangeError in Shopify's words where Shopify would refuse the value. */
export function setMetafield(store: Store, shop: ShopState, given: NewMetafield): Metafield | null {
  const { ownerId, namespace, key, type, value } = given;
  const place = metafieldKey(ownerId, namespace, key);
  if (value === "") {
    shop.metafields.delete(place);
    return null;
  }
  if (namespace === "" || key === "") throw new RangeError("Namespace and key can't be blank");
  if (!isMetafieldType(type)) throw new RangeError("Type must be one of the supported types.");
  const fault = valueFault(type, value);
  if (fault !== null) throw new RangeError(fault.words);
  const id = shop.metafields.get(place)?.id ?? store.newId(shop);
  const metafield = { id, ...given, updatedAt: stamp(store) };
  shop.metafields.set(place, metafield);
  store.touch();
  return metafield;
}
