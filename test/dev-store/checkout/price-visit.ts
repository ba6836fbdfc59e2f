// Prices a visitor's cart: lines, discounts that apply to the visitor, and a message for each code.

import type { RejectedReason } from "../discounts/eligible.ts";
import { priceCart, type AppliedDiscount } from "../discounts/price-cart.ts";
import type { ShopState, Store } from "../model.ts";
import { toAmount, toMillionths } from "../money.ts";
import type { CartLine, Visit } from "../storefront/visit.ts";

export type PricedVisit = {
  subtotal: string;
  discount: string;
  /** What the shopper pays for the delivery. */
  shipping: string;
  total: string;
  /** One for each cart line, in the lines' order. */
  lineDiscounts: string[];
  applied: AppliedDiscount[];
  /** The messages are in the checkout's words. */
  refused: { code: string; message: string }[];
};

const REFUSALS: Record<RejectedReason, (code: string) => string> = {
  not_found: () => "Enter a valid discount code",
  not_active: (code) => `The discount code ${code} is not active`,
  customer_not_eligible: (code) => `The discount code ${code} isn’t available to you right now`,
  sign_in_needed: (code) => `Log in or enter your e-mail to use the discount code ${code}`,
  usage_limit_reached: (code) => `The discount code ${code} has reached its usage limit`,
  already_used: (code) => `You have used the discount code ${code} before`,
  minimum_not_met: (code) => `Your cart does not reach the minimum for the discount code ${code}`,
  no_matching_products: (code) => `The discount code ${code} isn’t valid for the items in your cart`,
  no_matching_delivery: (code) => `The discount code ${code} isn’t valid for this delivery`,
  not_combinable: (code) => `The discount code ${code} couldn’t be used with your other discounts`,
};

/** `customerId` left out: the customer who is signed in. `country`: null while the address is not known. */
export function priceVisit(
  store: Store,
  shop: ShopState,
  visit: Visit,
  lines: CartLine[],
  {
    customerId = visit.shopper?.id ?? null,
    country = null,
  }: { customerId?: string | null; country?: string | null } = {},
): PricedVisit {
  const rate = shop.deliveryRate ?? "0.00";
  const priced = priceCart(store, shop, {
    lines: lines.map(({ product, variant, quantity }) => ({
      productId: product.id,
      variantId: variant.id,
      quantity,
      price: variant.price,
    })),
    customerId,
    codes: visit.cart.codes,
    shipping: rate,
    country,
  });
  const shipping = toMillionths(rate) - toMillionths(priced.shippingDiscount);
  return {
    subtotal: priced.subtotal,
    discount: priced.discountTotal,
    shipping: toAmount(shipping, shop.currency),
    total: toAmount(toMillionths(priced.total) + shipping, shop.currency),
    lineDiscounts: priced.lines.map(({ discount }) => discount),
    applied: priced.applied,
    refused: priced.rejected.map(({ code, reason }) => ({ code, message: REFUSALS[reason](code) })),
  };
}
