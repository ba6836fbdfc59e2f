// What is left of an order's total after edits, returns and cancelling: Shopify's current_total_price, "after returns". Shopify
// does not document whether money that was given back beyond the returned things (an adjustment) lowers current_total_price
// too. The order's parts show whether it did, so that an adjustment is subtracted once.
import { absolute, compareAmounts, difference, isZero, sumOf } from "./sum.ts";

/** In the shop's currency. `then`: as ordered. `now`: after edits and returns. Null: the platform does not say. */
type Part = { then: string | null; now: string | null };

export type CurrentTotal = {
  total: string;
  current: string | null;
  subtotal: Part;
  /** Shipping, duties and taxes; taxes are left out where the prices include them. */
  others: Part[];
  /** Sum over the order's refunds. Above zero: what the merchant kept. Below zero: what was given beyond the returned things. */
  adjusted: string;
};

/** The current total without adjustments. Null: the platform gives no current total. */
export function currentTotal({ total, current, subtotal, others, adjusted }: CurrentTotal): string | null {
  if (current === null || isZero(adjusted) || subtotal.then === null || subtotal.now === null) return current;
  const gone = sumOf([subtotal, ...others].map(({ then, now }) => (then && now ? difference(then, now) : "0")));
  const left = difference(total, gone);
  const [without, within] = [difference(current, left), difference(current, sumOf([left, adjusted]))].map(absolute);
  const isWithin = compareAmounts(within ?? "0", without ?? "0") < 0;
  return isWithin ? difference(current, adjusted) : current;
}
