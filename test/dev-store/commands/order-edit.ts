// Edits, exchanges and later payments of an order, and a change of the shop's currency.

import { emitAll, newEventId, stamp } from "../happen.ts";
import type { Order, Refund, ShopState, Store } from "../model.ts";
import { sum, toAmount, toMillionths } from "../money.ts";
import { outstanding, unitsLeft } from "../order-worth.ts";
import { currencyOf } from "../webhooks/money-set.ts";
import type { Part } from "./customer.ts";
import { buildLine, customerEmissions, type NewLine } from "./order.ts";
import { orderOf, refundOrder, type NewRefund } from "./order-change.ts";

type Edit = { remove?: { lineItemId: string; quantity: number }[]; add?: NewLine[] };

/** Added items raise the total. Removed items lower the current total, and no money is paid back. */
export function editOrder(store: Store, shop: ShopState, orderId: string, edit: Edit, part: Part = {}): Order {
  const order = orderOf(shop, orderId);
  for (const { lineItemId, quantity } of edit.remove ?? []) {
    const line = order.lineItems.find(({ id }) => id === lineItemId);
    if (line === undefined || unitsLeft(order, line) < quantity) {
      throw new RangeError(`There are not ${quantity} units of line ${lineItemId} on order ${order.id}.`);
    }
    line.removed = (line.removed ?? 0) + quantity;
  }
  // The amount that was paid does not change.
  order.received ??= order.total;
  const added = (edit.add ?? []).map((line) => buildLine(store, shop, line));
  order.lineItems.push(...added);
  const worth = added.map((line) => toAmount(toMillionths(line.price) * line.quantity - toMillionths(line.discount)));
  order.total = toAmount(sum([order.total, ...worth]), currencyOf(shop, order));
  changed(store, shop, order, "orders/updated", part);
  return order;
}

/** Some lines are returned without a payment, and other lines are added. */
export function exchangeItems(
  store: Store,
  shop: ShopState,
  orderId: string,
  { back, out }: { back: NewRefund["lines"]; out: NewLine[] },
): Refund {
  const refund = refundOrder(store, shop, orderId, { lines: back, unpaid: true });
  editOrder(store, shop, orderId, { add: out });
  return refund;
}

/** The customer pays the outstanding amount. */
export function payOrder(store: Store, shop: ShopState, orderId: string, part: Part = {}): Order {
  const order = orderOf(shop, orderId);
  const owed = Math.max(0, outstanding(order));
  order.received = toAmount(toMillionths(order.received ?? order.total) + owed, currencyOf(shop, order));
  changed(store, shop, order, "orders/paid", part);
  return order;
}

/** Ends a pending payment, or pays an unpaid return back. */
export function settleRefund(
  store: Store,
  shop: ShopState,
  orderId: string,
  refundId: string,
  to: { status: "success" | "failure" } | { amount: string },
): void {
  const order = orderOf(shop, orderId);
  const refund = order.refunds.find(({ id }) => id === refundId);
  if (refund === undefined) throw new Error(`No refund ${refundId} on order ${orderId}.`);
  Object.assign(refund, to, { updatedAt: stamp(store) });
  changed(store, shop, order, "orders/updated", {});
}

function changed(store: Store, shop: ShopState, order: Order, topic: string, part: Part): void {
  order.updatedAt = stamp(store);
  emitAll(store, shop, part.eventId ?? newEventId(), [
    { topic, resourceId: order.id },
    ...(topic === "orders/updated" ? [] : [{ topic: "orders/updated", resourceId: order.id }]),
    ...customerEmissions(store, shop, order),
  ]);
}

/** Orders keep the currency in which they were placed. */
export function changeCurrency(store: Store, shop: ShopState, currency: string): void {
  for (const order of shop.orders.values()) order.currency ??= shop.currency;
  shop.currency = currency;
  emitAll(store, shop, newEventId(), [{ topic: "shop/update", resourceId: shop.id }]);
}
