import type { Discount } from "../model.ts";

/** A discount on certain products has class PRODUCT, a discount on the whole order has class ORDER. */
export function discountClass({ appliesTo }: Discount): "ORDER" | "PRODUCT" {
  return appliesTo.kind === "all" ? "ORDER" : "PRODUCT";
}

export function discountStatus({ startsAt, endsAt }: Discount, now: Date): "ACTIVE" | "SCHEDULED" | "EXPIRED" {
  const time = now.getTime();
  if (endsAt !== null && Date.parse(endsAt) <= time) return "EXPIRED";
  return Date.parse(startsAt) > time ? "SCHEDULED" : "ACTIVE";
}
