// Buy X get Y. A free gift is a deal at 100 %.
import type { Grant } from "../../offer-kind.ts";
import type { Least } from "../../wire.ts";
import { percentOf, plainDecimal, type BuysNode, type GrantForm } from "./grant-form.ts";
import { itemsInput, plainItems, readItems } from "./items.ts";

const leastOf = ({ quantity, amount }: BuysNode["value"]): Least =>
  amount === undefined ? { quantity: Number(quantity) } : { subtotal: plainDecimal(amount) };

export const deal: GrantForm<Extract<Grant, { kind: "deal" }>> = {
  family: "Bxgy",
  input: ({ buys, least, gets, quantity, share, perOrder }, now) => ({
    customerBuys: {
      items: itemsInput(buys, now?.customerBuys?.items),
      value: least.subtotal === undefined ? { quantity: String(least.quantity) } : { amount: least.subtotal },
    },
    customerGets: {
      items: itemsInput(gets, now?.customerGets?.items),
      value: { discountOnQuantity: { quantity: String(quantity), effect: { percentage: Number(share) / 100 } } },
    },
    usesPerOrderLimit: perOrder,
  }),
  read({ customerBuys, customerGets, usesPerOrderLimit = null }) {
    const { quantity, effect } = customerGets?.value ?? {};
    if (!customerBuys || !customerGets || !quantity || effect?.percentage === undefined) return null;
    const [buys, gets] = [readItems(customerBuys.items), readItems(customerGets.items)];
    if (!buys || !gets) return null;
    return {
      ...{ kind: "deal", buys, least: leastOf(customerBuys.value), gets },
      ...{ quantity: Number(quantity.quantity), share: percentOf(effect.percentage), perOrder: usesPerOrderLimit },
    };
  },
  plain: ({ buys, least, gets, quantity, share, perOrder }) => ({
    ...{ kind: "deal", buys: plainItems(buys) },
    least: least.subtotal === undefined ? { quantity: least.quantity } : { subtotal: plainDecimal(least.subtotal) },
    ...{ gets: plainItems(gets), quantity, share: plainDecimal(share), perOrder },
  }),
  say: ({ least, quantity, share }, currency) =>
    `${least.subtotal === undefined ? least.quantity : `${plainDecimal(least.subtotal)} ${currency}`} + ${quantity} (${plainDecimal(share)}%)`,
};
