// A visit of the storefront: the shopper, the cart and the language, all kept in cookies.

import { randomBytes } from "node:crypto";
import { readCookie, setCookie, type StoreRequest } from "../http.ts";
import type { Customer, Product, ShopState, Store, Variant } from "../model.ts";
import { knownLocales } from "./extension-files.ts";

export type CartItem = { variantId: string; quantity: number; properties: Record<string, string> };
export type Cart = {
  token: string;
  items: CartItem[];
  codes: string[];
  note: string;
  attributes: Record<string, string>;
};
export type CartLine = CartItem & { product: Product; variant: Variant };

export type Visit = {
  shopper: Customer | null;
  cart: Cart;
  locale: string;
  locales: string[];
  landingSite: string | null;
  referringSite: string | null;
  /** The cookies that the answer sets. */
  cookies: string[];
};

const COOKIES = { cart: "cart", landing: "landing", locale: "locale", referrer: "referrer", shopper: "shopper" };

export function newCart(): Cart {
  return { token: randomBytes(12).toString("hex"), items: [], codes: [], note: "", attributes: {} };
}

function readCart(request: StoreRequest): Cart {
  try {
    const kept = JSON.parse(readCookie(request, COOKIES.cart) ?? "null") as Partial<Cart> | null;
    return { ...newCart(), ...kept };
  } catch {
    return newCart();
  }
}

/** The shop's language, then the extensions' languages, and Arabic, which is written from right to left. */
function localesOf(store: Store, shop: ShopState): string[] {
  return [...new Set([shop.locale, ...knownLocales(store), "ar"])];
}

/** From `?locale=`, else the cookie, else the shopper's language, else the shop's. */
function readLocale(request: StoreRequest, shopper: Customer | null, locales: string[]): string {
  const wanted = [request.url.searchParams.get("locale"), readCookie(request, COOKIES.locale), shopper?.locale];
  for (const locale of wanted) {
    if (!locale) continue;
    const known = [locale, locale.split("-")[0] ?? locale].find((code) => locales.includes(code));
    if (known) return known;
  }
  return locales[0] ?? "en";
}

export function readVisit(store: Store, shop: ShopState, request: StoreRequest): Visit {
  const shopper = shop.customers.get(readCookie(request, COOKIES.shopper) ?? "") ?? null;
  const locales = localesOf(store, shop);
  const locale = readLocale(request, shopper, locales);
  const cookies: string[] = [];
  if (request.url.searchParams.get("locale") === locale) cookies.push(setCookie(COOKIES.locale, locale));
  const landingSite = readCookie(request, COOKIES.landing);
  const referringSite = readCookie(request, COOKIES.referrer);
  return { shopper, cart: readCart(request), locale, locales, landingSite, referringSite, cookies };
}

/** Remembers the first page of the visit. */
export function noteLanding(visit: Visit, request: StoreRequest): void {
  if (visit.landingSite !== null) return;
  visit.landingSite = request.url.pathname + request.url.search;
  visit.cookies.push(setCookie(COOKIES.landing, visit.landingSite));
  const referrer = request.headers["referer"];
  if (referrer && new URL(referrer).host !== request.headers["host"]) {
    visit.referringSite = referrer;
    visit.cookies.push(setCookie(COOKIES.referrer, referrer));
  }
}

export function logIn(visit: Visit, customer: Customer | null): void {
  visit.shopper = customer;
  const options = customer ? { httpOnly: true } : { httpOnly: true, maxAge: 0 };
  visit.cookies.push(setCookie(COOKIES.shopper, customer?.id ?? "", options));
}

export function keepCart(visit: Visit): void {
  visit.cookies.push(setCookie(COOKIES.cart, JSON.stringify(visit.cart)));
}

export function clearCart(visit: Visit): void {
  visit.cart = newCart();
  visit.cookies.push(setCookie(COOKIES.cart, "", { maxAge: 0 }));
}

/** Leaves out lines whose product does not exist any more. */
export function cartLines(shop: ShopState, cart: Cart): CartLine[] {
  if (cart.items.length === 0) return [];
  const wanted = new Set(cart.items.map(({ variantId }) => variantId));
  const found = new Map<string, { product: Product; variant: Variant }>();
  for (const product of shop.products.values()) {
    for (const variant of product.variants) if (wanted.has(variant.id)) found.set(variant.id, { product, variant });
  }
  return cart.items.flatMap((item) => {
    const match = found.get(item.variantId);
    return match ? [{ ...item, ...match }] : [];
  });
}

/** Adds a variant, sets its quantity, or removes it at zero. */
export function changeItem(
  cart: Cart,
  variantId: string,
  quantity: number,
  properties: Record<string, string> = {},
): void {
  const item = cart.items.find((entry) => entry.variantId === variantId);
  if (item) item.quantity = quantity;
  else cart.items.push({ variantId, quantity, properties });
  cart.items = cart.items.filter((entry) => entry.quantity > 0);
}
