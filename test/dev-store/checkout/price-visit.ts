// Prices a visitor's cart: lines, discounts that apply to the visitor, and a message for each code.

import { priceCart, type AppliedDiscount, type RejectedReason } from "../discounts/price-cart.ts";
import type { ShopState, Store } from "../model.ts";
import type { CartLine, Visit } from "../storefront/visit.ts";

export type PricedVisit = {
  subtotal: string;
  discount: string;
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
  not_combinable: (code) => `The discount code ${code} couldn’t be used with your other discounts`,
};

/** `customerId` left out: the customer who is signed in. Delivery is free. */
export function priceVisit(
  store: Store,
  shop: ShopState,
  visit: Visit,
  lines: CartLine[],
  customerId: string | null = visit.shopper?.id ?? null,
): PricedVisit {
  const priced = priceCart(store, shop, {
    lines: lines.map(({ product, variant, quantity }) => ({
      productId: product.id,
      variantId: variant.id,
      quantity,
      price: variant.price,
    })),
    customerId,
    codes: visit.cart.codes,
  });
  return {
    subtotal: priced.subtotal,
    discount: priced.discountTotal,
    shipping: "0.00",
    total: priced.total,
    lineDiscounts: priced.lines.map(({ discount }) => discount),
    applied: priced.applied,
    refused: priced.rejected.map(({ code, reason }) => ({ code, message: REFUSALS[reason](code) })),
  };
}
