// The discounts that an order used: codes, and automatic discounts, which an order names by their titles alone.
import type { OrderRow } from "../entities.ts";
import { sumOfKnown } from "../money/sum.ts";

/** `amount`: what the discount took off, in the order's currency. Null: unknown. */
export type Discount = { kind: "code" | "automatic"; name: string; amount: string | null };

/**
 * Two codes are equal for Shopify if their folded forms are equal. SQL does not fold codes: upper() and lower() follow the
 * database's locale and treat "ß" and "İ" differently from JavaScript.
 */
export const foldedCode = (code: string): string => code.toUpperCase();

/** Shopify's limit for a code and for a title, in characters. An offer has no longer ones. */
const LONGEST = 255;

type Discounted = Pick<OrderRow, "discountCodes" | "lineItems" | "shippingAllocations">;

/**
 * The amount is the sum of what the discount took off the lines and off the delivery. A code without such a part has the amount
 * that the order names, which only webhooks have.
 */
export function discountsOf({ discountCodes, lineItems, shippingAllocations = [] }: Discounted): Discount[] {
  const found = new Map<string, Omit<Discount, "amount"> & { whole: string | null; parts: (string | null)[] }>();
  const at = (kind: Discount["kind"], name: string | null, whole: string | null = null) => {
    if (!name || name.length > LONGEST) return null;
    const held = found.get(`${kind} ${name}`) ?? { kind, name, whole, parts: [] };
    found.set(`${kind} ${name}`, held);
    return held;
  };
  for (const { code, amount } of discountCodes) at("code", foldedCode(code), amount);
  const allocated = [...lineItems.flatMap(({ allocations }) => allocations), ...shippingAllocations];
  for (const { type, code, title, amount } of allocated) {
    if (type === "automatic") at("automatic", title)?.parts.push(amount);
    if (type === "discount_code") at("code", code && foldedCode(code))?.parts.push(amount);
  }
  return [...found.values()].map(({ kind, name, whole, parts }) => ({
    ...{ kind, name },
    amount: parts.length > 0 ? sumOfKnown(parts) : whole,
  }));
}
