// Settings that several kinds of offers have, and what the settings mean.
import { UserError } from "../../errors.ts";
import { field, type Values } from "../../fields.ts";
import type { DiscountSpec, GrantConditions } from "../../offers/offer-kind.ts";
import type { Conditions, Least, Some } from "../../offers/wire.ts";

const HOW = { automatic: "offer-kinds.percentage.automatic", code: "offer-kinds.percentage.by_code" };
/** Only characters that a customer can type and that need no escaping in a link. */
const CODE = /^[A-Za-z0-9][A-Za-z0-9_-]{2,39}$/;

export const link = () => field.url("offer-kinds.link", { optional: true, help: "offer-kinds.link_help" });

/** Refuses `/\example.com`, which a browser reads as the address of another host. */
export function checkLink(href: string): string | null {
  if (href.startsWith("/\\")) throw new UserError("app.field.not_an_address", {}, "href");
  return href || null;
}

/** `initial`: the method with which a new offer begins. */
export const method = (initial: "automatic" | "code") => ({
  how: field.choice("offer-kinds.percentage.how", HOW, { initial }),
  code: field.when(
    { how: "code" },
    field.text("offer-kinds.percentage.code", { max: 40, help: "offer-kinds.percentage.code_help" }),
  ),
});

export function checkCode(code: string | undefined): string | null {
  if (code === undefined) return null;
  if (!CODE.test(code)) throw new UserError("offer-kinds.percentage.code_fault", {}, "code");
  return code;
}

const MINIMUM = {
  none: "offer-kinds.minimum.none",
  subtotal: "offer-kinds.minimum.subtotal",
  quantity: "offer-kinds.minimum.quantity",
};

export const minimum = () => ({
  minimum: field.choice("offer-kinds.minimum.label", MINIMUM, { initial: "none" }),
  minimum_subtotal: field.when(
    { minimum: "subtotal" },
    field.money("offer-kinds.minimum.subtotal_value", { min: 0.01 }),
  ),
  minimum_quantity: field.when(
    { minimum: "quantity" },
    field.integer("offer-kinds.minimum.quantity_value", { min: 1, max: 10_000, initial: 2 }),
  ),
});

/** Only codes have these limits. */
export const limits = () => ({
  once: field.when({ how: "code" }, field.toggle("offer-kinds.once")),
  limited: field.when({ how: "code" }, field.toggle("offer-kinds.limited")),
  uses: field.when(
    { how: "code", limited: "true" },
    field.integer("offer-kinds.uses", { min: 1, max: 1_000_000, initial: 100 }),
  ),
});

const ITEMS = {
  all: "offer-kinds.items.all",
  products: "offer-kinds.items.products",
  collections: "offer-kinds.items.collections",
};
const SOME = { products: ITEMS.products, collections: ITEMS.collections };

export const items = () => ({
  items: field.choice("offer-kinds.items.label", ITEMS, { initial: "all" }),
  products: field.when({ items: "products" }, field.products("offer-kinds.items.products")),
  collections: field.when({ items: "collections" }, field.collections("offer-kinds.items.collections")),
});

/** The items of a deal's side, which must be named. `label`: of the group. */
export const someItems = (label: string) =>
  field.group(label, {
    items: field.choice("offer-kinds.items.label", SOME, { initial: "products" }),
    products: field.when({ items: "products" }, field.products("offer-kinds.items.products")),
    collections: field.when({ items: "collections" }, field.collections("offer-kinds.items.collections")),
  });

type Named = { products?: string[] | undefined; collections?: string[] | undefined };

/** Undefined: the whole order. */
export const itemsOf = ({ products, collections }: Named): Some | undefined =>
  products ? { products } : collections && { collections };

export const someOf = ({ products, collections }: Named): Some =>
  products ? { products } : { collections: collections ?? [] };

type Given = Partial<Values<ReturnType<typeof minimum>> & Values<ReturnType<typeof limits>> & Named>;

export function leastOf({ minimum_subtotal: subtotal, minimum_quantity: quantity }: Given): Least | undefined {
  if (subtotal !== undefined) return { subtotal };
  return quantity === undefined ? undefined : { quantity };
}

/** The conditions as the blocks write them and as the checkout keeps them. */
export function conditionsOf(given: Given): { shown: Conditions; kept: Pick<DiscountSpec, "conditions"> } {
  const minimum = leastOf(given);
  const items = itemsOf(given);
  const conditions: GrantConditions = {
    ...(minimum ? { minimum } : {}),
    ...(given.once ? { once: true } : {}),
    ...(given.uses === undefined ? {} : { uses: given.uses }),
  };
  return {
    shown: { ...conditions, ...(items ? { items } : {}) },
    kept: Object.keys(conditions).length > 0 ? { conditions } : {},
  };
}
