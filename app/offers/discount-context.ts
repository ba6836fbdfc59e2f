// How a discount is limited to a segment's members: by a native segment of Shopify, or by a list of customers.

export type DiscountContext = "segment" | "customers";
export type ContextReason = "few" | "many" | "refused";

/** From this number of members on, a native segment is used. Shopify takes at most 250 customers of a list in one call. */
export const NATIVE_FROM = 250;
/** A list is used again only below this number, so that a segment of about 250 members does not change back and forth. */
const LIST_BELOW = 200;
/** The most customers in a list where Shopify refuses the native segment. Replacing all of them takes four calls. */
export const MAX_LISTED = 1000;

export function nextContext(members: number, before: DiscountContext | null): DiscountContext {
  if (members >= NATIVE_FROM) return "segment";
  return before === "segment" && members >= LIST_BELOW ? "segment" : "customers";
}

/** The most customers whom the discount can have. Null: no limit. */
export const ceilingOf = (reason: ContextReason): number | null =>
  reason === "many" ? null : reason === "few" ? NATIVE_FROM : MAX_LISTED;
