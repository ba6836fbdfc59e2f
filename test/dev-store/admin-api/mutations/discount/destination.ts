// Where free shipping reaches, and up to which rate.

import type { Discount } from "../../../model.ts";
import { toAmount, toMillionths } from "../../../money.ts";
import type { Context } from "../../context.ts";
import type { DiscountInput } from "./fields.ts";

export function takeDestination({ shop }: Context, discount: Discount, input: DiscountInput): void {
  const { destination, maximumShippingPrice } = input;
  if (maximumShippingPrice !== undefined) {
    discount.maximumShippingPrice =
      maximumShippingPrice === null ? null : toAmount(toMillionths(String(maximumShippingPrice)), shop.currency);
  }
  if (destination?.all === true) discount.countries = null;
  if (destination?.countries == null) return;
  const { add, remove, includeRestOfWorld } = destination.countries;
  const before = discount.countries ?? { codes: [], rest: false };
  const removed = new Set(remove ?? []);
  const codes = [...new Set([...before.codes, ...(add ?? [])])].filter((code) => !removed.has(code));
  discount.countries = { codes, rest: includeRestOfWorld ?? before.rest };
}
