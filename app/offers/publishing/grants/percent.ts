// A share of the price of the whole order or of some items, in percent.
import type { Grant } from "../../offer-kind.ts";
import { percentOf, plainDecimal, type GrantForm } from "./grant-form.ts";
import { itemsInput, plainItems, readItems } from "./items.ts";

export const percent: GrantForm<Extract<Grant, { kind: "percent" }>> = {
  family: "Basic",
  input: ({ percent, items }, now) => ({
    customerGets: {
      items: itemsInput(items, now?.customerGets?.items),
      value: { percentage: Number(percent) / 100 },
    },
  }),
  read({ customerGets }) {
    const items = customerGets && readItems(customerGets.items);
    if (customerGets?.value.percentage === undefined || items === null) return null;
    return { kind: "percent", percent: percentOf(customerGets.value.percentage), ...(items ? { items } : {}) };
  },
  plain: ({ percent, items }) => ({
    kind: "percent",
    percent: plainDecimal(percent),
    ...(items ? { items: plainItems(items) } : {}),
  }),
  say: ({ percent }) => `${plainDecimal(percent)}%`,
};
