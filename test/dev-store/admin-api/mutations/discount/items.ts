// The items that a discount gives or asks for: changed by adding and removing, as Shopify's input does.

import { findCollection } from "../../../collections.ts";
import type { DiscountItems } from "../../../discounts/discount-model.ts";
import type { Discount, ShopState } from "../../../model.ts";
import { toAmount, toMillionths } from "../../../money.ts";
import type { Context } from "../../context.ts";
import { ownId } from "../../gid.ts";
import type { Faults } from "./faults.ts";
import type { DiscountInput, ItemsInput, Picked } from "./fields.ts";
import { takeQuantity } from "./value.ts";

export function picked(present: string[], change: Picked, type: string): string[] {
  const ids = (list: string[] | null | undefined): string[] => (list ?? []).map((id) => ownId(type, id));
  const removed = new Set(ids(change.remove));
  return [...new Set([...present, ...ids(change.add)])].filter((id) => !removed.has(id));
}

const hasVariant = (shop: ShopState, id: string): boolean =>
  [...shop.products.values()].some(({ variants }) => variants.some((variant) => variant.id === id));

type Change = { present: DiscountItems; input: ItemsInput; path: string };

function changed({ shop }: Context, { present, input, path }: Change, faults: Faults): DiscountItems {
  const { all, products, collections } = input;
  if (collections != null && products != null) {
    const message = "Cannot entitle collections in combination with product variants or products";
    faults.add(`${path}.collections.add`, message, "CONFLICT");
  }
  const check = (ids: string[], at: string, noun: string, isThere: (id: string) => boolean): void => {
    for (const id of ids) if (!isThere(id)) faults.add(`${path}.${at}`, `${noun} with id: ${id} is invalid`, "INVALID");
  };
  if (products != null) {
    const { productsToAdd, productsToRemove, productVariantsToAdd, productVariantsToRemove } = products;
    const before = present.kind === "products" ? present : { productIds: [], variantIds: [] };
    const productIds = picked(before.productIds, { add: productsToAdd, remove: productsToRemove }, "Product");
    const change = { add: productVariantsToAdd, remove: productVariantsToRemove };
    const variantIds = picked(before.variantIds ?? [], change, "ProductVariant");
    check(productIds, "products.productsToAdd", "Product", (id) => shop.products.has(id));
    check(variantIds, "products.productVariantsToAdd", "Product variant", (id) => hasVariant(shop, id));
    if (collections == null) return { kind: "products", productIds, variantIds };
  }
  if (collections != null) {
    const before = present.kind === "collections" ? present.collectionIds : [];
    const collectionIds = picked(before, collections, "Collection");
    check(collectionIds, "collections.add", "Collection", (id) => findCollection(shop, id) !== null);
    return { kind: "collections", collectionIds };
  }
  return all === true ? { kind: "all" } : present;
}

export function takeGets(context: Context, discount: Discount, { customerGets }: DiscountInput, faults: Faults): void {
  const input = customerGets?.items;
  if (input != null) {
    if (discount.type === "bxgy" && input.all === true) {
      return faults.add("customerGets", "Items in 'customer get' cannot be set to all", "INVALID");
    }
    discount.appliesTo = changed(context, { present: discount.appliesTo, input, path: "customerGets.items" }, faults);
  }
  if (discount.type !== "bxgy") return;
  const automatic = discount.method === "automatic" ? "automatic " : "";
  for (const field of ["appliesOnSubscription", "appliesOnOneTimePurchase"] as const) {
    if (customerGets?.[field] === undefined) continue;
    faults.add(`customerGets.${field}`, `This field is not supported by ${automatic}bxgy discounts.`, "INVALID");
  }
}

export function takeBuys(context: Context, discount: Discount, { customerBuys }: DiscountInput, faults: Faults): void {
  const before = discount.buys ?? { items: { kind: "products", productIds: [] }, quantity: null, amount: null };
  const buys = { ...before };
  discount.buys = buys;
  if (customerBuys?.items != null) {
    buys.items = changed(
      context,
      { present: before.items, input: customerBuys.items, path: "customerBuys.items" },
      faults,
    );
  }
  if (buys.items.kind === "all" || isEmpty(buys.items)) {
    faults.add("customerBuys.items", "Items in 'customer buys' must be defined", "BLANK");
  }
  const { quantity, amount } = customerBuys?.value ?? {};
  if (quantity != null) {
    const taken = takeQuantity(quantity, "customerBuys.value.quantity", "antecedent", faults);
    Object.assign(buys, { quantity: taken, amount: null });
  } else if (amount != null) {
    Object.assign(buys, { quantity: null, amount: toAmount(toMillionths(String(amount)), context.shop.currency) });
  }
}

const isEmpty = (items: DiscountItems): boolean =>
  items.kind === "products"
    ? items.productIds.length === 0 && (items.variantIds ?? []).length === 0
    : items.kind === "collections" && items.collectionIds.length === 0;
