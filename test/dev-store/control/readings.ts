// What /control returns: the state of the store, and each webhook with its answers.

import { answerJson, answerText, type StoreAnswer } from "../http.ts";
import { ordersOf } from "../history.ts";
import type { Delivery, ShopState, Store } from "../model.ts";

export function answerReading(store: Store, shop: ShopState, name: string, search: URLSearchParams): StoreAnswer {
  const [noun = "", id] = name.split("/");
  if (noun === "state") return answerJson(readState(store, shop));
  if (noun === "webhooks" && id !== undefined) return answerWebhook(store, id);
  if (noun === "webhooks") return answerJson(findDeliveries(store, search).map(withoutBody));
  if (noun === "customers") return answerOne(shop.customers, id, () => findCustomers(shop, search));
  if (noun === "orders") return answerOne(shop.orders, id, () => latest(shop.orders, search));
  if (noun === "products") return answerOne(shop.products, id, () => [...shop.products.values()]);
  return answerJson({ error: `There is no /control/${name}.` }, 404);
}

export function readState(store: Store, shop: ShopState) {
  return {
    shop: shop.domain,
    shops: [...store.shops.keys()],
    now: store.clock.now().toISOString(),
    speed: store.clock.speed,
    installation: shop.installation,
    customers: shop.customers.size,
    orders: shop.orders.size,
    products: shop.products.size,
    webhooks: { ...store.outbox.counts, open: store.outbox.open },
    faults: Object.fromEntries(store.faults),
    muted: [...store.muted],
    switches: store.switches,
    lag: store.lag,
    jobs: store.config.appJobs?.names ?? [],
  };
}

/** Newest first. */
export function findDeliveries(store: Store, search: URLSearchParams): Delivery[] {
  const [topic, state] = [search.get("topic"), search.get("state")];
  const limit = Number(search.get("limit") ?? 50);
  const found: Delivery[] = [];
  for (let at = store.outbox.log.length - 1; at >= 0 && found.length < limit; at--) {
    const delivery = store.outbox.log[at];
    if (delivery === undefined || (topic !== null && delivery.topic !== topic)) continue;
    if (state === null || delivery.state === state) found.push(delivery);
  }
  return found;
}

function withoutBody({ body: _body, ...delivery }: Delivery): Omit<Delivery, "body"> {
  return delivery;
}

/** The body as it was sent. */
function answerWebhook(store: Store, webhookId: string): StoreAnswer {
  const delivery = store.outbox.log.find((entry) => entry.webhookId === webhookId);
  if (delivery === undefined) return answerJson({ error: "There is no such webhook in the log." }, 404);
  if (delivery.body === null) return answerText("The log keeps the bodies of the last thousand webhooks only.", 410);
  return { status: 200, headers: { "content-type": "application/json; charset=utf-8" }, body: delivery.body };
}

function answerOne<Item>(items: ReadonlyMap<string, Item>, id: string | undefined, all: () => unknown[]): StoreAnswer {
  if (id === undefined) return answerJson(all());
  const item = items.get(id);
  return item === undefined ? answerJson({ error: "Not Found" }, 404) : answerJson(item);
}

function latest<Item>(items: ReadonlyMap<string, Item>, search: URLSearchParams): Item[] {
  return [...items.values()].slice(-Number(search.get("limit") ?? 50)).reverse();
}

/** `?query=`: a part of the name or e-mail. `?orders=0`: the number of orders. */
function findCustomers(shop: ShopState, search: URLSearchParams): unknown[] {
  const query = (search.get("query") ?? "").toLowerCase();
  const orders = search.get("orders");
  const limit = Number(search.get("limit") ?? 50);
  const found: unknown[] = [];
  for (const customer of shop.customers.values()) {
    if (found.length >= limit) break;
    if (!`${customer.firstName} ${customer.lastName} ${customer.email}`.toLowerCase().includes(query)) continue;
    const numberOfOrders = ordersOf(shop, customer.id).length;
    if (orders === null || numberOfOrders === Number(orders)) found.push({ ...customer, numberOfOrders });
  }
  return found;
}
