// Refunds, cancellations and other changes of an order.

import { emitAll, newEventId, stamp } from "../happen.ts";
import { forgetHistory } from "../history.ts";
import type { Emission, LineItem, Order, Refund, ShopState, Store } from "../model.ts";
import { sum, toAmount, toMillionths } from "../money.ts";
import { currentShipping, currentTax, netPayment, unitsLeft } from "../order-worth.ts";
import type { Part } from "./customer.ts";
import { customerEmissions } from "./order.ts";

export function orderOf(shop: ShopState, orderId: string): Order {
  const order = shop.orders.get(orderId);
  if (order === undefined) throw new Error(`No order ${orderId} in ${shop.domain}.`);
  return order;
}

export type NewRefund = {
  id?: string;
  /** By default a line's amount is its share of what was paid. */
  lines: { lineItemId: string; quantity: number; amount?: string }[];
  /** Money that is paid back beyond the lines, or without lines. */
  extra?: string;
  note?: string;
  createdAt?: string;
  /** The return is not paid back yet, or was exchanged. */
  unpaid?: boolean;
} & Pick<Refund, "status" | "rate" | "settles" | "shipping" | "tax" | "adjustments">;

export function refundOrder(store: Store, shop: ShopState, orderId: string, input: NewRefund, part: Part = {}): Refund {
  const order = orderOf(shop, orderId);
  const refund = addRefund(store, shop, order, input);
  emitAll(store, shop, part.eventId ?? newEventId(), [
    { topic: "refunds/create", resourceId: refund.id, data: { orderId } },
    { topic: "orders/updated", resourceId: orderId },
    ...customerEmissions(store, shop, order),
  ]);
  return refund;
}

function addRefund(store: Store, shop: ShopState, order: Order, input: NewRefund): Refund {
  const now = stamp(store);
  const lines = input.lines.map((given) => {
    const item = order.lineItems.find((line) => line.id === given.lineItemId);
    if (item === undefined) throw new Error(`No line ${given.lineItemId} on order ${order.id}.`);
    const left = unitsLeft(order, item);
    if (given.quantity > left) throw new RangeError(`Only ${left} of line ${item.id} can be refunded.`);
    const subtotal = given.amount ?? toAmount(shareOf(item, given.quantity), shop.currency);
    return { id: store.newId(shop), lineItemId: item.id, quantity: given.quantity, subtotal };
  });
  const { extra = "0", shipping = "0", tax = "0" } = input;
  const amount = toAmount(sum([...lines.map((line) => line.subtotal), extra, shipping, tax]), shop.currency);
  const refund = {
    id: input.id ?? store.newId(shop),
    createdAt: input.createdAt ?? now,
    note: input.note ?? null,
    lines,
    ...(input.shipping && { shipping }),
    ...(input.tax && { tax }),
    amount: input.unpaid ? toAmount(0, shop.currency) : amount,
    ...(input.status && { status: input.status }),
    ...(input.rate && { rate: input.rate }),
    ...(input.settles && { settles: true }),
    ...(input.adjustments && { adjustments: input.adjustments }),
  };
  order.refunds.push(refund);
  order.updatedAt = now;
  return refund;
}

function shareOf(item: LineItem, quantity: number): number {
  const paid = toMillionths(item.price) * item.quantity - toMillionths(item.discount);
  const coin = 10_000;
  return Math.floor((paid * quantity) / item.quantity / coin) * coin;
}

/** With `refund`, all remaining money is paid back. */
export function cancelOrder(
  store: Store,
  shop: ShopState,
  orderId: string,
  options: { reason?: "customer" | "inventory" | "fraud" | "declined" | "other"; refund?: boolean } = {},
  part: Part = {},
): Order {
  const order = orderOf(shop, orderId);
  if (order.cancelledAt !== null) return order;
  const emissions: Omit<Emission, "eventId">[] = [];
  if (options.refund === true) {
    const refund = addRefund(store, shop, order, whole(order));
    emissions.push({ topic: "refunds/create", resourceId: refund.id, data: { orderId } });
  }
  order.cancelledAt = order.updatedAt = stamp(store);
  order.cancelReason = options.reason ?? "customer";
  emitAll(store, shop, part.eventId ?? newEventId(), [
    { topic: "orders/cancelled", resourceId: orderId },
    { topic: "orders/updated", resourceId: orderId },
    ...emissions,
    ...customerEmissions(store, shop, order),
  ]);
  return order;
}

function whole(order: Order): NewRefund {
  const lines = order.lineItems
    .map((item) => ({ item, left: unitsLeft(order, item) }))
    .filter(({ left }) => left > 0)
    .map(({ item, left }) => ({ lineItemId: item.id, quantity: left, amount: toAmount(shareOf(item, left)) }));
  const [shipping, tax] = [toAmount(currentShipping(order)), toAmount(currentTax(order))];
  const parts = sum([shipping, tax, ...lines.map((line) => line.amount)]);
  const extra = Math.max(0, netPayment(order) - parts);
  return { lines, shipping, tax, extra: toAmount(extra), note: "Cancelled" };
}

export function deleteOrder(store: Store, shop: ShopState, orderId: string, part: Part = {}): void {
  const order = orderOf(shop, orderId);
  shop.orders.delete(orderId);
  forgetHistory(shop);
  emitAll(store, shop, part.eventId ?? newEventId(), [
    { topic: "orders/delete", resourceId: orderId },
    ...customerEmissions(store, shop, order),
  ]);
}

export function updateOrder(
  store: Store,
  shop: ShopState,
  orderId: string,
  changes: Partial<Pick<Order, "tags" | "note" | "email" | "noteAttributes">>,
  part: Part = {},
): Order {
  const order = orderOf(shop, orderId);
  Object.assign(order, changes, { updatedAt: stamp(store) });
  emitAll(store, shop, part.eventId ?? newEventId(), [{ topic: "orders/updated", resourceId: orderId }]);
  return order;
}
