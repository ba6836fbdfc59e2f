// Plays a log's history in a store, so that the store sends webhooks of it to the app.
import { setTimeout as sleep } from "node:timers/promises";
import { createCustomer } from "../dev-store/commands/customer.ts";
import { refundOrder } from "../dev-store/commands/order-change.ts";
import { placeOrder } from "../dev-store/commands/order.ts";
import { createProduct } from "../dev-store/commands/product.ts";
import type { ShopState, Store } from "../dev-store/model.ts";
import { roomFor, settled } from "../dev-store/webhooks/outbox.ts";
import { TOPICS } from "../dev-store/webhooks/payload.ts";
import { offsetAt } from "../dev-store/webhooks/shop-time.ts";
import { countryCode } from "./country.ts";
import type { History, LogOrder, LogRefund } from "./history.ts";

/** The topics of a log's events. The store mutes the other topics, whose webhooks would add nothing. */
const SENT_TOPICS = new Set(["products/create", "customers/create", "orders/create", "refunds/create"]);
const OPEN = 2_000;

export type Fed = { customers: number; orders: number; guests: number; refunds: number };

/** `speed`: log seconds per second. Null: as fast as the app answers. */
export async function feedHistory(store: Store, shop: ShopState, history: History, speed: number | null): Promise<Fed> {
  for (const topic of TOPICS) if (!SENT_TOPICS.has(topic)) store.muted.add(topic);
  for (const { id, stockCode, title } of history.products) {
    createProduct(store, shop, { id, title: title || stockCode, handle: `product-${id}`, tags: [] });
    await roomFor(store, OPEN);
  }
  for (const [id, customer] of history.customers) {
    const createdAt = instant(customer.since, shop.timeZone);
    createCustomer(store, shop, { id, createdAt, addresses: [...customer.countries].map(addressIn) });
    await roomFor(store, OPEN);
  }
  const fed = { customers: history.customers.size, orders: 0, guests: 0, refunds: 0 };
  const ids = new Map<LogOrder, string>();
  const titles = new Map(history.products.map((product) => [product.id, product]));
  const pace = paced(speed);
  for (const step of history.steps) {
    const at = instant(step.kind === "order" ? step.order.at : step.refund.at, shop.timeZone);
    await pace(at);
    if (step.kind === "order") {
      ids.set(step.order, place(store, shop, step.order, at, titles));
      fed.orders += 1;
      if (!step.order.customerId) fed.guests += 1;
    } else {
      refund(store, shop, ids.get(step.refund.order) ?? "", step.refund, at);
      fed.refunds += 1;
    }
    await roomFor(store, OPEN);
  }
  await settled(store);
  return fed;
}

type Titles = Map<string, { title: string; stockCode: string }>;

function place(store: Store, shop: ShopState, order: LogOrder, at: string, titles: Titles): string {
  const lines = order.lines.map(({ productId, quantity, price }) => {
    const { title = "", stockCode = "" } = titles.get(productId) ?? {};
    return { productId, title: title || stockCode, sku: stockCode, price, quantity };
  });
  const { customerId, invoice } = order;
  return placeOrder(store, shop, { customerId, name: `#${invoice}`, createdAt: at, lines, shippingAddress: null }).id;
}

function refund(store: Store, shop: ShopState, orderId: string, { lines }: LogRefund, at: string): void {
  const items = shop.orders.get(orderId)?.lineItems ?? [];
  const given = lines.map(({ line, quantity, amount }) => ({ lineItemId: items[line]?.id ?? "", quantity, amount }));
  refundOrder(store, shop, orderId, { lines: given, createdAt: at });
}

const addressIn = (country: string) => ({
  firstName: "",
  lastName: "",
  address1: "",
  city: "",
  provinceCode: null,
  countryCode: countryCode(country),
  zip: "",
  phone: null,
});

/** Converts a local time of the log, in the shop's time zone, to an instant. */
export function instant(wall: string, timeZone: string): string {
  const utc = Date.parse(`${wall.replace(" ", "T")}Z`);
  const shift = (at: number) => {
    const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(offsetAt(timeZone, at)) ?? [];
    return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  };
  const guess = utc - shift(utc);
  return new Date(utc - shift(guess)).toISOString();
}

/** Returns a function that waits until the log time of `at` has come at this speed. The clock starts at the first call. */
function paced(speed: number | null): (at: string) => Promise<void> {
  if (speed === null) return async () => undefined;
  const began = Date.now();
  let first: number | undefined;
  return async (at) => {
    first ??= Date.parse(at);
    const due = began + (Date.parse(at) - first) / speed;
    if (due > Date.now()) await sleep(due - Date.now());
  };
}
