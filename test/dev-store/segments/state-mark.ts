import type { Customer, Order, ShopState } from "../model.ts";

/** A text that changes whenever data change that a segment can read. Reads the whole state in a few milliseconds. */
export function stateMark(shop: ShopState): string {
  let fields = shop.metafields.size;
  for (const one of shop.metafields.values()) {
    if (one.ownerId.includes("/Customer/")) fields = mix(mix(fields, one.ownerId + one.key), one.value);
  }
  let definitions = shop.metafieldDefinitions.size;
  for (const one of shop.metafieldDefinitions.values())
    definitions = mix(definitions, `${one.id}${one.adminFilterable}`);
  const customers = walk(shop.customers.values(), ofCustomer);
  const orders = walk(shop.orders.values(), ofOrder);
  const products = walk(shop.products.values(), ({ id, tags }) => id + tags.join());
  return [shop.customers.size, customers, shop.orders.size, orders, products, fields, definitions].join(" ");
}

/** Times have whole seconds, so values that may change twice in a second are included themselves. */
function ofCustomer(one: Customer): string {
  const places = one.addresses.map((at) => `${at.countryCode}${at.provinceCode}${at.city}`);
  const consent = one.emailConsent.state + one.smsConsent.state;
  return `${one.id}${one.email}${one.state}${one.locale}${consent}${one.tags.join()}${places.join()}`;
}

function ofOrder(one: Order): string {
  const refunds = one.refunds.map((refund) => refund.amount + (refund.status ?? ""));
  const removed = one.lineItems.map((line) => line.removed ?? 0);
  return `${removed.join("")}${one.id}${one.customerId}${one.processedAt}${one.total}${refunds.join()}${one.test}`;
}

function walk<Row>(rows: Iterable<Row>, text: (row: Row) => string): number {
  let hash = 2_166_136_261;
  for (const row of rows) hash = mix(hash, text(row));
  return hash;
}

/** FNV-1a. */
function mix(hash: number, text: string): number {
  let next = hash;
  for (let at = 0; at < text.length; at++) next = Math.imul(next ^ text.charCodeAt(at), 16_777_619);
  return next >>> 0;
}
