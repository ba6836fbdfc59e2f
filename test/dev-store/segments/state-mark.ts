import type { ShopState } from "../model.ts";

/** A text that changes whenever something changes that a segment can see. One cheap walk over the state. */
export function stateMark(shop: ShopState): string {
  const sums = [shop.customers, shop.orders, shop.products].map((rows) => {
    let hash = rows.size;
    for (const row of rows.values()) hash = mix(hash, row.updatedAt);
    return hash;
  });
  let fields = shop.metafields.size;
  for (const one of shop.metafields.values()) {
    if (one.ownerId.includes("/Customer/")) fields = mix(mix(fields, one.updatedAt), one.value);
  }
  let definitions = shop.metafieldDefinitions.size;
  for (const one of shop.metafieldDefinitions.values())
    definitions = mix(definitions, `${one.id}${one.adminFilterable}`);
  return [...sums, fields, definitions].join(" ");
}

/** FNV-1a over the text, so that the order of two changes matters too. */
function mix(hash: number, text: string): number {
  let next = hash;
  for (let at = 0; at < text.length; at++) next = Math.imul(next ^ text.charCodeAt(at), 16_777_619);
  return next >>> 0;
}
