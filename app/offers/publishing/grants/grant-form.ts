// The type of a kind of grant: how the app sends it to Shopify and reads it back.
import type { Grant } from "../../offer-kind.ts";
import type { ItemsNode } from "./items.ts";

/** Shopify's types of discounts. Each has mutations of its own. */
export type Family = "Basic" | "Bxgy" | "FreeShipping";

/** `customerGets.value` in Shopify's answer. Each field belongs to one kind of value. */
export type ValueNode = {
  percentage?: number;
  amount?: { amount: string; currencyCode: string };
  appliesOnEachItem?: boolean;
  quantity?: { quantity: string };
  effect?: { percentage?: number };
};
export type BuysNode = { value: { quantity?: string; amount?: string }; items: ItemsNode };

/** The part of Shopify's answer that says what a discount gives. */
export type GivesNode = {
  customerGets?: { value: ValueNode; items: ItemsNode };
  customerBuys?: BuysNode;
  usesPerOrderLimit?: number | null;
  destinationSelection?: { __typename: string };
  maximumShippingPrice?: { amount: string } | null;
};

export type GrantForm<One extends Grant> = {
  family: Family;
  /** The part of the discount's input for the grant. `now`: what the discount gives at present; null for a new discount. */
  input(grant: One, now: GivesNode | null): object;
  /** Null where the discount gives something else. */
  read(gives: GivesNode): One | null;
  /** The grant with all numbers and ids in one form, so that equal grants have equal JSON. */
  plain(grant: One): One;
  /** The text for the merchant, such as 10% or 5.00 GBP. */
  say(grant: One, currency: string): string;
};

/** `5` is `5.00`. */
export const plainDecimal = (text: string): string =>
  text.replace(/^0+(?=\d)/, "").replace(/\.0+$|(\.\d*?[1-9])0+$/, "$1");

/** A share of 1 as a percentage. Rounding to four decimal places removes the error of the float. */
export const percentOf = (share: number): string => String(Number((share * 100).toFixed(4)));
