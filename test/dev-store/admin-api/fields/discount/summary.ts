// Shopify's own sentence about a discount. The forms are recorded, except that of several products.

import type { DiscountItems } from "../../../discounts/discount-model.ts";
import type { Discount, ShopState } from "../../../model.ts";
import { formatMoney } from "../../../storefront/money.ts";

export function summaryOf(shop: ShopState, discount: Discount): string {
  const parts = [headOf(shop, discount), ...minimumsOf(shop, discount)];
  if (discount.type === "freeShipping") {
    const { countries, maximumShippingPrice } = discount;
    parts.push(countries ? `For ${countries.codes.length} countries` : "For all countries");
    if (maximumShippingPrice != null)
      parts.push(`Applies to shipping rates under ${formatMoney(maximumShippingPrice, shop.currency, "en")}`);
  }
  if (discount.appliesOncePerCustomer) parts.push("One use per customer");
  return parts.join(" • ");
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

function offOf({ currency }: ShopState, { value }: Discount): string {
  if (value.kind === "amount") return `${formatMoney(value.amount, currency, "en")} off`;
  return `${Number((Number(value.share) * 100).toFixed(4))}% off`;
}

function headOf(shop: ShopState, discount: Discount): string {
  const { type, buys, getsQuantity = 1, value, appliesTo } = discount;
  if (type === "freeShipping") return "Free shipping on all products";
  if (type !== "bxgy") return `${offOf(shop, discount)} ${whatOf(shop, appliesTo)}`;
  const bought =
    buys?.amount == null
      ? `Buy ${counted(buys?.quantity ?? 1, "item")}`
      : `Spend ${formatMoney(buys.amount, shop.currency, "en")}`;
  const off = value.kind === "percentage" && Number(value.share) === 1 ? "free" : `at ${offOf(shop, discount)}`;
  return `${bought}, get ${counted(getsQuantity, "item")} ${off}`;
}

function whatOf(shop: ShopState, items: DiscountItems): string {
  if (items.kind === "all") return "entire order";
  if (items.kind === "collections") return counted(items.collectionIds.length, "collection");
  const [first] = items.productIds;
  const variants = items.variantIds ?? [];
  if (items.productIds.length === 1 && variants.length === 0)
    return shop.products.get(first ?? "")?.title ?? "1 product";
  return items.productIds.length > 0
    ? counted(items.productIds.length, "product")
    : counted(variants.length, "product variant");
}

function minimumsOf({ currency }: ShopState, { minimumSubtotal, minimumQuantity }: Discount): string[] {
  return [
    ...(minimumSubtotal === null ? [] : [`Minimum purchase of ${formatMoney(minimumSubtotal, currency, "en")}`]),
    ...(minimumQuantity == null ? [] : [`Minimum quantity of ${minimumQuantity}`]),
  ];
}
