import { findCollection } from "../collections.ts";
import type { DiscountItems } from "./discount-model.ts";
import type { Discount, ShopState } from "../model.ts";

export type DiscountClass = "ORDER" | "PRODUCT" | "SHIPPING";

/** A discount on certain products has class PRODUCT, a discount on the whole order has class ORDER. */
export function discountClass({ type, appliesTo }: Discount): DiscountClass {
  if (type === "freeShipping") return "SHIPPING";
  return type === "bxgy" || appliesTo.kind !== "all" ? "PRODUCT" : "ORDER";
}

export function discountStatus({ startsAt, endsAt }: Discount, now: Date): "ACTIVE" | "SCHEDULED" | "EXPIRED" {
  const time = now.getTime();
  if (endsAt !== null && Date.parse(endsAt) <= time) return "EXPIRED";
  return Date.parse(startsAt) > time ? "SCHEDULED" : "ACTIVE";
}

export type CartLine = { productId: string | null; variantId: string | null; quantity: number; price: string };

/** Whether a discount's items include a product's variant. */
export function includes(
  shop: ShopState,
  items: DiscountItems,
  { productId, variantId }: Pick<CartLine, "productId" | "variantId">,
): boolean {
  switch (items.kind) {
    case "all":
      return true;
    case "products":
      return items.productIds.includes(productId ?? "") || (items.variantIds ?? []).includes(variantId ?? "");
    case "collections":
      return items.collectionIds.some((id) =>
        findCollection(shop, id)?.products.some((product) => product.id === productId),
      );
  }
}
