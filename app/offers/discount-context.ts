// What a discount names to be limited to a segment: a native segment, or the customers one by one.

export type DiscountContext = "segment" | "customers";
export type ContextReason = "few" | "many" | "refused";

/** From here on a native segment; Shopify takes at most 250 customers of a list in one call. */
export const MANY = 250;
/** Back to names only well below, so that a segment that hovers there does not swing. */
const FEW_AGAIN = 200;
/** As many as we name where the store refuses our filter: four calls for a change of all. */
export const MOST_NAMED = 1000;

export function nextContext(members: number, before: DiscountContext | null): DiscountContext {
  if (members >= MANY) return "segment";
  return before === "segment" && members >= FEW_AGAIN ? "segment" : "customers";
}

/** How many customers the discount can hold; null is no limit. */
export const ceilingOf = (reason: ContextReason): number | null =>
  reason === "many" ? null : reason === "few" ? MANY : MOST_NAMED;
