// A shopper places an order.

import { emitAll, newEventId, stamp } from "../happen.ts";
import { noteOrder } from "../history.ts";
import type { Address, Customer, Emission, LineItem, Order, ShopState, Store } from "../model.ts";
import { sum, toAmount, toMillionths } from "../money.ts";
import { outstanding } from "../order-worth.ts";
import { customerOf, type NewAddress, type Part } from "./customer.ts";

/** A variant of the shop, by default with its title and price, or a custom line. */
export type NewLine = { quantity: number; discount?: string } & (
  | ({ variantId: string } & Partial<Pick<LineItem, "id" | "title" | "sku" | "price">>)
  | (Pick<LineItem, "title" | "sku" | "price"> & { variantId?: null; productId?: string | null; id?: string })
);

type Settable = Omit<Order, "lineItems" | "refunds" | "shippingAddress" | "name" | "number" | "total">;
export type NewOrder = Partial<Settable> & {
  lines: NewLine[];
  shippingAddress?: NewAddress | null;
  name?: string;
  number?: number;
  /** The discounts whose uses to count. */
  discountsUsed?: { id: string; code: string | null }[];
};

/** The default: a paid order of the online store. */
const PLAIN_ORDER = {
  customerId: null,
  test: false,
  sourceName: "web",
  appId: "580111",
  locationId: null,
  landingSite: null,
  referringSite: null,
  checkoutToken: null,
  cartToken: null,
  note: null,
  cancelledAt: null,
  cancelReason: null,
  presentmentRate: "1",
};

/** Sends all webhooks of a new order: created, paid if it is paid, and the changes of the customer and the products. */
export function placeOrder(store: Store, shop: ShopState, input: NewOrder, part: Part = {}): Order {
  const order = buildOrder(store, shop, input);
  shop.orders.set(order.id, order);
  noteOrder(shop, order);
  for (const used of input.discountsUsed ?? []) {
    shop.discounts.get(used.id)?.usedBy.push({ orderId: order.id, customerId: order.customerId, code: used.code });
  }
  emitAll(store, shop, part.eventId ?? newEventId(), [
    { topic: "orders/create", resourceId: order.id },
    ...(outstanding(order) > 0 ? [] : [{ topic: "orders/paid", resourceId: order.id }]),
    { topic: "orders/updated", resourceId: order.id },
    ...customerEmissions(store, shop, order),
    ...productEmissions(store, shop, order),
  ]);
  return order;
}

/** The webhooks about the customer that every change of an order sends. */
export function customerEmissions(store: Store, shop: ShopState, order: Order): Omit<Emission, "eventId">[] {
  const customer = order.customerId === null ? undefined : shop.customers.get(order.customerId);
  if (customer === undefined) return [];
  customer.updatedAt = stamp(store);
  const address = order.shippingAddress;
  if (customer.addresses.length === 0 && address !== null) {
    customer.addresses = [address];
    customer.defaultAddressId = address.id;
  }
  return [
    { topic: "customers/update", resourceId: customer.id },
    { topic: "customers/purchasing_summary", resourceId: customer.id },
  ];
}

/** An order lowers the stock, which changes the product. */
function productEmissions(store: Store, shop: ShopState, order: Order): Omit<Emission, "eventId">[] {
  if (store.muted.has("products/update")) return [];
  const ids = new Set(order.lineItems.map((line) => line.productId));
  return [...ids].flatMap((id) => {
    const product = id === null ? undefined : shop.products.get(id);
    if (product === undefined) return [];
    product.updatedAt = stamp(store);
    return [{ topic: "products/update", resourceId: product.id }];
  });
}

export function buildOrder(store: Store, shop: ShopState, input: NewOrder): Order {
  const { lines, shippingAddress, discountsUsed: _used, ...given } = input;
  const now = given.createdAt ?? stamp(store);
  const customer = given.customerId == null ? null : customerOf(shop, given.customerId);
  const number = given.number ?? ++shop.lastOrderNumber;
  const order = {
    ...PLAIN_ORDER,
    id: given.id ?? store.newId(shop),
    currency: shop.currency,
    email: customer?.email ?? null,
    shipping: toAmount(0, shop.currency),
    tax: toAmount(0, shop.currency),
    customerLocale: customer?.locale ?? shop.locale,
    discountCodes: [],
    noteAttributes: [],
    tags: [],
    presentmentCurrency: shop.currency,
    createdAt: now,
    processedAt: now,
    updatedAt: now,
    name: `#${number}`,
    ...given,
    number,
    lineItems: lines.map((line) => buildLine(store, shop, line)),
    refunds: [],
    shippingAddress: addressOf(store, shop, shippingAddress, customer),
  };
  const total = totalOf(order.lineItems) + toMillionths(order.shipping) + toMillionths(order.tax);
  return { ...order, total: toAmount(total, shop.currency) };
}

function totalOf(lineItems: LineItem[]): number {
  const items = lineItems.reduce((total, line) => total + toMillionths(line.price) * line.quantity, 0);
  return items - sum(lineItems.map((line) => line.discount));
}

/** By default the customer's default address. */
function addressOf(
  store: Store,
  shop: ShopState,
  given: NewAddress | null | undefined,
  customer: Customer | null,
): Address | null {
  if (given === null) return null;
  if (given !== undefined) return { ...given, id: given.id ?? store.newId(shop) };
  return customer?.addresses.find((address) => address.id === customer.defaultAddressId) ?? null;
}

/** By shop: the product of each variant. */
const owners = new WeakMap<ShopState, Map<string, string>>();

export function buildLine(store: Store, shop: ShopState, line: NewLine): LineItem {
  const id = line.id ?? store.newId(shop);
  const discount = line.discount ?? "0.00";
  if (line.variantId == null) {
    const productId = "productId" in line ? (line.productId ?? null) : null;
    const { title, sku, price, quantity } = line as LineItem;
    return { id, productId, variantId: null, title, sku, quantity, price, discount };
  }
  const { product, variant } = findVariant(shop, line.variantId);
  return {
    id,
    productId: product.id,
    variantId: variant.id,
    title: line.title ?? product.title,
    sku: line.sku ?? variant.sku,
    quantity: line.quantity,
    price: line.price ?? variant.price,
    discount,
  };
}

function findVariant(shop: ShopState, variantId: string) {
  const known = owners.get(shop) ?? new Map<string, string>();
  owners.set(shop, known);
  const guess = shop.products.get(known.get(variantId) ?? "");
  for (const product of guess === undefined ? shop.products.values() : [guess]) {
    const variant = product.variants.find((entry) => entry.id === variantId);
    if (variant === undefined) continue;
    known.set(variantId, product.id);
    return { product, variant };
  }
  throw new Error(`No variant ${variantId} in ${shop.domain}.`);
}
