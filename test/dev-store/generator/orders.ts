// An order of the history: its channel, its price, and its later changes.

import type { Address, Customer, LineItem, Order, ShopState, Store } from "../model.ts";
import { share, sum, toAmount, toMillionths } from "../money.ts";
import { fillBasket, type Basket } from "./history.ts";
import type { Persona } from "./people.ts";
import type { Random } from "./random.ts";

const FREE_DELIVERY = toMillionths("35");
const RATES: Record<string, [string, string]> = {
  US: ["USD", "1.27"],
  IN: ["INR", "106.5"],
  FR: ["EUR", "1.17"],
  DE: ["EUR", "1.17"],
  NL: ["EUR", "1.17"],
  IE: ["EUR", "1.17"],
  CA: ["CAD", "1.74"],
  AU: ["AUD", "1.93"],
};

type Way = { from: string | null; to: string | null };

const JOURNEYS: readonly (readonly [Way, number])[] = [
  [{ from: "https://www.google.com/", to: "/products/HANDLE" }, 30],
  [{ from: null, to: "/" }, 22],
  [{ from: "https://www.instagram.com/", to: "/?utm_source=instagram&utm_medium=social&utm_campaign=brew-along" }, 14],
  [{ from: null, to: "/?utm_source=newsletter&utm_medium=email&utm_campaign=monthly-leaf" }, 14],
  [{ from: "https://www.google.com/", to: "/?utm_source=google&utm_medium=cpc&utm_campaign=loose-leaf&gclid=test" }, 9],
  [{ from: "https://www.facebook.com/", to: "/?utm_source=facebook&utm_medium=paid_social&utm_campaign=diwali" }, 6],
  [{ from: "https://teaforum.example/", to: "/collections/all?ref=teaforum" }, 3],
  [{ from: null, to: null }, 2],
];

export type Buyer = { customer: Customer | null; persona: Persona | "guest"; favourite: string; isFirst: boolean };

/** Makes an order that is not in the shop yet: its number follows from its place in the history. */
export function makeOrder(store: Store, shop: ShopState, random: Random, buyer: Buyer, time: number): Order {
  const { customer } = buyer;
  const at = `${new Date(time).toISOString().slice(0, 19)}Z`;
  const picks = fillBasket(
    random,
    [...shop.products.values()],
    buyer.favourite,
    buyer.persona,
    new Date(time).getUTCMonth(),
  );
  const lineItems = picks.map((pick) => makeLine(store, shop, pick));
  const source = sourceOf(random, buyer);
  const isShipped = source.sourceName !== "pos";
  const discountCodes = isShipped ? discount(random, buyer, lineItems, new Date(time)) : [];
  const address = isShipped ? defaultAddress(customer) : null;
  const order: Order = {
    id: "",
    name: "",
    number: 0,
    customerId: customer?.id ?? null,
    email: mailFor(random, customer, isShipped),
    test: random.chance(5),
    ...source,
    ...journey(random, source.sourceName, picks[0]?.product.handle ?? ""),
    discountCodes,
    noteAttributes: random.chance(50) ? [{ name: "gift_message", value: random.pick(WISHES) }] : [],
    customerLocale: customer?.locale ?? shop.locale,
    tags: buyer.persona === "wholesale" ? ["trade"] : [],
    note: random.chance(20) ? "Please leave it with a neighbour." : null,
    lineItems,
    ...cost(shop, lineItems, isShipped, address),
    refunds: [],
    shippingAddress: address,
    processedAt: at,
    createdAt: at,
    updatedAt: at,
    cancelledAt: null,
    cancelReason: null,
    ...currencyOf(shop, random, address),
  };
  regret(store, shop, random, order, time);
  return order;
}

const WISHES = ["Happy Diwali!", "Get well soon", "ਜਨਮ ਦਿਨ ਮੁਬਾਰਕ", "જન્મદિવસની શુભેચ્છા"];

function makeLine(store: Store, shop: ShopState, { product, variantIndex, quantity }: Basket): LineItem {
  const variant = product.variants[variantIndex];
  if (variant === undefined) throw new RangeError(`No such variant of ${product.title}.`);
  const { sku, price } = variant;
  const id = store.newId(shop);
  return {
    id,
    productId: product.id,
    variantId: variant.id,
    title: product.title,
    sku,
    quantity,
    price,
    discount: "0.00",
  };
}

function defaultAddress(customer: Customer | null): Address | null {
  return customer?.addresses.find((address) => address.id === customer.defaultAddressId) ?? null;
}

function mailFor(random: Random, customer: Customer | null, isShipped: boolean): string | null {
  if (customer !== null) return customer.email;
  return isShipped ? `guest${random.below(1_000_000)}@example.com` : null;
}

function cost(
  shop: ShopState,
  lineItems: LineItem[],
  isShipped: boolean,
  address: Address | null,
): Pick<Order, "shipping" | "tax" | "total"> {
  const goods = lineItems.reduce((total, line) => total + toMillionths(line.price) * line.quantity, 0);
  const subtotal = goods - sum(lineItems.map((line) => line.discount));
  const isHome = address?.countryCode === "GB";
  const shipping = isShipped && subtotal < FREE_DELIVERY ? (isHome ? "3.95" : "8.95") : "0.00";
  const tax = isHome ? toAmount(taxOn(shop, lineItems)) : "0.00";
  return { shipping, tax, total: toAmount(subtotal + toMillionths(shipping) + toMillionths(tax)) };
}

/** Most shoppers in other countries pay in their own currency. */
function currencyOf(
  shop: ShopState,
  random: Random,
  address: Address | null,
): Pick<Order, "presentmentCurrency" | "presentmentRate"> {
  const own = RATES[address?.countryCode ?? ""];
  const [presentmentCurrency, presentmentRate] = own !== undefined && random.chance(700) ? own : [shop.currency, "1"];
  return { presentmentCurrency, presentmentRate };
}

function sourceOf(random: Random, buyer: Buyer): Pick<Order, "sourceName" | "appId" | "locationId"> {
  const name = buyer.persona === "wholesale" ? "shopify_draft_order" : random.weighted([["web", 86], ["pos", 8], ["shopify_draft_order", 3], ["subscription", 3]]); // prettier-ignore
  if (name === "pos") return { sourceName: "pos", appId: "129785", locationId: random.pick(["68100000001", "68100000002"]) }; // prettier-ignore
  if (name === "shopify_draft_order") return { sourceName: name, appId: "1354745", locationId: null };
  if (name === "subscription") return { sourceName: "subscription_contract", appId: "294517", locationId: null };
  return { sourceName: "web", appId: "580111", locationId: null };
}

type Journey = Pick<Order, "landingSite" | "referringSite" | "cartToken" | "checkoutToken">;

function journey(random: Random, sourceName: string, handle: string): Journey {
  if (sourceName !== "web") return { landingSite: null, referringSite: null, cartToken: null, checkoutToken: null };
  const { from, to } = random.weighted(JOURNEYS);
  const tokens = { cartToken: random.hex(32), checkoutToken: random.hex(32) };
  return { landingSite: to === null ? null : to.replace("HANDLE", handle), referringSite: from, ...tokens };
}

function discount(random: Random, buyer: Buyer, lineItems: LineItem[], at: Date): Order["discountCodes"] {
  const code = codeFor(random, buyer, at);
  if (code === null) return [];
  let off = 0;
  for (const line of lineItems) {
    const amount = share(toMillionths(line.price) * line.quantity, code.share);
    line.discount = toAmount(amount);
    off += amount;
  }
  return [{ code: code.code, amount: toAmount(off), type: "percentage" }];
}

function codeFor(random: Random, buyer: Buyer, at: Date): { code: string; share: string } | null {
  if (buyer.persona === "wholesale") return { code: "TRADE20", share: "0.2" };
  if (buyer.isFirst && random.chance(260)) return { code: "WELCOME10", share: "0.1" };
  if (at.getUTCMonth() >= 10 && random.chance(220)) return { code: "FESTIVE15", share: "0.15" };
  return random.chance(40) ? { code: "FRIENDS5", share: "0.05" } : null;
}

/** Food is not taxed. Pots and grinders are. */
function taxOn(shop: ShopState, lineItems: LineItem[]): number {
  const taxed = lineItems.filter((line) => shop.products.get(line.productId ?? "")?.productType === "Equipment");
  return taxed.reduce(
    (total, line) => total + share(toMillionths(line.price) * line.quantity - toMillionths(line.discount), "0.2"),
    0,
  );
}

/** Cancels some orders, and returns a line of others. */
function regret(store: Store, shop: ShopState, random: Random, order: Order, time: number): void {
  const now = store.clock.now().getTime();
  const later = `${new Date(Math.min(now, time + random.between(1, 12) * 86_400_000)).toISOString().slice(0, 19)}Z`;
  const cancelled = random.chance(15);
  if (!cancelled && !random.chance(40)) return;
  const items = cancelled ? order.lineItems : order.lineItems.slice(0, 1);
  const lines = items.map((item) => ({
    id: store.newId(shop),
    lineItemId: item.id,
    quantity: item.quantity,
    subtotal: toAmount(toMillionths(item.price) * item.quantity - toMillionths(item.discount)),
  }));
  const amount = cancelled ? order.total : toAmount(sum(lines.map((line) => line.subtotal)));
  const note = cancelled ? "Cancelled" : random.pick(["Arrived broken", "Wrong size", "Changed mind"]);
  const whole = cancelled ? { shipping: order.shipping, tax: order.tax } : {};
  order.refunds.push({ id: store.newId(shop), createdAt: later, note, lines, amount, ...whole });
  order.updatedAt = later;
  if (!cancelled) return;
  order.cancelledAt = later;
  order.cancelReason = random.pick(["customer", "inventory", "other"]);
}
