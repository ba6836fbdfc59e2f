// Makes a store in the state that a recorded answer shows, as far as the store has that state.

import { bulkOperationsOf, type BulkOperation, type BulkStatus } from "../admin-api/bulk/operation.ts";
import { parseGid } from "../admin-api/gid.ts";
import type { Address, Customer, LineItem, Order, Product, Refund, ShopState, Store } from "../model.ts";
import { toAmount, toMillionths } from "../money.ts";
import type { Fact, Facts } from "./facts.ts";

export function seed(store: Store, shop: ShopState, facts: Facts): void {
  for (const fact of facts.fields.values()) {
    for (const one of Array.isArray(fact) ? fact : [fact]) {
      if (typeof one !== "object" || one === null) continue;
      if (one.type === "Customer") customerFrom(store, shop, one);
      else if (one.type === "Order") orderFrom(store, shop, one);
      else if (one.type === "Product") productFrom(store, shop, one);
      else if (one.type === "ProductVariant") variantFrom(store, shop, one);
      else if (one.type === "BulkOperation") bulkOperationFrom(store, shop, one);
      else seed(store, shop, one);
    }
  }
}

function text(facts: Facts, name: string): string | null {
  const value = facts.fields.get(name);
  return typeof value === "string" || typeof value === "number" ? String(value) : null;
}

function inner(facts: Facts, name: string): Facts | null {
  const value = facts.fields.get(name);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
}

function texts(facts: Facts, name: string): string[] {
  const value: Fact | undefined = facts.fields.get(name);
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}

function list(facts: Facts, name: string): Facts[] {
  const value: Fact | undefined = facts.fields.get(name);
  if (Array.isArray(value)) return objectsOf(value);
  const connection = inner(facts, name);
  if (connection === null) return [];
  const nodes = connection.fields.get("nodes");
  const edges = connection.fields.get("edges");
  if (Array.isArray(nodes)) return objectsOf(nodes);
  return Array.isArray(edges) ? objectsOf(edges).flatMap((edge) => inner(edge, "node") ?? []) : [];
}

function objectsOf(values: (Facts | string)[]): Facts[] {
  return values.filter((one): one is Facts => typeof one === "object");
}

/** Joins what several parts of an answer show of one object. A field that one part lacks is taken from the others. */
function merge<Row extends object>(known: Row | undefined, fresh: Row): Row {
  if (known === undefined) return fresh;
  const said = Object.entries(fresh).filter(
    ([, value]) =>
      value !== null && value !== "" && value !== LONG_AGO && !(Array.isArray(value) && value.length === 0),
  );
  return { ...known, ...Object.fromEntries(said) };
}

/** The id in the answer, else the requested id, else a new id. */
function idOf(store: Store, shop: ShopState, facts: Facts): string {
  const asked = facts.args["id"] ?? Reflect.get(Object(facts.args["identifier"]), "id");
  const gid = text(facts, "id") ?? (typeof asked === "string" ? asked : "");
  return parseGid(gid)?.id ?? store.newId(shop);
}

function money(facts: Facts, ...names: string[]): string | null {
  for (const name of names) {
    const bag = inner(facts, name);
    const amount = bag === null ? null : text(inner(bag, "shopMoney") ?? bag, "amount");
    if (amount !== null) return toAmount(toMillionths(amount));
  }
  return null;
}

const LONG_AGO = "2025-01-01T00:00:00Z";

function addressFrom(store: Store, shop: ShopState, facts: Facts | null): Address | null {
  if (facts === null) return null;
  return {
    id: idOf(store, shop, facts),
    firstName: text(facts, "firstName") ?? "",
    lastName: text(facts, "lastName") ?? "",
    address1: text(facts, "address1") ?? "",
    city: text(facts, "city") ?? "",
    provinceCode: text(facts, "provinceCode") ?? text(facts, "province"),
    countryCode: text(facts, "countryCodeV2") ?? (text(facts, "country") === null ? null : "CA"),
    zip: text(facts, "zip") ?? "",
    phone: text(facts, "phone"),
  };
}

function contactsOf(facts: Facts): { email: string | null; phone: string | null } {
  const mail = inner(facts, "defaultEmailAddress");
  const phone = inner(facts, "defaultPhoneNumber");
  const identifier: unknown = facts.args["identifier"];
  return {
    email: text(facts, "email") ?? (mail && text(mail, "emailAddress")) ?? field(identifier, "emailAddress"),
    phone: (phone && text(phone, "phoneNumber")) ?? field(identifier, "phoneNumber"),
  };
}

function customerFrom(store: Store, shop: ShopState, facts: Facts): Customer {
  const id = idOf(store, shop, facts);
  const address = addressFrom(store, shop, inner(facts, "defaultAddress"));
  const consent = { state: "NOT_SUBSCRIBED", optInLevel: null, updatedAt: null } as const;
  const customer: Customer = {
    id,
    firstName: text(facts, "firstName") ?? "",
    lastName: text(facts, "lastName") ?? "",
    ...contactsOf(facts),
    locale: text(facts, "locale") ?? "en",
    tags: texts(facts, "tags"),
    note: text(facts, "note"),
    state: stateOf(text(facts, "state")),
    verifiedEmail: true,
    emailConsent: consent,
    smsConsent: consent,
    addresses: address === null ? [] : [address],
    defaultAddressId: address?.id ?? null,
    createdAt: text(facts, "createdAt") ?? LONG_AGO,
    updatedAt: text(facts, "updatedAt") ?? LONG_AGO,
  };
  shop.customers.set(id, merge(shop.customers.get(id), customer));
  for (const order of list(facts, "orders")) orderFrom(store, shop, order, id);
  const last = inner(facts, "lastOrder");
  if (last !== null) orderFrom(store, shop, last, id);
  return customer;
}

function stateOf(state: string | null): Customer["state"] {
  return state === "ENABLED" || state === "INVITED" || state === "DECLINED" ? state : "DISABLED";
}

function field(value: unknown, name: string): string | null {
  const found: unknown = Reflect.get(Object(value), name);
  return typeof found === "string" ? found : null;
}

function productFrom(store: Store, shop: ShopState, facts: Facts): Product {
  const id = idOf(store, shop, facts);
  const variants = list(facts, "variants").map((variant) => ({
    id: idOf(store, shop, variant),
    title: text(variant, "title") ?? "Default Title",
    sku: text(variant, "sku") ?? "",
    price: text(variant, "price") ?? "1.00",
  }));
  const product: Product = {
    id,
    handle: text(facts, "handle") ?? `product-${id}`,
    title: text(facts, "title") ?? "Product",
    descriptionHtml: "",
    vendor: text(facts, "vendor") ?? "Vendor",
    productType: text(facts, "productType") ?? "",
    tags: texts(facts, "tags"),
    variants,
    image: null,
    createdAt: LONG_AGO,
    updatedAt: LONG_AGO,
  };
  const merged = merge(shop.products.get(id), product);
  shop.products.set(id, merged);
  return merged;
}

/** A variant that was requested alone belongs to the product that it names, or to a new product. */
function variantFrom(store: Store, shop: ShopState, facts: Facts): void {
  const home = inner(facts, "product") ?? { type: "Product", args: {}, fields: new Map<string, Fact>() };
  const product = productFrom(store, shop, home);
  const variant = {
    id: idOf(store, shop, facts),
    title: text(facts, "title") ?? "Default Title",
    sku: text(facts, "sku") ?? "",
    price: text(facts, "price") ?? "1.00",
  };
  shop.products.set(product.id, { ...product, variants: [...product.variants, variant] });
}

function lineFrom(store: Store, shop: ShopState, facts: Facts): LineItem {
  const product = inner(facts, "product");
  const variant = inner(facts, "variant");
  const home =
    variant === null && product === null ? null : productFrom(store, shop, product ?? { ...facts, fields: new Map() });
  const variantId = variant === null ? null : idOf(store, shop, variant);
  if (home !== null && variantId !== null && !home.variants.some((one) => one.id === variantId)) {
    home.variants.push({ id: variantId, title: "Default Title", sku: "", price: "1.00" });
  }
  return {
    id: idOf(store, shop, facts),
    productId: home?.id ?? null,
    variantId,
    title: text(facts, "title") ?? "Line",
    sku: text(facts, "sku") ?? "",
    quantity: Number(text(facts, "quantity") ?? "1"),
    price: money(facts, "originalUnitPriceSet") ?? "1.00",
    discount: list(facts, "discountAllocations").length > 0 ? "0.10" : "0.00",
  };
}

function refundFrom(store: Store, shop: ShopState, facts: Facts): Refund {
  return {
    id: idOf(store, shop, facts),
    createdAt: text(facts, "createdAt") ?? LONG_AGO,
    note: text(facts, "note"),
    lines: list(facts, "refundLineItems").map((line) => {
      const item = inner(line, "lineItem");
      return {
        id: idOf(store, shop, line),
        lineItemId: item === null ? "" : idOf(store, shop, item),
        quantity: Number(text(line, "quantity") ?? "1"),
        subtotal: money(line, "subtotalSet") ?? "0.00",
      };
    }),
    amount: money(facts, "totalRefundedSet") ?? "1.00",
  };
}

function orderFrom(store: Store, shop: ShopState, facts: Facts, customerId: string | null = null): Order {
  const buyer = inner(facts, "customer");
  const order: Order = {
    ...BARE_ORDER,
    ...headOf(facts),
    id: idOf(store, shop, facts),
    customerId: buyer === null ? customerId : customerFrom(store, shop, buyer).id,
    lineItems: list(facts, "lineItems").map((line) => lineFrom(store, shop, line)),
    refunds: list(facts, "refunds").map((refund) => refundFrom(store, shop, refund)),
    shippingAddress: addressFrom(store, shop, inner(facts, "shippingAddress") ?? inner(facts, "billingAddress")),
    presentmentCurrency: shop.currency,
  };
  if (order.shippingAddress === null && list(facts, "shippingLines").length > 0) {
    order.shippingAddress = addressFrom(store, shop, { type: "MailingAddress", args: {}, fields: new Map() });
  }
  const merged = merge(shop.orders.get(order.id), order);
  shop.orders.set(order.id, merged);
  return merged;
}

const BARE_ORDER = {
  number: 1001,
  appId: null,
  locationId: null,
  landingSite: null,
  referringSite: null,
  customerLocale: "en",
  checkoutToken: null,
  cartToken: null,
  presentmentRate: "1",
};

/** An order's own fields, without its lists. */
function headOf(facts: Facts) {
  const at = text(facts, "createdAt") ?? text(facts, "processedAt") ?? LONG_AGO;
  const discounted = list(facts, "discountApplications").length > 0;
  return {
    name: text(facts, "name") ?? "#1001",
    email: text(facts, "email"),
    test: facts.fields.get("test") === true,
    sourceName: text(facts, "sourceName") ?? "web",
    discountCodes: discounted ? [{ code: "X", amount: "0.10", type: "fixed_amount" }] : [],
    noteAttributes: list(facts, "customAttributes").map((one) => ({
      name: text(one, "key") ?? "",
      value: text(one, "value") ?? "",
    })),
    tags: texts(facts, "tags"),
    note: text(facts, "note"),
    shipping: money(facts, "totalShippingPriceSet", "currentShippingPriceSet") ?? "0.00",
    tax: list(facts, "taxLines").length > 0 ? "0.10" : "0.00",
    total: money(facts, "totalPriceSet", "originalTotalPriceSet", "currentTotalPriceSet") ?? "1.00",
    processedAt: text(facts, "processedAt") ?? at,
    createdAt: at,
    updatedAt: text(facts, "updatedAt") ?? at,
    cancelledAt: text(facts, "cancelledAt") ?? (facts.fields.get("closed") === true ? at : null),
    cancelReason: text(facts, "cancelReason"),
  };
}

function bulkOperationFrom(store: Store, shop: ShopState, facts: Facts): void {
  const id = idOf(store, shop, facts);
  const hasFile = text(facts, "url") !== null || text(facts, "partialDataUrl") !== null;
  const completedAt = text(facts, "completedAt");
  const operation: BulkOperation = {
    id,
    type: text(facts, "type") === "MUTATION" ? "MUTATION" : "QUERY",
    status: statusOf(text(facts, "status")),
    errorCode: text(facts, "errorCode"),
    query: text(facts, "query") ?? "",
    createdAt: text(facts, "createdAt") ?? LONG_AGO,
    // Files are kept for a week, so the file is as old as when it was recorded.
    completedAt: hasFile ? store.clock.now().toISOString() : completedAt,
    objectCount: Number(text(facts, "objectCount") ?? "0"),
    rootObjectCount: Number(text(facts, "rootObjectCount") ?? "0"),
    lines: hasFile ? [Buffer.from("{}\n")] : [],
    token: id,
  };
  const all = bulkOperationsOf(shop);
  const at = all.findIndex((one) => one.id === id);
  if (at >= 0) all[at] = operation;
  else all.push(operation);
}

const STATUSES: readonly BulkStatus[] = [
  "CREATED",
  "RUNNING",
  "COMPLETED",
  "FAILED",
  "CANCELING",
  "CANCELED",
  "EXPIRED",
];

function statusOf(text: string | null): BulkStatus {
  return STATUSES.find((one) => one === text) ?? "COMPLETED";
}
