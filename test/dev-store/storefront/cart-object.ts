// The cart as Liquid and the cart's AJAX endpoints have it.

import { collectionsOf } from "../collections.ts";
import type { ShopState, Store } from "../model.ts";
import { priceVisit } from "../checkout/price-visit.ts";
import { toHundredths } from "./money.ts";
import { picturePath } from "./picture.ts";
import { cartLines, type Visit } from "./visit.ts";

export function cartObject(store: Store, shop: ShopState, visit: Visit) {
  const lines = cartLines(shop, visit.cart);
  const priced = priceVisit(store, shop, visit, lines);
  const items = lines.map((line, index) => {
    const price = toHundredths(line.variant.price);
    const discount = toHundredths(priced.lineDiscounts[index] ?? "0");
    const whole = price * line.quantity;
    return {
      id: Number(line.variantId),
      key: `${line.variantId}:${index + 1}`,
      variant_id: Number(line.variantId),
      product_id: Number(line.product.id),
      title:
        line.variant.title === "Default Title" ? line.product.title : `${line.product.title} - ${line.variant.title}`,
      product: {
        id: Number(line.product.id),
        collections: collectionsOf(shop)
          .filter(({ products }) => products.some(({ id }) => id === line.product.id))
          .map(({ id }) => ({ id: Number(id) })),
      },
      product_title: line.product.title,
      variant_title: line.variant.title,
      handle: line.product.handle,
      url: `/products/${line.product.handle}`,
      image: picturePath(line.product),
      sku: line.variant.sku,
      vendor: line.product.vendor,
      product_type: line.product.productType,
      quantity: line.quantity,
      properties: line.properties,
      price,
      original_price: price,
      line_price: whole,
      original_line_price: whole,
      final_line_price: whole - discount,
      total_discount: discount,
    };
  });
  return {
    token: visit.cart.token,
    note: visit.cart.note,
    attributes: visit.cart.attributes,
    currency: shop.currency,
    item_count: items.reduce((count, { quantity }) => count + quantity, 0),
    items,
    items_subtotal_price: toHundredths(priced.subtotal),
    original_total_price: toHundredths(priced.subtotal),
    total_discount: toHundredths(priced.discount),
    total_price: toHundredths(priced.subtotal) - toHundredths(priced.discount),
    requires_shipping: items.length > 0,
    discount_codes: visit.cart.codes.map((code) => ({
      code,
      applicable: !priced.refused.some((entry) => entry.code === code),
    })),
  };
}
