// What is left of an order's total after edits, returns and cancelling. Shopify says it as current_total_price: "after
// returns". Whether money that was given back beyond the returned things lowers it too is not said anywhere: the order's own
// parts tell which of the two it is, so that such money is taken off once.
import { absolute, compareAmounts, difference, isZero, sumOf } from "./sum.ts";

/** In the shop's money. Null: the platform does not say. `now` is after edits and returns. */
type Part = { then: string | null; now: string | null };

export type CurrentTotal = {
  total: string;
  current: string | null;
  subtotal: Part;
  /** Left out where the prices hold the taxes. */
  others: Part[];
  /** Of all its refunds: above zero what the merchant keeps, below zero what was given beyond the returned things. */
  adjusted: string;
};

/** Null where the platform tells no current total. Without what was given or kept beyond the returned things. */
export function currentTotal({ total, current, subtotal, others, adjusted }: CurrentTotal): string | null {
  if (current === null || isZero(adjusted) || subtotal.then === null || subtotal.now === null) return current;
  const gone = sumOf([subtotal, ...others].map(({ then, now }) => (then && now ? difference(then, now) : "0")));
  const left = difference(total, gone);
  const [without, within] = [difference(current, left), difference(current, sumOf([left, adjusted]))].map(absolute);
  const isWithin = compareAmounts(within ?? "0", without ?? "0") < 0;
  return isWithin ? difference(current, adjusted) : current;
}
