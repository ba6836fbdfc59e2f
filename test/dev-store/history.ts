// A customer's totals as Shopify counts them, computed from the orders and not stored.

import type { Order, ShopState } from "./model.ts";
import { worth } from "./order-worth.ts";

/** By shop: the orders of each customer, in the order of placing. Rebuilt when orders are added or deleted. */
const index = new WeakMap<Map<string, Order>, { size: number; of: Map<string, Order[]> }>();

/** All orders of the customer, including test orders. */
export function allOrdersOf(shop: ShopState, customerId: string): Order[] {
  return (indexOf(shop).get(customerId) ?? []).filter((order) => shop.orders.get(order.id) === order);
}

/** Orders that count: test orders do not, cancelled ones do. */
export function ordersOf(shop: ShopState, customerId: string): Order[] {
  return allOrdersOf(shop, customerId).filter((order) => !order.test);
}

/** In millionths of the shop's currency: what is left of the orders after edits, returns, refunds and cancelling. */
export function amountSpent(shop: ShopState, customerId: string): number {
  return ordersOf(shop, customerId)
    .filter(({ currency = shop.currency }) => currency === shop.currency)
    .reduce((total, order) => total + worth(order), 0);
}

export function lastOrder(shop: ShopState, customerId: string): Order | null {
  return ordersOf(shop, customerId).reduce<Order | null>(
    (last, order) => (last === null || order.processedAt >= last.processedAt ? order : last),
    null,
  );
}

/** Adds a new order to the index, so that the index need not be rebuilt. */
export function noteOrder(shop: ShopState, order: Order): void {
  const known = index.get(shop.orders);
  if (known === undefined || known.size !== shop.orders.size - 1) return;
  add(known.of, order);
  known.size++;
}

/** Call when an order's customer changed or was removed. */
export function forgetHistory(shop: ShopState): void {
  index.delete(shop.orders);
}

function indexOf(shop: ShopState): Map<string, Order[]> {
  const known = index.get(shop.orders);
  if (known !== undefined && known.size === shop.orders.size) return known.of;
  const of = new Map<string, Order[]>();
  for (const order of shop.orders.values()) add(of, order);
  index.set(shop.orders, { size: shop.orders.size, of });
  return of;
}

function add(of: Map<string, Order[]>, order: Order): void {
  if (order.customerId === null) return;
  const orders = of.get(order.customerId);
  if (orders === undefined) of.set(order.customerId, [order]);
  else orders.push(order);
}
