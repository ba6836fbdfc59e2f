// The conditions of a discount beside what it gives: the minimum, the limits of a code, and what it combines with.
import { isDeepStrictEqual } from "node:util";
import type { Grant, GrantConditions } from "../../offer-kind.ts";
import type { Least } from "../../wire.ts";
import type { DiscountBody, Method } from "./discount-documents.ts";
import { plainDecimal } from "./grant-form.ts";
import { familyOf } from "./grants.ts";

/** Our order and product discounts exclude each other and go with free shipping. */
export const combinesOf = (grant: Grant): DiscountBody["combinesWith"] => {
  const isShipping = familyOf(grant) === "FreeShipping";
  return { orderDiscounts: isShipping, productDiscounts: isShipping, shippingDiscounts: !isShipping };
};

const minimumInput = (minimum: Least | undefined): object | null => {
  if (!minimum) return null;
  return minimum.subtotal === undefined
    ? { quantity: { greaterThanOrEqualToQuantity: String(minimum.quantity) } }
    : { subtotal: { greaterThanOrEqualToSubtotal: minimum.subtotal } };
};

type Wanted = { grant: Grant; conditions?: GrantConditions };

/** The conditions as a part of the discount's input. An update undoes the conditions that a merchant added. */
export function conditionsInput({ grant, conditions = {} }: Wanted, method: Method): object {
  const { minimum, once = false, uses = null } = conditions;
  return {
    combinesWith: combinesOf(grant),
    ...(familyOf(grant) === "Bxgy" ? {} : { minimumRequirement: minimumInput(minimum) }),
    ...(method === "code" ? { usageLimit: uses, appliesOncePerCustomer: once } : {}),
  };
}

const leastOf = (minimum: DiscountBody["minimumRequirement"]): Least | null => {
  if (!minimum) return null;
  const { greaterThanOrEqualToSubtotal: subtotal, greaterThanOrEqualToQuantity: quantity } = minimum;
  return subtotal ? { subtotal: plainDecimal(subtotal.amount) } : { quantity: Number(quantity) };
};

const plainLeast = (least: Least | undefined): Least | null =>
  least?.subtotal === undefined ? (least ?? null) : { subtotal: plainDecimal(least.subtotal) };

/** Whether Shopify's discount has exactly these conditions. */
export function sameConditions(body: Partial<DiscountBody>, { grant, conditions = {} }: Wanted): boolean {
  const { minimumRequirement, usageLimit, appliesOncePerCustomer, combinesWith } = body;
  return (
    isDeepStrictEqual(leastOf(minimumRequirement ?? null), plainLeast(conditions.minimum)) &&
    (usageLimit ?? null) === (conditions.uses ?? null) &&
    (appliesOncePerCustomer ?? false) === (conditions.once ?? false) &&
    (combinesWith === undefined || isDeepStrictEqual({ ...combinesWith }, combinesOf(grant)))
  );
}
