// The fields of a discount's input that the store supports.

import type { Discount } from "../../model.ts";

export type Picked = { add?: string[] | null | undefined; remove?: string[] | null | undefined };

export type DiscountInput = {
  title?: string | null;
  tags?: string[] | null;
  code?: string | null;
  startsAt?: string | null;
  endsAt?: string | null;
  usageLimit?: number | null;
  appliesOncePerCustomer?: boolean | null;
  combinesWith?: Partial<Discount["combinesWith"]> | null;
  context?: {
    all?: "ALL" | null;
    customers?: Picked | null;
    customerSegments?: Picked | null;
    markets?: unknown;
  } | null;
  customerSelection?: { all?: boolean | null; customers?: Picked | null; customerSegments?: Picked | null } | null;
  customerGets?: {
    value?: {
      percentage?: number | null;
      discountAmount?: { amount?: string | null; appliesOnEachItem?: boolean | null } | null;
      discountOnQuantity?: unknown;
    } | null;
    items?: {
      all?: boolean | null;
      products?: {
        productsToAdd?: string[] | null;
        productsToRemove?: string[] | null;
        productVariantsToAdd?: string[] | null;
        productVariantsToRemove?: string[] | null;
      } | null;
      collections?: Picked | null;
    } | null;
  } | null;
  minimumRequirement?: {
    subtotal?: { greaterThanOrEqualToSubtotal?: string | null } | null;
    quantity?: { greaterThanOrEqualToQuantity?: string | null } | null;
  } | null;
};
