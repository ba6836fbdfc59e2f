import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { schemaForWebhook } from "shopify-webhook-schemas";
import { afterAll, beforeAll, expect, test } from "vitest";
import { changeScopes, redactShop, uninstallApp } from "../commands/app.ts";
import {
  addCustomerTags,
  createCustomer,
  deleteCustomer,
  removeCustomerTags,
  setConsent,
} from "../commands/customer.ts";
import { deliverOrder, fulfilOrder } from "../commands/fulfilment.ts";
import { placeOrder } from "../commands/order.ts";
import { cancelOrder, deleteOrder, refundOrder } from "../commands/order-change.ts";
import { redactCustomer, requestCustomerData } from "../commands/privacy.ts";
import { deleteProduct } from "../commands/product.ts";
import { mergeCustomers } from "../merge/merge.ts";
import type { Emission } from "../model.ts";
import { createTrial, type Trial } from "../trial.ts";
import { TOPICS } from "./payload.ts";

const NEWEST_PUBLISHED = "2026-07";

/** Fields that version 2026-10 has dropped, though the newest published schema has them. */
const GONE_SINCE: Record<string, { field: string; why: string }[]> = {
  "orders/create": [{ field: "checkout_id", why: "removed from 2026-04 on: use checkout_token" }],
};

const NO_SAMPLE_HAD_ONE = "no sample had a refund in it; each is validated as the body of refunds/create";
const ALWAYS_FILLED = "every sample had one; Shopify sends null where there is none, as in default_address";

/** Where the schema, which is inferred from samples, is narrower than Shopify's documentation. */
const INFERRED_TOO_NARROW: { topics: RegExp; path: RegExp; why: string }[] = [
  { topics: /^orders\/(updated|cancelled)$/, path: /^\/refunds\/\d+$/, why: NO_SAMPLE_HAD_ONE },
  {
    topics: /^customers\/(create|update|enable|disable)$/,
    path: /^\/addresses\/\d+\/(company|address2)$/,
    why: ALWAYS_FILLED,
  },
  {
    topics: /^orders\//,
    path: /^\/shipping_lines\/\d+\/discount_allocations\/\d+$/,
    why: "no sample had a discount on the delivery; the allocation has the form of a line item's",
  },
];

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addFormat("uri", /^[a-z][a-z0-9+.-]*:\S+$/i);

let trial: Trial;
let bodies: Map<string, Record<string, unknown>>;

beforeAll(async () => {
  trial = await createTrial({ shop: { country: "IN", timeZone: "Asia/Kolkata" } });
  await doEverything();
  bodies = new Map(trial.received.map(({ headers, json }) => [String(headers["x-shopify-topic"]), json]));
});
afterAll(() => trial.close());

/** Emits each topic once, by the action that causes it where the store has that action. */
async function doEverything(): Promise<void> {
  const { store, shop, customer, products } = trial;
  const at = "2026-10-01T10:00:00Z";
  const addresses = structuredClone(customer.addresses);
  const emit = (topic: string, resourceId: string, data: Emission["data"] = {}) =>
    store.emit(shop, { topic, resourceId, eventId: "00000000-0000-4000-8000-000000000000", data });
  emit("products/create", products[0]?.id ?? "");
  emit("customers/create", customer.id);
  emit("customers/enable", customer.id);
  emit("customers/disable", customer.id);
  emit("shop/update", shop.id);
  emit("bulk_operations/finish", "12");
  emit("customer.joined_segment", customer.id, { segmentId: "7" });
  emit("customer.left_segment", customer.id, { segmentId: "7" });
  const segment = { id: "7", name: "Buyers", query: "number_of_orders > 0", creationDate: at, lastEditDate: at };
  shop.segments.set("7", segment);
  for (const topic of ["segments/create", "segments/update", "segments/delete"]) emit(topic, "7");
  shop.discounts.set("8", {
    id: "8",
    method: "code",
    title: "Ten off",
    codes: ["TEN"],
    value: { kind: "percentage", share: "0.1" },
    appliesTo: { kind: "all" },
    minimumSubtotal: null,
    context: { kind: "all" },
    startsAt: at,
    endsAt: null,
    usageLimit: null,
    appliesOncePerCustomer: false,
    combinesWith: { orderDiscounts: false, productDiscounts: false, shippingDiscounts: false },
    usedBy: [],
    createdAt: at,
    updatedAt: at,
  });
  for (const topic of ["discounts/create", "discounts/update", "discounts/delete"]) emit(topic, "8");
  orderAndRegret();
  addCustomerTags(store, shop, customer.id, ["vip"]);
  removeCustomerTags(store, shop, customer.id, ["vip"]);
  setConsent(store, shop, customer.id, "email", { state: "SUBSCRIBED" });
  setConsent(store, shop, customer.id, "sms", { state: "SUBSCRIBED" });
  const twin = createCustomer(store, shop, { email: "twin@example.com" });
  mergeCustomers(store, shop, twin.id, customer.id, { customerIdOfEmailToKeep: customer.id });
  requestCustomerData(store, shop, customer.id);
  redactCustomer(store, shop, customer.id);
  const other = createCustomer(store, shop, {
    firstName: "A",
    lastName: "B",
    email: "a@example.com",
    note: "x",
    addresses,
  });
  deleteCustomer(store, shop, other.id);
  deleteProduct(store, shop, products[1]?.id ?? "");
  changeScopes(store, shop, ["read_customers"]);
  uninstallApp(store, shop);
  redactShop(store, shop);
  await trial.settled();
}

function orderAndRegret(): void {
  const { store, shop, customer, products } = trial;
  const lines = products.map((product) => ({
    variantId: product.variants[0]?.id ?? "",
    quantity: 2,
    discount: "1.00",
  }));
  const input = {
    customerId: customer.id,
    lines,
    shipping: "3.95",
    tax: "1.10",
    landingSite: "/?utm_source=newsletter",
    referringSite: "https://www.google.com/",
    locationId: "68100000001",
    discountCodes: [{ code: "TEN", amount: "2.00", type: "percentage" }],
    discounts: [
      { code: "TEN", title: "Ten", type: "percentage", amount: "2.00", lines: ["1.00", "1.00"], shipping: "0.00" },
      { code: null, title: "Ship", type: "shipping", amount: "2.00", lines: [], shipping: "2.00" },
    ],
    noteAttributes: [{ name: "gift", value: "yes" }],
    presentmentCurrency: "INR",
    presentmentRate: "106.5",
    tags: ["a", "b"],
  };
  const order = placeOrder(store, shop, input);
  const lineItemId = order.lineItems[0]?.id ?? "";
  refundOrder(store, shop, order.id, { lines: [{ lineItemId, quantity: 1 }], note: "Broken" });
  cancelOrder(store, shop, order.id);
  const sent = placeOrder(store, shop, input);
  fulfilOrder(store, shop, sent.id);
  deliverOrder(store, shop, sent.id);
  deleteOrder(store, shop, placeOrder(store, shop, { ...input, test: true }).id);
}

test("the store has sent every topic that it knows", () => {
  expect([...bodies.keys()].sort()).toEqual([...TOPICS].sort());
});

test.each(TOPICS)("the body of %s validates against the newest published schema", (topic) => {
  const schema = schemaForWebhook(NEWEST_PUBLISHED, topic);
  if (schema === undefined || schema === null) throw new Error(`No schema of ${topic} was published.`);
  const gone = (GONE_SINCE[topic] ?? []).map(({ field }) => field);
  schema.required = schema.required?.filter((field: string) => !gone.includes(field));
  const body = bodies.get(topic);
  for (const field of gone) expect(body).not.toHaveProperty(field);
  const validate = ajv.compile(schema);
  validate(body);
  const narrow = INFERRED_TOO_NARROW.filter(({ topics }) => topics.test(topic));
  const faults = (validate.errors ?? []).filter(
    ({ instancePath }) => !narrow.some(({ path }) => path.test(instancePath)),
  );
  expect(faults.map((fault) => `${fault.instancePath} ${fault.message}`)).toEqual([]);
});

test("an order's body has only fields of the newest schema, and has the fields that an app must store", () => {
  const order = bodies.get("orders/create");
  const known = Object.keys(schemaForWebhook(NEWEST_PUBLISHED, "orders/create").properties);
  expect(Object.keys(order ?? {}).filter((field) => !known.includes(field))).toEqual([]);
  expect(order).toMatchObject({
    landing_site: "/?utm_source=newsletter",
    referring_site: "https://www.google.com/",
    location_id: 68100000001,
    source_name: "web",
    customer_locale: "en",
    note_attributes: [{ name: "gift", value: "yes" }],
    discount_codes: [{ code: "TEN", amount: "2.00", type: "percentage" }],
    total_price: "27.05",
    subtotal_price: "22.00",
    total_discounts: "2.00",
  });
  const [line] = order?.["line_items"] as { discount_allocations: unknown[] }[];
  expect(line?.discount_allocations).toEqual([
    {
      amount: "1.00",
      discount_application_index: 0,
      amount_set: {
        shop_money: { amount: "1.00", currency_code: "GBP" },
        presentment_money: { amount: "106.50", currency_code: "INR" },
      },
    },
  ]);
});

test("a time in a body is in the shop's zone with its offset, to the second", () => {
  const created = String(bodies.get("orders/create")?.["created_at"]);
  expect(created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+05:30$/);
  expect(Math.abs(Date.parse(created) - Date.now())).toBeLessThan(60_000);
});
