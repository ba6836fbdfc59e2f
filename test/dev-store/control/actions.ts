// The actions of /control, by form or by JSON.

import { changeScopes, installApp, redactShop, uninstallApp } from "../commands/app.ts";
import {
  addCustomerTags,
  createCustomer,
  deleteCustomer,
  removeCustomerTags,
  setConsent,
  updateCustomer,
  type CustomerChanges,
  type NewCustomer,
} from "../commands/customer.ts";
import { deliverOrder, fulfilOrder } from "../commands/fulfilment.ts";
import { setMetafield } from "../commands/metafield.ts";
import { mergeCustomers } from "../merge/merge.ts";
import { placeOrder, type NewLine, type NewOrder } from "../commands/order.ts";
import { cancelOrder, deleteOrder, orderOf, refundOrder, updateOrder } from "../commands/order-change.ts";
import { redactCustomer, requestCustomerData } from "../commands/privacy.ts";
import { createProduct, deleteProduct, updateProduct, type NewProduct } from "../commands/product.ts";
import { setFaults } from "../faults.ts";
import type { ConsentState, Fault, FaultKind, Product, ShopState, Store } from "../model.ts";
import { SWITCH_NAMES } from "../switches.ts";
import { addShop, type ShopSettings } from "../store.ts";
import { generateShop } from "../generator/generate.ts";
import { refundedOf } from "../order-worth.ts";
import { resend } from "../webhooks/deliver.ts";
import { settled } from "../webhooks/outbox.ts";

export type Call = {
  store: Store;
  shop: ShopState;
  id: string;
  /** A form's fields. Empty if JSON was sent. */
  fields: Record<string, string>;
  json: Record<string, unknown>;
};

/** A mistake of the caller. */
export class ControlError extends Error {}

const FAULT_KINDS: FaultKind[] = ["402", "423", "429", "5xx", "slow", "drop", "lost", "duplicate", "reorder"];

function text({ fields, json }: Call, name: string): string {
  const value = fields[name] ?? json[name];
  return value === undefined || value === null ? "" : String(value);
}

function list({ fields, json }: Call, name: string): string[] {
  const value = json[name] ?? fields[name] ?? [];
  if (Array.isArray(value)) return value.map(String);
  return String(value).split(",").map((entry) => entry.trim()).filter(Boolean); // prettier-ignore
}

function number(call: Call, name: string, otherwise: number): number {
  const value = text(call, name);
  if (value === "") return otherwise;
  if (!Number.isFinite(Number(value))) throw new ControlError(`${name} must be a number, not "${value}".`);
  return Number(value);
}

/** Every action by its path. `*` stands for an id. */
export const ACTIONS: Record<string, (call: Call) => unknown> = {
  install: ({ store, shop, ...call }) => {
    const scopes = list({ store, shop, ...call }, "scopes");
    const optional = list({ store, shop, ...call }, "optional");
    return installApp(store, shop, [...(scopes.length > 0 ? scopes : store.app.scopes), ...optional]);
  },
  uninstall: ({ store, shop }) => uninstallApp(store, shop),
  "redact-shop": ({ store, shop }) => redactShop(store, shop),
  scopes: (call) => changeScopes(call.store, call.shop, list(call, "scopes")),
  clock: (call) => {
    const { clock } = call.store;
    if (text(call, "speed") !== "") clock.setSpeed(number(call, "speed", 1));
    clock.advance(number(call, "advance", 0) + number(call, "hours", 0) * 3600_000);
    return { now: clock.now().toISOString(), speed: clock.speed };
  },
  faults: changeFaults,
  mute: (call) => {
    call.store.muted = new Set(list(call, "topics"));
    return { muted: [...call.store.muted] };
  },
  switches: (call) => {
    for (const name of SWITCH_NAMES) {
      const given = text(call, name);
      if (given !== "") call.store.switches[name] = given === "true";
    }
    return call.store.switches;
  },
  lag: (call) => {
    const { search, segments } = call.store.lag;
    return Object.assign(call.store.lag, { search: number(call, "search", search), segments: number(call, "segments", segments) }); // prettier-ignore
  },
  jobs: async (call) => {
    const name = text(call, "name");
    const { appJobs } = call.store.config;
    if (!appJobs?.names.includes(name))
      throw new ControlError(`The app has no job "${name}" that can be started here.`);
    await appJobs.run(name, call.shop.domain);
    return { job: name };
  },
  settled: async ({ store }) => {
    await settled(store);
    return store.outbox.counts;
  },
  "webhooks/*/resend": ({ store, id }) => {
    const delivery = store.outbox.log.find((entry) => entry.webhookId === id);
    if (delivery === undefined || !resend(store, delivery)) throw new ControlError("This webhook can't be sent again.");
    return { webhookId: id };
  },
  shops: (call) => {
    const settings = (call.json["settings"] ?? {}) as ShopSettings;
    const shop = addShop(call.store, text(call, "domain"), settings);
    if (text(call, "seed") !== "") {
      generateShop(call.store, shop, { seed: number(call, "seed", 1), customers: number(call, "customers", 2000) });
    }
    return { id: shop.id, domain: shop.domain, customers: shop.customers.size, orders: shop.orders.size };
  },
  products: ({ store, shop, json }) => createProduct(store, shop, json as NewProduct),
  "products/*": ({ store, shop, id, json }) => updateProduct(store, shop, id, json as Partial<Product>),
  "products/*/delete": ({ store, shop, id }) => deleteProduct(store, shop, id),
  customers: (call) => createCustomer(call.store, call.shop, newCustomer(call)),
  "customers/*": ({ store, shop, id, json }) => updateCustomer(store, shop, id, json as CustomerChanges),
  "customers/*/delete": ({ store, shop, id }) => ({ deleted: deleteCustomer(store, shop, id) }),
  "customers/*/tags": (call) => {
    const { store, shop, id } = call;
    const [add, remove] = [list(call, "add"), list(call, "remove")];
    if (add.length > 0) addCustomerTags(store, shop, id, add);
    if (remove.length > 0) removeCustomerTags(store, shop, id, remove);
    return shop.customers.get(id);
  },
  "customers/*/consent": (call) => {
    const channel = text(call, "channel") === "sms" ? "sms" : "email";
    return setConsent(call.store, call.shop, call.id, channel, { state: text(call, "state") as ConsentState });
  },
  "customers/*/merge": (call) => {
    const asked = text(call, "with").trim();
    const other = call.shop.customers.has(asked) ? asked : byName(call.shop, "customers", asked);
    if (other === undefined) throw new ControlError(`"${asked}" is not among the customers.`);
    const { id, keptId, status } = mergeCustomers(call.store, call.shop, call.id, other);
    return { jobId: id, keptId, status };
  },
  "customers/*/metafield": (call) => metafield(call, `gid://shopify/Customer/${call.id}`),
  "products/*/metafield": (call) => metafield(call, `gid://shopify/Product/${call.id}`),
  metafield: (call) => metafield(call, `gid://shopify/Shop/${call.shop.id}`),
  "customers/*/redact": ({ store, shop, id }) => redactCustomer(store, shop, id),
  "customers/*/data-request": ({ store, shop, id }) => requestCustomerData(store, shop, id),
  orders: (call) => placeOrder(call.store, call.shop, newOrder(call)),
  "orders/*": ({ store, shop, id, json }) => updateOrder(store, shop, id, json),
  "orders/*/refund": refund,
  "orders/*/cancel": (call) => cancelOrder(call.store, call.shop, call.id, { refund: text(call, "refund") !== "" }),
  "orders/*/delete": ({ store, shop, id }) => deleteOrder(store, shop, id),
  "orders/*/fulfil": ({ store, shop, id }) => fulfilOrder(store, shop, id),
  "orders/*/deliver": ({ store, shop, id }) => deliverOrder(store, shop, id),
  // For the page's forms, which have the id in a field.
  customer: (call) => named(call, "customers"),
  order: (call) => named(call, "orders"),
};

function named(call: Call, noun: "customers" | "orders"): unknown {
  const known: ReadonlyMap<string, { id: string }> = call.shop[noun];
  const asked = text(call, "id").trim();
  const id = known.has(asked) ? asked : byName(call.shop, noun, asked);
  const action = ACTIONS[`${noun}/*/${text(call, "do")}`];
  if (id === undefined) throw new ControlError(`"${asked}" is not among the ${noun}.`);
  if (action === undefined) throw new ControlError(`${noun} can't ${text(call, "do")}.`);
  return action({ ...call, id });
}

function byName(shop: ShopState, noun: "customers" | "orders", asked: string): string | undefined {
  if (noun === "customers") return [...shop.customers.values()].find((customer) => customer.email === asked)?.id;
  return [...shop.orders.values()].find((order) => order.name === asked || order.name === `#${asked}`)?.id;
}

function metafield(call: Call, ownerId: string): unknown {
  const [namespace, key, value] = [text(call, "namespace"), text(call, "key"), text(call, "value")];
  const type = text(call, "type") || "single_line_text_field";
  return setMetafield(call.store, call.shop, { ownerId, namespace, key, type, value }) ?? { removed: key };
}

function changeFaults(call: Call): unknown {
  const given = call.json["faults"];
  const faults = Array.isArray(given)
    ? given.map((fault) => toFault(fault as Record<string, unknown>))
    : FAULT_KINDS.filter((kind) => number(call, kind, 0) > 0).map((kind) => toFault({ kind, share: number(call, kind, 0) / 100 })); // prettier-ignore
  setFaults(call.store, text(call, "key") || "*", faults);
  return Object.fromEntries(call.store.faults);
}

function toFault(given: Record<string, unknown>): Fault {
  const kind = FAULT_KINDS.find((entry) => entry === given["kind"]);
  if (kind === undefined) throw new ControlError(`There is no fault "${String(given["kind"])}".`);
  const otherwise = kind === "reorder" ? 3000 : kind === "slow" ? 10_000 : 0;
  const fault: Fault = { kind, share: Number(given["share"] ?? 1), milliseconds: Number(given["milliseconds"] ?? otherwise) }; // prettier-ignore
  return given["operation"] === undefined ? fault : { ...fault, operation: String(given["operation"]) };
}

function newCustomer(call: Call): NewCustomer {
  if (Object.keys(call.json).length > 0) return call.json as NewCustomer;
  const { firstName = "", lastName = "", email = "" } = call.fields;
  return { firstName, lastName, email: email || null, tags: list(call, "tags") };
}

/** The fields of a point-of-sale order: a location, and no landing page. */
const POINT_OF_SALE = { sourceName: "pos", appId: "129785", locationId: "655441491" };

/** Without lines: one product of the shop, each in turn. */
function newOrder(call: Call): NewOrder {
  const { shop, json } = call;
  const buyer = text(call, "customerId").trim();
  const customerId = buyer === "" ? null : shop.customers.has(buyer) ? buyer : byName(shop, "customers", buyer);
  if (customerId === undefined) throw new ControlError(`"${buyer}" is no customer.`);
  const lines = Array.isArray(json["lines"]) ? (json["lines"] as NewLine[]) : [chosenLine(call)];
  const { lines: _lines, customerId: _buyer, ...more } = json as Partial<NewOrder>;
  const where = text(call, "where") === "pos" ? POINT_OF_SALE : {};
  return { ...where, ...more, customerId, test: text(call, "test") !== "" && text(call, "test") !== "false", lines };
}

function chosenLine(call: Call): NewLine {
  const products = [...call.shop.products.values()];
  const product = call.shop.products.get(text(call, "productId")) ?? products[call.shop.orders.size % products.length];
  const variant = product?.variants[0];
  if (variant === undefined) throw new ControlError("The shop sells nothing yet.");
  return { variantId: variant.id, quantity: number(call, "quantity", 1) };
}

/** Without lines: everything that is left of the order. */
function refund(call: Call): unknown {
  const { store, shop, id, json } = call;
  const order = orderOf(shop, id);
  const left = order.lineItems.map((item) => ({
    lineItemId: item.id,
    quantity: item.quantity - refundedOf(order, item),
  }));
  const lines = (json["lines"] as { lineItemId: string; quantity: number }[] | undefined) ?? left.filter((line) => line.quantity > 0); // prettier-ignore
  return refundOrder(store, shop, id, { lines });
}
