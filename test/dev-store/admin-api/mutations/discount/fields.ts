// The fields of a discount's input that the store supports.

import type { Discount } from "../../../model.ts";

export type Picked = { add?: string[] | null | undefined; remove?: string[] | null | undefined };

export type ItemsInput = {
  all?: boolean | null;
  products?: {
    productsToAdd?: string[] | null;
    productsToRemove?: string[] | null;
    productVariantsToAdd?: string[] | null;
    productVariantsToRemove?: string[] | null;
  } | null;
  collections?: Picked | null;
};
/** Whole numbers of the type UnsignedInt64 come as texts. */
type Whole = string | number | null;

export type DiscountInput = {
  title?: string | null;
  tags?: string[] | null;
  code?: string | null;
  startsAt?: string | null;
  endsAt?: string | null;
  usageLimit?: number | null;
  appliesOncePerCustomer?: boolean | null;
  combinesWith?:
    (Partial<Discount["combinesWith"]> & { productDiscountsWithTagsOnSameCartLine?: Picked | null }) | null;
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
      discountOnQuantity?: {
        quantity?: Whole;
        effect?: { percentage?: number | null; amount?: string | null } | null;
      } | null;
    } | null;
    items?: ItemsInput | null;
    appliesOnOneTimePurchase?: boolean | null;
    appliesOnSubscription?: boolean | null;
  } | null;
  customerBuys?: { value?: { quantity?: Whole; amount?: string | null } | null; items?: ItemsInput | null } | null;
  usesPerOrderLimit?: Whole;
  destination?: {
    all?: boolean | null;
    countries?: { add?: string[] | null; remove?: string[] | null; includeRestOfWorld?: boolean | null } | null;
  } | null;
  maximumShippingPrice?: string | null;
  minimumRequirement?: {
    subtotal?: { greaterThanOrEqualToSubtotal?: string | null } | null;
    quantity?: { greaterThanOrEqualToQuantity?: string | null } | null;
  } | null;
};
