// How much a discount gives, and the least that a cart needs.

import type { Discount } from "../../../model.ts";
import { boundedMillionths, toAmount } from "../../../money.ts";
import type { Context } from "../../context.ts";
import type { Faults } from "./faults.ts";
import type { DiscountInput } from "./fields.ts";

const MOST_MONEY = "1000000000000000000";
const MOST_PIECES = 2_147_483_647;
const MOST_UNITS = 100_000;

/** Rounding to six decimal places removes the error of the float. */
const shareOf = (percentage: number): string => percentage.toFixed(6).replace(/\.?0+$/, "") || "0";

export function takeValue(
  { shop }: Context,
  discount: Discount,
  { customerGets }: DiscountInput,
  faults: Faults,
): void {
  const value = customerGets?.value;
  if (value == null) return;
  if (value.discountOnQuantity != null) {
    const message = "discountOnQuantity field is only permitted with bxgy discounts.";
    return faults.add("customerGets.value.discountOnQuantity", message, "INVALID");
  }
  const automatic = discount.method === "automatic";
  if (value.percentage != null) {
    if (value.percentage < 0 || value.percentage > 1 || (automatic && value.percentage === 0)) {
      const message = "Value must be between 0.0 and 1.0";
      return faults.add("customerGets.value.percentage", message, "VALUE_OUTSIDE_RANGE");
    }
    discount.value = { kind: "percentage", share: shareOf(value.percentage) };
  } else if (value.discountAmount?.amount != null) {
    const path = "customerGets.value.discountAmount.amount";
    const amount = boundedMillionths(String(value.discountAmount.amount));
    // Shopify stores amounts as negative numbers, and its message is about the negative number.
    if (automatic && amount <= 0) return faults.add(path, "Value must be less than 0", "GREATER_THAN");
    if (amount < 0) return faults.add(path, "Value must be less than or equal to 0", "LESS_THAN_OR_EQUAL_TO");
    if (amount === Infinity) return faults.add(path, `Value must be greater than -${MOST_MONEY}`, "LESS_THAN");
    const eachItem = value.discountAmount.appliesOnEachItem === true;
    discount.value = { kind: "amount", amount: toAmount(amount, shop.currency), eachItem };
  }
}

/** The value of buy X get Y. */
export function takeOnQuantity(discount: Discount, { customerGets }: DiscountInput, faults: Faults): void {
  const value = customerGets?.value;
  if (value == null) return;
  const path = "customerGets.value";
  for (const field of ["percentage", "discountAmount"] as const) {
    if (value[field] == null) continue;
    faults.add(`${path}.${field}`, "Only discountOnQuantity permitted with bxgy discounts.", "INVALID");
  }
  const { quantity, effect } = value.discountOnQuantity ?? {};
  const isOther = value.percentage != null || value.discountAmount != null;
  // An automatic discount's answer has no second refusal.
  if (isOther && discount.method === "automatic") return;
  const at = `${path}.discountOnQuantity.quantity`;
  if (quantity == null) return faults.add(at, "Quantity cannot be blank.", "BLANK");
  discount.getsQuantity = takeQuantity(quantity, at, "consequent", faults) ?? 1;
  if (effect?.percentage != null) discount.value = { kind: "percentage", share: shareOf(effect.percentage) };
  else if (effect?.amount != null) discount.value = { kind: "amount", amount: String(effect.amount), eachItem: true };
}

/** Null where the quantity is refused. */
export function takeQuantity(given: string | number, path: string, part: string, faults: Faults): number | null {
  const quantity = Number(given);
  const what = `Prerequisite to entitlement quantity ratio ${part}`;
  if (quantity <= 0) faults.add(path, `${what} must be greater than 0`, "GREATER_THAN");
  else if (quantity >= MOST_UNITS) faults.add(path, `${what} must be less than ${MOST_UNITS}`, "LESS_THAN");
  else return quantity;
  return null;
}

export function takeUsesPerOrder(discount: Discount, { usesPerOrderLimit }: DiscountInput, faults: Faults): void {
  if (usesPerOrderLimit === undefined) return;
  const limit = usesPerOrderLimit === null ? null : Number(usesPerOrderLimit);
  const refuse = (words: string, code: string) => faults.add("usesPerOrderLimit", `Allocation limit ${words}`, code);
  if (limit === 0) refuse("cannot be zero", "VALUE_OUTSIDE_RANGE");
  if (limit !== null && limit < 0) refuse("must be greater than 0", "GREATER_THAN");
  if (limit !== null && limit > MOST_PIECES)
    refuse(`must be less than or equal to ${MOST_PIECES}`, "LESS_THAN_OR_EQUAL_TO");
  discount.usesPerOrderLimit = limit;
}

const leastOf = (minimum: NonNullable<DiscountInput["minimumRequirement"]> | null) => ({
  subtotal: minimum?.subtotal?.greaterThanOrEqualToSubtotal ?? null,
  quantity: minimum?.quantity?.greaterThanOrEqualToQuantity ?? null,
});

export function takeMinimum({ shop }: Context, discount: Discount, input: DiscountInput, faults: Faults): void {
  if (input.minimumRequirement === undefined) return;
  const { subtotal, quantity } = leastOf(input.minimumRequirement);
  const at = { subtotal: "minimumRequirement.subtotal.greaterThanOrEqualToSubtotal", quantity: "minimumRequirement.quantity.greaterThanOrEqualToQuantity" }; // prettier-ignore
  if (subtotal !== null && quantity !== null) {
    faults.add(at.subtotal, "Minimum subtotal cannot be defined when minimum quantity is.", "CONFLICT");
    return faults.add(at.quantity, "Minimum quantity cannot be defined when minimum subtotal is.", "CONFLICT");
  }
  if (quantity !== null && Number(quantity) >= MOST_PIECES) {
    return faults.add(at.quantity, `Minimum quantity must be less than ${MOST_PIECES}`, "LESS_THAN");
  }
  const amount = subtotal === null ? null : boundedMillionths(String(subtotal));
  if (amount === Infinity)
    return faults.add(at.subtotal, `Minimum subtotal must be less than ${MOST_MONEY}`, "LESS_THAN");
  discount.minimumSubtotal = amount === null ? null : toAmount(amount, shop.currency);
  discount.minimumQuantity = quantity === null ? null : Number(quantity);
}
