// What each kind of grant must say of itself, to be asked of Shopify and read back.
import type { Grant } from "../../offer-kind.ts";

/** `customerGets.value`, as Shopify answers it to the selections of the grants. */
export type ValueNode = {
  percentage?: number;
  amount?: { amount: string; currencyCode: string };
  appliesOnEachItem?: boolean;
};

export type GrantForm<One extends Grant> = {
  /** What is read back: a selection on DiscountCustomerGetsValue. */
  selection: string;
  /** DiscountCustomerGetsValueInput. */
  input(grant: One): object;
  /** Null where the discount gives something else. */
  read(value: ValueNode): One | null;
  /** For the merchant, such as 10% or 5.00 GBP. */
  say(grant: One, currency: string): string;
};

/** `5` is `5.00`. */
export const plainDecimal = (text: string): string =>
  text.replace(/^0+(?=\d)/, "").replace(/\.0+$|(\.\d*?[1-9])0+$/, "$1");
