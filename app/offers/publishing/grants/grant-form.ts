// The type of a kind of grant: how the app sends it to Shopify and reads it back.
import type { Grant } from "../../offer-kind.ts";

/** `customerGets.value` in Shopify's answer to the grants' selections. */
export type ValueNode = {
  percentage?: number;
  amount?: { amount: string; currencyCode: string };
  appliesOnEachItem?: boolean;
};

export type GrantForm<One extends Grant> = {
  /** The selection on DiscountCustomerGetsValue that reads the grant. */
  selection: string;
  /** Returns a DiscountCustomerGetsValueInput. */
  input(grant: One): object;
  /** Null where the discount gives something else. */
  read(value: ValueNode): One | null;
  /** The text for the merchant, such as 10% or 5.00 GBP. */
  say(grant: One, currency: string): string;
};

/** `5` is `5.00`. */
export const plainDecimal = (text: string): string =>
  text.replace(/^0+(?=\d)/, "").replace(/\.0+$|(\.\d*?[1-9])0+$/, "$1");
