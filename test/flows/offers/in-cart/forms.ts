// The forms of automatic discounts.
import { percentOff, type Form } from "../offer-shop.ts";
import { offerForm, type Product } from "./cart.ts";

const idsOf = (products: Product[]) => products.map(({ id }) => id).join("\n");
const automatic = (kind: string, fields: Form): Form => offerForm(kind, { "settings.how": "automatic", ...fields });

export const percent = (share: string, fields: Form = {}): Form =>
  percentOff({ name: "Percent", "settings.percent": share, ...fields });

export const amount = (off: string, items: Product[], fields: Form = {}): Form =>
  automatic("amount_off", {
    ...{ "settings.amount": off, "settings.items": "products", "settings.products": idsOf(items), ...fields },
  });

export const delivery = (name: string, fields: Form = {}): Form => automatic("free_shipping", { name, ...fields });

/** Buy X get Y: one unit free, once per order. `least`: a number of units, or an amount such as "20.00". */
export function deal(buys: Product[], least: number | string, gets: Product[], fields: Form = {}): Form {
  const needs = typeof least === "number" ? "quantity" : "subtotal";
  return automatic("buy_x_get_y", {
    ...{ name: "Deal", "settings.needs": needs, [`settings.buys_${needs}`]: String(least) },
    ...{ "settings.buys.items": "products", "settings.buys.products": idsOf(buys) },
    ...{ "settings.gets.items": "products", "settings.gets.products": idsOf(gets) },
    ...{ "settings.gets_quantity": "1", "settings.share": "100", "settings.per_order": "true", ...fields },
  });
}
