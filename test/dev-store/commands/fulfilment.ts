// The merchant ships an order, and the carrier delivers it.

import { emitAll, newEventId, stamp } from "../happen.ts";
import type { Fulfilment, ShopState, Store } from "../model.ts";
import type { Part } from "./customer.ts";
import { orderOf } from "./order-change.ts";

/** Ships all lines in one parcel. Throws if the order is shipped or cancelled already. */
export function fulfilOrder(store: Store, shop: ShopState, orderId: string, part: Part = {}): Fulfilment {
  const order = orderOf(shop, orderId);
  if (order.fulfilment) throw new RangeError(`Order ${order.name} was sent before.`);
  if (order.cancelledAt !== null) throw new RangeError(`Order ${order.name} was cancelled.`);
  const now = stamp(store);
  const fulfilment = { id: store.newId(shop), createdAt: now, updatedAt: now, deliveredAt: null };
  Object.assign(order, { fulfilment, updatedAt: now });
  emitAll(store, shop, part.eventId ?? newEventId(), [
    { topic: "fulfillments/create", resourceId: orderId },
    { topic: "orders/fulfilled", resourceId: orderId },
    { topic: "orders/updated", resourceId: orderId },
  ]);
  return fulfilment;
}

/** The carrier reports the delivery. Throws if nothing was shipped. */
export function deliverOrder(store: Store, shop: ShopState, orderId: string, part: Part = {}): Fulfilment {
  const order = orderOf(shop, orderId);
  const { fulfilment } = order;
  if (!fulfilment) throw new RangeError(`Order ${order.name} was not sent yet.`);
  if (fulfilment.deliveredAt !== null) throw new RangeError(`Order ${order.name} was delivered before.`);
  const now = stamp(store);
  Object.assign(fulfilment, { deliveredAt: now, updatedAt: now });
  const eventId = store.newId(shop);
  emitAll(store, shop, part.eventId ?? newEventId(), [
    { topic: "fulfillment_events/create", resourceId: orderId, data: { eventId } },
    { topic: "fulfillments/update", resourceId: orderId },
  ]);
  return fulfilment;
}
