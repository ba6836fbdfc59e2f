// Privacy requests of a customer.

import { emitAll, newEventId, stamp } from "../happen.ts";
import { allOrdersOf } from "../history.ts";
import type { Address, Customer, Emission, ShopState, Store } from "../model.ts";
import { customerOf } from "./customer.ts";

export function requestCustomerData(store: Store, shop: ShopState, customerId: string): void {
  const customer = customerOf(shop, customerId);
  emitAll(store, shop, newEventId(), [
    { topic: "customers/data_request", ...about(shop, customer, { requestId: store.newId(shop) }) },
  ]);
}

/** Sends customers/redact at once, where Shopify waits ten days, and removes the person from the shop's own records. */
export function redactCustomer(store: Store, shop: ShopState, customerId: string): void {
  const customer = customerOf(shop, customerId);
  const orders = allOrdersOf(shop, customerId);
  emitAll(store, shop, newEventId(), [{ topic: "customers/redact", ...about(shop, customer, {}) }]);
  const gone = { state: "REDACTED" as const, optInLevel: null, updatedAt: stamp(store) };
  Object.assign(customer, {
    firstName: "",
    lastName: "",
    email: null,
    phone: null,
    note: null,
    addresses: [],
    defaultAddressId: null,
    emailConsent: gone,
    smsConsent: gone,
    updatedAt: stamp(store),
  });
  for (const order of orders) {
    order.email = null;
    order.shippingAddress = order.shippingAddress === null ? null : withoutPerson(order.shippingAddress);
  }
}

function withoutPerson(address: Address): Address {
  return { ...address, firstName: "", lastName: "", address1: "", zip: "", phone: null };
}

function about(
  shop: ShopState,
  customer: Customer,
  more: Record<string, unknown>,
): Pick<Emission, "resourceId"> & { data: Record<string, unknown> } {
  const orderIds = allOrdersOf(shop, customer.id).map((order) => order.id);
  return { resourceId: customer.id, data: { email: customer.email, phone: customer.phone, orderIds, ...more } };
}
