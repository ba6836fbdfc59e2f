// An amount off the whole order or off some items, in the shop's currency. Shopify converts the amount for a shopper who pays in
// another currency.
import type { Grant } from "../../offer-kind.ts";
import { plainDecimal, type GrantForm } from "./grant-form.ts";
import { itemsInput, plainItems, readItems } from "./items.ts";

export const amount: GrantForm<Extract<Grant, { kind: "amount" }>> = {
  family: "Basic",
  input: ({ amount, items, each = false }, now) => ({
    customerGets: {
      items: itemsInput(items, now?.customerGets?.items),
      value: { discountAmount: { amount, appliesOnEachItem: each } },
    },
  }),
  read({ customerGets }) {
    const items = customerGets && readItems(customerGets.items);
    if (customerGets?.value.amount === undefined || items === null) return null;
    const { amount, appliesOnEachItem } = customerGets.value;
    return {
      ...{ kind: "amount", amount: amount.amount },
      ...(items ? { items } : {}),
      ...(appliesOnEachItem ? { each: true } : {}),
    };
  },
  plain: ({ amount, items, each }) => ({
    ...{ kind: "amount", amount: plainDecimal(amount) },
    ...(items ? { items: plainItems(items) } : {}),
    ...(each ? { each } : {}),
  }),
  say: ({ amount }, currency) => `${plainDecimal(amount)} ${currency}`,
};
