// Why a discount does not apply to a cart.

import type { Customer, Discount, ShopState, Store } from "../model.ts";
import { toMillionths } from "../money.ts";
import { isInSegment } from "../segments/members.ts";
import { cutOf, totalOf } from "./cut.ts";
import { discountStatus, includes, type CartLine } from "./discount.ts";

/** `shipping`: the rate of the delivery; left out: nothing. `country`: null while the address is not known. */
export type Cart = {
  lines: CartLine[];
  customerId: string | null;
  codes: string[];
  shipping?: string;
  country?: string | null;
};

export type RejectedReason =
  | "not_found"
  | "not_active"
  | "customer_not_eligible"
  | "sign_in_needed"
  | "usage_limit_reached"
  | "already_used"
  | "minimum_not_met"
  | "no_matching_products"
  | "no_matching_delivery"
  | "not_combinable";

/** `code`: the code that the shopper entered. Null if the discount applies to this cart. */
export function refusalOf(
  store: Store,
  shop: ShopState,
  { discount, code }: { discount: Discount; code: string | null },
  cart: Cart,
): RejectedReason | null {
  if (discountStatus(discount, store.clock.now()) !== "ACTIVE") return "not_active";
  const buyer = buyerRefusal(store, shop, discount, cart.customerId);
  if (buyer !== null) return buyer;
  // Uses are counted for each code of a discount.
  const uses = discount.usedBy.filter((use) => use.code?.toUpperCase() === code?.toUpperCase());
  if (discount.usageLimit !== null && uses.length >= discount.usageLimit) return "usage_limit_reached";
  if (discount.appliesOncePerCustomer && wasUsedBy(shop, uses, cart.customerId)) return "already_used";
  return discount.type === "freeShipping" ? deliveryRefusal(discount, cart) : itemsRefusal(shop, discount, cart);
}

function itemsRefusal(shop: ShopState, discount: Discount, cart: Cart): RejectedReason | null {
  const entitled = cart.lines.filter((line) => includes(shop, discount.appliesTo, line));
  if (entitled.length === 0) return "no_matching_products";
  if (discount.type === "bxgy") return totalOf(cutOf(shop, discount, cart.lines, [], 0)) > 0 ? null : "minimum_not_met";
  return minimumRefusal(discount, entitled);
}

function deliveryRefusal(discount: Discount, cart: Cart): RejectedReason | null {
  const { maximumShippingPrice, countries } = discount;
  if (toMillionths(cart.shipping ?? "0") > toMillionths(maximumShippingPrice ?? cart.shipping ?? "0"))
    return "no_matching_delivery";
  if (countries && cart.country != null && !countries.rest && !countries.codes.includes(cart.country))
    return "no_matching_delivery";
  return minimumRefusal(discount, cart.lines);
}

function minimumRefusal({ minimumSubtotal, minimumQuantity }: Discount, lines: CartLine[]): RejectedReason | null {
  const spent = lines.reduce((total, { price, quantity }) => total + toMillionths(price) * quantity, 0);
  const units = lines.reduce((total, { quantity }) => total + quantity, 0);
  return spent < toMillionths(minimumSubtotal ?? "0") || units < (minimumQuantity ?? 0) ? "minimum_not_met" : null;
}

/** A discount for certain customers needs to know the customer. */
function buyerRefusal(
  store: Store,
  shop: ShopState,
  { context }: Discount,
  customerId: string | null,
): RejectedReason | null {
  if (context.kind === "all") return null;
  if (customerId === null) return "sign_in_needed";
  const eligible =
    context.kind === "customers"
      ? context.customerIds.includes(customerId)
      : context.segmentIds.some((segmentId) => isInSegment(store, shop, customerId, segmentId));
  return eligible ? null : "customer_not_eligible";
}

/** Shopify also recognises a customer by e-mail or phone. */
function wasUsedBy(shop: ShopState, uses: Discount["usedBy"], customerId: string | null): boolean {
  if (customerId === null) return false;
  const buyer = shop.customers.get(customerId);
  return uses.some((use) => {
    if (use.customerId === customerId) return true;
    const earlier = use.customerId === null ? undefined : shop.customers.get(use.customerId);
    return buyer !== undefined && earlier !== undefined && isSamePerson(buyer, earlier);
  });
}

function isSamePerson(a: Customer, b: Customer): boolean {
  return (a.email !== null && a.email === b.email) || (a.phone !== null && a.phone === b.phone);
}
