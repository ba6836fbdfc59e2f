// A visitor's cart, priced: lines, discounts that apply to her, and what is to be said of each code.

import type { ShopState, Store } from "../model.ts";
import { toAmount, toMillionths } from "../money.ts";
import type { CartLine, Visit } from "../storefront/visit.ts";

export type PricedCode = { code: string; accepted: boolean; message: string; amount: string; type: string };
export type PricedVisit = {
  subtotal: string;
  discount: string;
  shipping: string;
  total: string;
  /** Per cart line, in their order. */
  lineDiscounts: string[];
  codes: PricedCode[];
  automatic: { title: string; amount: string }[];
  used: { id: string; code: string | null }[];
};

export function priceVisit(
  _store: Store,
  shop: ShopState,
  visit: Visit,
  lines: CartLine[],
  _customerId: string | null = visit.shopper?.id ?? null,
): PricedVisit {
  const subtotal = lines.reduce((total, line) => total + toMillionths(line.variant.price) * line.quantity, 0);
  return {
    subtotal: toAmount(subtotal, shop.currency),
    discount: "0.00",
    shipping: "0.00",
    total: toAmount(subtotal, shop.currency),
    lineDiscounts: lines.map(() => "0.00"),
    codes: visit.cart.codes.map((code) => ({ code, accepted: false, message: "", amount: "0.00", type: "percentage" })),
    automatic: [],
    used: [],
  };
}
