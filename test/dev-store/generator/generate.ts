// Makes a shop from a seed: about 2,000 customers and 8,000 orders over eighteen months. The same seed and time give the same
// shop. Nothing is sent, since the app is not installed yet.

import { handleOf } from "../commands/product.ts";
import type { Customer, Order, ShopState, Store } from "../model.ts";
import { toAmount } from "../money.ts";
import { GOODS, sizesOf } from "./goods.ts";
import { favouriteOf, HISTORY_DAYS, orderTimes } from "./history.ts";
import { makeOrder, type Buyer } from "./orders.ts";
import { giveConsent, makeCustomer, PERSONAS } from "./people.ts";
import { drawPicture } from "./picture.ts";
import { createRandom, type Random } from "./random.ts";

const DAY = 86_400_000;
/** Orders without a customer, for each thousand customers. */
const GUESTS = 240;

export function generateShop(store: Store, shop: ShopState, options: { seed?: number; customers?: number } = {}): void {
  const random = createRandom(options.seed ?? 1);
  const now = store.clock.now().getTime();
  stockShelves(store, shop, now);
  const count = options.customers ?? 2000;
  const orders: Order[] = [];
  for (let number = 1; number <= count; number++) orders.push(...live(store, shop, random, number, now));
  for (let number = 0; number < Math.floor((count * GUESTS) / 1000); number++) {
    const buyer: Buyer = { customer: null, persona: "guest", favourite: "Coffee", isFirst: false };
    orders.push(makeOrder(store, shop, random, buyer, now - random.below(HISTORY_DAYS * 86_400) * 1000));
  }
  orders.sort((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0));
  for (const order of orders) {
    order.id = store.newId(shop);
    order.number = ++shop.lastOrderNumber;
    order.name = `#${order.number}`;
    shop.orders.set(order.id, order);
  }
  store.touch();
}

function stockShelves(store: Store, shop: ShopState, now: number): void {
  const at = iso(now - (HISTORY_DAYS + 30) * DAY);
  GOODS.forEach((good, index) => {
    const id = store.newId(shop);
    shop.products.set(id, {
      id,
      handle: handleOf(good.title),
      title: good.title,
      descriptionHtml: `<p>${good.text}</p>`,
      vendor: good.type === "Equipment" ? "Kettle & Co" : shop.name,
      productType: good.type,
      tags: good.tags,
      variants: sizesOf(good.type).map(({ size, percent }, position) => ({
        id: store.newId(shop),
        title: size,
        sku: `${String(index + 1).padStart(3, "0")}-${position + 1}`,
        price: toAmount(Math.round((good.pence * percent) / 500) * 50_000),
      })),
      image: drawPicture(good.type, index),
      createdAt: at,
      updatedAt: at,
    });
  });
}

/** Makes one customer with the customer's orders. */
function live(store: Store, shop: ShopState, random: Random, number: number, now: number): Order[] {
  const persona = random.weighted(PERSONAS);
  const customer = makeCustomer(store, shop, random, number, persona);
  const times = orderTimes(random, persona, now);
  const first = times[0] ?? now - random.below(HISTORY_DAYS) * DAY - random.below(86_400) * 1000;
  // Some customers registered some time before they bought.
  const came = random.chance(250) ? first - random.between(1, 20) * DAY : first - random.between(1, 15) * 60_000;
  customer.createdAt = iso(came);
  const favourite = favouriteOf(random, customer);
  const orders = times.map((time, index) =>
    makeOrder(store, shop, random, { customer, persona, favourite, isFirst: index === 0 }, time),
  );
  customer.updatedAt = latest(customer, orders);
  giveConsent(random, customer, customer.updatedAt);
  shop.customers.set(customer.id, customer);
  return orders;
}

function latest(customer: Customer, orders: Order[]): string {
  return orders.reduce((time, order) => (order.updatedAt > time ? order.updatedAt : time), customer.createdAt);
}

function iso(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
