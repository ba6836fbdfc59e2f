// Commands on customers, by the customer or the merchant.

import { emitAll, newEventId, stamp } from "../happen.ts";
import { allOrdersOf, forgetHistory } from "../history.ts";
import type { Address, Consent, ConsentState, Customer, ShopState, Store } from "../model.ts";

export type NewAddress = Omit<Address, "id"> & { id?: string };
export type NewCustomer = Partial<Omit<Customer, "addresses" | "defaultAddressId" | "emailConsent" | "smsConsent">> & {
  addresses?: NewAddress[];
  emailConsent?: ConsentState;
  smsConsent?: ConsentState;
};
/** Joins several commands into one action with one event id. */
export type Part = { eventId?: string };

export function customerOf(shop: ShopState, customerId: string): Customer {
  const customer = shop.customers.get(customerId);
  if (customer === undefined) throw new Error(`No customer ${customerId} in ${shop.domain}.`);
  return customer;
}

export function createCustomer(store: Store, shop: ShopState, input: NewCustomer, part: Part = {}): Customer {
  const customer = buildCustomer(store, shop, input);
  shop.customers.set(customer.id, customer);
  const eventId = part.eventId ?? newEventId();
  emitAll(store, shop, eventId, [{ topic: "customers/create", resourceId: customer.id }]);
  if (customer.tags.length > 0) emitTags(store, shop, eventId, "customer.tags_added", customer.id, customer.tags);
  if (customer.emailConsent.updatedAt !== null) emitConsent(store, shop, eventId, "email", customer.id);
  if (customer.smsConsent.updatedAt !== null) emitConsent(store, shop, eventId, "sms", customer.id);
  return customer;
}

function buildCustomer(store: Store, shop: ShopState, input: NewCustomer): Customer {
  const { addresses: given = [], emailConsent, smsConsent, ...plain } = input;
  const now = stamp(store);
  const addresses = given.map((address) => ({ ...address, id: address.id ?? store.newId(shop) }));
  return {
    id: store.newId(shop),
    firstName: "",
    lastName: "",
    email: null,
    phone: null,
    locale: shop.locale,
    tags: [],
    note: null,
    state: "DISABLED",
    verifiedEmail: true,
    createdAt: now,
    updatedAt: input.createdAt ?? now,
    ...plain,
    emailConsent: buildConsent(emailConsent, now),
    smsConsent: buildConsent(smsConsent, now),
    addresses,
    defaultAddressId: addresses[0]?.id ?? null,
  };
}

function buildConsent(state: ConsentState = "NOT_SUBSCRIBED", now: string): Consent {
  if (state === "NOT_SUBSCRIBED") return { state, optInLevel: null, updatedAt: null };
  return { state, optInLevel: state === "SUBSCRIBED" ? "SINGLE_OPT_IN" : null, updatedAt: now };
}

export type CustomerChanges = Partial<
  Pick<
    Customer,
    | "firstName"
    | "lastName"
    | "email"
    | "phone"
    | "locale"
    | "note"
    | "state"
    | "tags"
    | "verifiedEmail"
    | "defaultAddressId"
  >
> & { addresses?: NewAddress[] };

/** Given tags replace all tags. */
export function updateCustomer(
  store: Store,
  shop: ShopState,
  customerId: string,
  changes: CustomerChanges,
  part: Part = {},
): Customer {
  const customer = customerOf(shop, customerId);
  const { addresses, tags, ...plain } = changes;
  const eventId = part.eventId ?? newEventId();
  Object.assign(customer, plain, { updatedAt: stamp(store) });
  if (addresses !== undefined) {
    customer.addresses = addresses.map((address) => ({ ...address, id: address.id ?? store.newId(shop) }));
    const keeps = customer.addresses.some((address) => address.id === customer.defaultAddressId);
    if (!keeps) customer.defaultAddressId = customer.addresses[0]?.id ?? null;
  }
  const before = customer.tags;
  if (tags !== undefined) customer.tags = [...new Set(tags)];
  emitAll(store, shop, eventId, [{ topic: "customers/update", resourceId: customerId }]);
  emitTagChange(store, shop, eventId, customer, before);
  return customer;
}

/** Returns false while the customer has orders: Shopify then refuses the deletion. */
export function deleteCustomer(store: Store, shop: ShopState, customerId: string, part: Part = {}): boolean {
  customerOf(shop, customerId);
  if (allOrdersOf(shop, customerId).length > 0) return false;
  shop.customers.delete(customerId);
  forgetHistory(shop);
  emitAll(store, shop, part.eventId ?? newEventId(), [{ topic: "customers/delete", resourceId: customerId }]);
  return true;
}

export function addCustomerTags(
  store: Store,
  shop: ShopState,
  customerId: string,
  tags: string[],
  part: Part = {},
): Customer {
  return updateCustomer(store, shop, customerId, { tags: [...customerOf(shop, customerId).tags, ...tags] }, part);
}

export function removeCustomerTags(
  store: Store,
  shop: ShopState,
  customerId: string,
  tags: string[],
  part: Part = {},
): Customer {
  const kept = customerOf(shop, customerId).tags.filter((tag) => !tags.includes(tag));
  return updateCustomer(store, shop, customerId, { tags: kept }, part);
}

export function setConsent(
  store: Store,
  shop: ShopState,
  customerId: string,
  channel: "email" | "sms",
  consent: { state: ConsentState; optInLevel?: string | null; updatedAt?: string },
  part: Part = {},
): Customer {
  const customer = customerOf(shop, customerId);
  const now = stamp(store);
  const next = {
    state: consent.state,
    optInLevel: consent.optInLevel ?? (consent.state === "SUBSCRIBED" ? "SINGLE_OPT_IN" : null),
    updatedAt: consent.updatedAt ?? now,
  };
  if (channel === "email") customer.emailConsent = next;
  else customer.smsConsent = next;
  customer.updatedAt = now;
  const eventId = part.eventId ?? newEventId();
  emitConsent(store, shop, eventId, channel, customerId);
  emitAll(store, shop, eventId, [{ topic: "customers/update", resourceId: customerId }]);
  return customer;
}

function emitTagChange(store: Store, shop: ShopState, eventId: string, customer: Customer, before: string[]): void {
  const added = customer.tags.filter((tag) => !before.includes(tag));
  const removed = before.filter((tag) => !customer.tags.includes(tag));
  if (added.length > 0) emitTags(store, shop, eventId, "customer.tags_added", customer.id, added);
  if (removed.length > 0) emitTags(store, shop, eventId, "customer.tags_removed", customer.id, removed);
}

function emitTags(
  store: Store,
  shop: ShopState,
  eventId: string,
  topic: string,
  resourceId: string,
  tags: string[],
): void {
  emitAll(store, shop, eventId, [{ topic, resourceId, data: { tags } }]);
}

function emitConsent(
  store: Store,
  shop: ShopState,
  eventId: string,
  channel: "email" | "sms",
  resourceId: string,
): void {
  const topic = `customers_${channel === "email" ? "email_" : ""}marketing_consent/update`;
  emitAll(store, shop, eventId, [{ topic, resourceId }]);
}
