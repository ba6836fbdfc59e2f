// An amount off the whole order, in the shop's currency. Shopify converts the amount for a shopper who pays in another currency.
import type { Grant } from "../../offer-kind.ts";
import { plainDecimal, type GrantForm } from "./grant-form.ts";

export const amount: GrantForm<Extract<Grant, { kind: "amount" }>> = {
  selection: "... on DiscountAmount { amount { amount currencyCode } appliesOnEachItem }",
  input: ({ amount }) => ({ discountAmount: { amount, appliesOnEachItem: false } }),
  read: ({ amount, appliesOnEachItem }) =>
    amount === undefined || appliesOnEachItem ? null : { kind: "amount", amount: amount.amount },
  say: ({ amount }, currency) => `${plainDecimal(amount)} ${currency}`,
};
