// The cart's URLs: forms that redirect to the cart page, and AJAX endpoints (`.js`).

import { answerJson, readFields, readForm, readJson, redirect, type StoreAnswer, type StoreRequest } from "../http.ts";
import type { ShopState } from "../model.ts";
import { cartObject } from "./cart-object.ts";
import type { Storefront } from "./page.ts";
import { changeItem, keepCart, type Cart } from "./visit.ts";

type Wish = { id: string; quantity: number; properties: Record<string, string> };

function hasVariant(shop: ShopState, id: string): boolean {
  for (const product of shop.products.values()) if (product.variants.some((variant) => variant.id === id)) return true;
  return false;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const isJson = (request: StoreRequest): boolean => (request.headers["content-type"] ?? "").includes("json");

function toWish(value: unknown): Wish {
  const given = isRecord(value) ? value : {};
  const properties = isRecord(given["properties"]) ? given["properties"] : {};
  return {
    id: String(given["id"] ?? ""),
    quantity: Number(given["quantity"] ?? 1),
    properties: Object.fromEntries(Object.entries(properties).map(([name, text]) => [name, String(text)])),
  };
}

/** `properties[Name]=…` and `updates[…]=…` of a form. */
function readGroup(form: URLSearchParams, group: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of form) {
    const key = name.startsWith(`${group}[`) && name.endsWith("]") ? name.slice(group.length + 1, -1) : null;
    if (key) found[key] = value;
  }
  return found;
}

function readWishes(request: StoreRequest): Wish[] {
  if (isJson(request)) {
    const body = readJson(request);
    const items = isRecord(body) && Array.isArray(body["items"]) ? body["items"] : [body];
    return items.map(toWish);
  }
  const form = readForm(request);
  return [
    toWish({ id: form.get("id"), quantity: form.get("quantity") ?? 1, properties: readGroup(form, "properties") }),
  ];
}

function refuse(description: string): StoreAnswer {
  return answerJson({ status: 422, message: "Cart Error", description }, 422);
}

function addItems(front: Storefront): StoreAnswer | null {
  const { shop, visit } = front;
  for (const { id, quantity, properties } of readWishes(front.request)) {
    if (!hasVariant(shop, id)) return refuse("Cannot find variant");
    if (!Number.isInteger(quantity) || quantity < 1) return refuse("The quantity must be a whole number above 0");
    const before = visit.cart.items.find((item) => item.variantId === id)?.quantity ?? 0;
    changeItem(visit.cart, id, before + quantity, properties);
  }
  return null;
}

function updateCart(cart: Cart, request: StoreRequest): void {
  if (!isJson(request)) {
    const form = readForm(request);
    for (const [id, quantity] of Object.entries(readGroup(form, "updates"))) changeItem(cart, id, Number(quantity));
    Object.assign(cart.attributes, readGroup(form, "attributes"));
    cart.note = form.get("note") ?? cart.note;
    return;
  }
  const body = readJson(request);
  if (!isRecord(body)) return;
  const { updates, attributes, note } = body;
  if (Array.isArray(updates)) {
    const ids = cart.items.map(({ variantId }) => variantId);
    for (const [index, id] of ids.entries())
      if (updates[index] !== undefined) changeItem(cart, id, Number(updates[index]));
  } else if (isRecord(updates)) {
    for (const [id, quantity] of Object.entries(updates)) changeItem(cart, id.split(":")[0] ?? id, Number(quantity));
  }
  if (isRecord(attributes)) {
    for (const [name, value] of Object.entries(attributes)) cart.attributes[name] = String(value);
  }
  if (typeof note === "string") cart.note = note;
}

/** One line: by `line` (from 1), or by `id`, which is a variant's id or a line's key. */
function changeLine(cart: Cart, request: StoreRequest): void {
  const fields = readFields(request);
  const byLine = cart.items[Number(fields["line"]) - 1]?.variantId;
  const id = byLine ?? fields["id"]?.split(":")[0];
  if (id && cart.items.some(({ variantId }) => variantId === id)) changeItem(cart, id, Number(fields["quantity"] ?? 1));
}

function clearItems(cart: Cart): void {
  cart.items = [];
  cart.note = "";
  cart.attributes = {};
}

const CHANGES: Record<string, (cart: Cart, request: StoreRequest) => void> = {
  update: updateCart,
  change: changeLine,
  clear: clearItems,
};

/** The answer of an AJAX endpoint: the added line, or the cart. */
function answerScript({ store, shop, request, visit }: Storefront, action: string): StoreAnswer {
  const cart = cartObject(store, shop, visit);
  if (action !== "add") return answerJson(cart);
  return answerJson(isJson(request) ? { ...cart.items.at(-1), items: cart.items } : cart.items.at(-1));
}

export function answerCart(front: Storefront): StoreAnswer | null {
  const { store, shop, request, visit } = front;
  const [, action, script] = /^\/cart(?:\/(add|update|change|clear))?(\.js|\.json)?$/.exec(request.url.pathname) ?? [];
  if (script && action === undefined) return answerJson(cartObject(store, shop, visit));
  if (action === undefined || (request.method !== "POST" && action !== "clear")) return null;
  const refused = action === "add" ? addItems(front) : CHANGES[action]?.(visit.cart, request);
  if (refused) return refused;
  keepCart(visit);
  if (script) return answerScript(front, action);
  return redirect(readForm(request).has("checkout") ? "/checkout" : "/cart");
}
