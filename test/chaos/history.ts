// The webhooks of a season in two shops, in which the same events happen at the same moments.
import path from "node:path";
import { createClock } from "../dev-store/clock.ts";
import { addCustomerTags, createCustomer, setConsent, updateCustomer } from "../dev-store/commands/customer.ts";
import { cancelOrder, deleteOrder, refundOrder } from "../dev-store/commands/order-change.ts";
import { placeOrder } from "../dev-store/commands/order.ts";
import { createProduct, updateProduct } from "../dev-store/commands/product.ts";
import { createRandom } from "../dev-store/generator/random.ts";
import type { Emission, ShopState, Store } from "../dev-store/model.ts";
import { addShop, createStore } from "../dev-store/store.ts";
import { buildPayload } from "../dev-store/webhooks/payload.ts";
import { serialise } from "../dev-store/webhooks/serialise.ts";

export type Webhook = { shop: string; topic: string; eventId: string; triggeredAt: string; body: Buffer };

const PROJECT = path.resolve(import.meta.dirname, "../..");
const YESTERDAY_MS = 86_400_000;
const PRODUCTS = 12;

/** By shop, in the order in which they were sent. */
export function writeHistory(domains: readonly string[], steps: number, seed: number): Map<string, Webhook[]> {
  const store = openSilentStore();
  const shops = domains.map((domain) => addShop(store, domain, { name: "The shop" }));
  const sent = new Map<string, Webhook[]>(domains.map((domain) => [domain, []]));
  const told = new Set(store.app.subscriptions.map(({ topic }) => topic));
  store.emit = (shop, emission) => {
    if (!told.has(emission.topic)) return;
    const list = sent.get(shop.domain) ?? [];
    const triggeredAt = new Date(store.clock.now().getTime() + (list.length % 900)).toISOString();
    list.push({ ...headersOf(shop, emission), triggeredAt, body: serialise(buildPayload(store, shop, emission)) });
  };
  for (let step = 0; step < steps; step++) {
    store.clock.advance(1000);
    for (const shop of shops) live(store, shop, step, createRandom(seed * 100_000 + step));
  }
  return sent;
}

/** A store whose clock stands still between the steps, and which delivers nothing. */
function openSilentStore(): Store {
  const config = { port: 0, tunnelPort: 0, appUrl: "http://127.0.0.1:9", apiKey: "", apiSecret: "", clockSpeed: 1 };
  const store = createStore({ ...config, projectDir: PROJECT });
  store.clock = createClock(1e-9, new Date(Math.floor((Date.now() - YESTERDAY_MS) / 1000) * 1000));
  return store;
}

const headersOf = (shop: ShopState, { topic, eventId }: Emission) => ({ shop: shop.domain, topic, eventId });

type Random = ReturnType<typeof createRandom>;

/** One event. The step alone decides which one. */
function live(store: Store, shop: ShopState, step: number, random: Random): void {
  const customers = [...shop.customers.keys()];
  if (step < PRODUCTS) stock(store, shop, step);
  else if (customers.length === 0 || random.chance(250)) signUp(store, shop, step, random);
  else if (shop.orders.size === 0 || random.chance(550)) buy(store, shop, step, random);
  else if (random.chance(400)) regret(store, shop, step, random);
  else change(store, shop, step, random.pick(customers), random);
}

const partOf = (step: number) => ({ eventId: `event-${step}` });

function stock(store: Store, shop: ShopState, step: number): void {
  const variants = [{ title: "Default Title", sku: `S${step}`, price: `${5 + step}.50` }];
  createProduct(store, shop, { title: `Tea ${step}`, variants, tags: ["tea"] }, partOf(step));
}

function signUp(store: Store, shop: ShopState, step: number, random: Random): void {
  const tags = random.chance(500) ? ["new"] : [];
  const addresses = [{ ...ADDRESS, address1: `${step} High Street` }];
  const name = { firstName: `Person ${step}`, lastName: "Ünïcode", email: `person-${step}@example.com` };
  createCustomer(store, shop, { ...name, tags, addresses }, partOf(step));
}

function buy(store: Store, shop: ShopState, step: number, random: Random): void {
  const products = [...shop.products.values()];
  const lines = Array.from({ length: random.between(1, 3) }, () => ({
    variantId: random.pick(products).variants[0]?.id ?? "",
    quantity: random.between(1, 4),
  }));
  const customerId = random.chance(100) ? null : random.pick([...shop.customers.keys()]);
  placeOrder(store, shop, { customerId, lines }, partOf(step));
}

function regret(store: Store, shop: ShopState, step: number, random: Random): void {
  const order = random.pick([...shop.orders.values()]);
  const [line] = order.lineItems;
  const way = random.below(10);
  if (way < 2) deleteOrder(store, shop, order.id, partOf(step));
  else if (order.cancelledAt !== null || order.refunds.length > 0 || !line) return;
  else if (way < 5) cancelOrder(store, shop, order.id, {}, partOf(step));
  else refundOrder(store, shop, order.id, { lines: [{ lineItemId: line.id, quantity: 1 }] }, partOf(step));
}

function change(store: Store, shop: ShopState, step: number, customerId: string, random: Random): void {
  const way = random.below(10);
  const state = random.chance(500) ? "SUBSCRIBED" : "UNSUBSCRIBED";
  const part = partOf(step);
  if (way < 3) updateCustomer(store, shop, customerId, { note: `seen at ${step}` }, part);
  else if (way < 6) addCustomerTags(store, shop, customerId, [`tag-${random.below(5)}`], part);
  else if (way < 8) setConsent(store, shop, customerId, "email", { state }, part);
  else updateProduct(store, shop, random.pick([...shop.products.keys()]), { title: `Tea of step ${step}` }, part);
}

const ADDRESS = {
  firstName: "Jo",
  lastName: "Doe",
  city: "Leeds",
  provinceCode: null,
  countryCode: "GB",
  zip: "LS1 1AA",
  phone: null,
};
