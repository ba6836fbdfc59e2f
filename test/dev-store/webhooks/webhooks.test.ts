import { afterEach, expect, test } from "vitest";
import { installApp, uninstallApp } from "../commands/app.ts";
import { addCustomerTags, setConsent } from "../commands/customer.ts";
import { placeOrder } from "../commands/order.ts";
import { cancelOrder, deleteOrder, refundOrder } from "../commands/order-change.ts";
import { setFaults } from "../faults.ts";
import type { FaultKind } from "../model.ts";
import { appToml, createTrial, type Trial } from "../trial.ts";
import { RETRY_DELAYS, resend } from "./deliver.ts";

const HOUR = 3600_000;
let trial: Trial;
afterEach(() => trial.close());

function buy(price?: string) {
  const variant = trial.products[0]?.variants[0];
  if (variant === undefined) throw new Error("The trial shop is empty.");
  const line = { variantId: variant.id, quantity: 2, ...(price === undefined ? {} : { price }) };
  return placeOrder(trial.store, trial.shop, { customerId: trial.customer.id, lines: [line] });
}

/** Waits until the receiver has this many webhooks. */
async function arrived(count: number): Promise<void> {
  await expect.poll(() => trial.received.length).toBe(count);
}

test("an order sends all topics that Shopify sends, under one event id, each with its own webhook id", async () => {
  trial = await createTrial();
  buy();
  await trial.settled();
  expect(trial.topics()).toEqual([
    "customers/purchasing_summary",
    "customers/update",
    "orders/create",
    "orders/paid",
    "orders/updated",
    "products/update",
  ]);
  const heads = trial.received.map(({ headers }) => headers);
  expect(new Set(heads.map((head) => head["x-shopify-event-id"])).size).toBe(1);
  expect(new Set(heads.map((head) => head["x-shopify-webhook-id"])).size).toBe(6);
});

test("a webhook has Shopify's headers and a signature over its bytes, which the receiver verifies itself", async () => {
  trial = await createTrial({ shop: { name: "Thé & Café — ચા" } });
  buy();
  await trial.settled();
  expect(trial.received.every(({ genuine }) => genuine)).toBe(true);
  const order = trial.received.find(({ headers }) => headers["x-shopify-topic"] === "orders/create");
  expect(order?.headers).toMatchObject({
    "content-type": "application/json",
    "user-agent": "Shopify-Captain-Hook",
    "x-shopify-shop-domain": "trial.myshopify.com",
    "x-shopify-api-version": "2026-10",
    "x-shopify-triggered-at": expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  });
  expect(order?.headers["x-shopify-name"]).toBeUndefined();
});

test("ids beyond 2^53 keep all digits", async () => {
  trial = await createTrial({ shop: { lastId: "9007199254740993000" } });
  const order = buy();
  await trial.settled();
  const body = trial.received.find(({ headers }) => headers["x-shopify-topic"] === "orders/create")?.body ?? "";
  expect(BigInt(order.id)).toBeGreaterThan(2n ** 53n);
  expect(body.startsWith(`{"id":${order.id},`)).toBe(true);
  expect(body).toContain(`"line_items":[{"id":${order.lineItems[0]?.id},`);
  expect(body).toContain(`"customer":{"id":${trial.customer.id},`);
});

test("a subscription with its own name and fields gets its own webhook with that name and those fields", async () => {
  const more = `[[webhooks.subscriptions]]
topics = ["orders/create"]
uri = "https://trial.example/narrow"
name = "totals"
include_fields = ["id", "updated_at", "line_items.quantity", "total_price_set.shop_money.amount"]
[[webhooks.subscriptions]]
topics = ["orders/create"]
uri = "/big"
filter = "total_price:>=100.00 AND line_items.quantity:2"`;
  trial = await createTrial({ toml: appToml([], more) });
  const order = buy();
  buy("75.00");
  await trial.settled();
  const narrow = trial.received.find(({ headers }) => headers["x-shopify-name"] === "totals");
  expect(narrow?.body).toBe(
    `{"id":${order.id},"total_price_set":{"shop_money":{"amount":"12.40"}},"updated_at":${JSON.stringify(narrow?.json["updated_at"])},"line_items":[{"quantity":2}]}`,
  );
  const big = trial.received.filter(({ headers }) => headers["x-shopify-name"] === undefined);
  expect(big.map(({ json }) => json["total_price"])).toEqual(["150.00"]);
});

test("topics without a subscription are not sent, nor any topic while the app is not installed", async () => {
  trial = await createTrial({ toml: appToml(["orders/create", "app/uninstalled", "shop/redact"]) });
  buy();
  uninstallApp(trial.store, trial.shop);
  buy();
  await trial.settled();
  expect(trial.topics()).toEqual(["app/uninstalled", "orders/create"]);
});

test("shop/redact follows two days of store time after the app was uninstalled", async () => {
  trial = await createTrial({ toml: appToml(["shop/redact"]) });
  uninstallApp(trial.store, trial.shop);
  trial.store.clock.advance(47 * HOUR);
  await trial.settled();
  expect(trial.topics()).toEqual([]);
  trial.store.clock.advance(HOUR + 1);
  await trial.settled();
  expect(trial.topics()).toEqual(["shop/redact"]);
  expect(trial.received[0]?.json).toEqual({ shop_id: Number(trial.shop.id), shop_domain: "trial.myshopify.com" });
});

test("a shop that installed the app again within the two days is not redacted", async () => {
  trial = await createTrial({ toml: appToml(["shop/redact"]) });
  uninstallApp(trial.store, trial.shop);
  trial.store.clock.advance(47 * HOUR);
  installApp(trial.store, trial.shop);
  trial.store.clock.advance(24 * HOUR);
  await trial.settled();
  expect(trial.topics()).toEqual([]);
});

test("Shopify's own totals leave out test orders and count cancelled ones, of which nothing is left", async () => {
  trial = await createTrial();
  cancelOrder(trial.store, trial.shop, buy().id);
  const variantId = trial.products[0]?.variants[0]?.id ?? "";
  placeOrder(trial.store, trial.shop, {
    customerId: trial.customer.id,
    test: true,
    lines: [{ variantId, quantity: 1 }],
  });
  await trial.settled();
  const summary = trial.received.findLast(
    ({ headers }) => headers["x-shopify-topic"] === "customers/purchasing_summary",
  );
  expect(summary?.json).toMatchObject({ numberOfOrders: 1, amountSpent: { amount: "0.00" } });
});

test("a webhook without an answer of 2xx is sent eight more times over four hours of store time, with the same body and ids", async () => {
  trial = await createTrial({ toml: appToml(["orders/create"]) });
  trial.answer.status = 302;
  const order = buy();
  await arrived(1);
  order.note = "changed meanwhile";
  const [delivery] = trial.store.outbox.log;
  for (const [index, delay] of RETRY_DELAYS.entries()) {
    await expect.poll(() => delivery?.attempts.length).toBe(index + 1);
    trial.store.clock.advance(delay - 1000);
    expect(trial.received.length).toBe(index + 1);
    trial.store.clock.advance(1000);
    await arrived(index + 2);
  }
  await trial.settled();
  expect(RETRY_DELAYS.reduce((total, delay) => total + delay, 0)).toBeCloseTo(4 * HOUR, 0);
  expect(trial.store.outbox.counts).toMatchObject({ failed: 1, attempts: 9 });
  expect(new Set(trial.received.map(({ body }) => body)).size).toBe(1);
  expect(new Set(trial.received.map(({ headers }) => headers["x-shopify-webhook-id"])).size).toBe(1);
  expect(trial.received.every(({ genuine }) => genuine)).toBe(true);
});

test("on a fast clock the retries happen by themselves", async () => {
  trial = await createTrial({ toml: appToml(["orders/create"]), config: { clockSpeed: 20_000 } });
  trial.answer.status = 500;
  buy();
  await expect.poll(() => trial.received.length).toBeGreaterThan(2);
  trial.answer.status = 200;
  await trial.settled();
  expect(trial.store.outbox.counts).toMatchObject({ delivered: 1, failed: 0 });
});

test("an answer that takes too long or never comes is a failed attempt", async () => {
  trial = await createTrial({ toml: appToml(["orders/create"]), config: { webhookTimeout: 50 } });
  trial.answer.afterMilliseconds = 200;
  buy();
  const attempts = () => trial.store.outbox.log[0]?.attempts ?? [];
  await expect.poll(() => attempts().length).toBe(1);
  expect(attempts()[0]).toMatchObject({ status: null, error: "timed out" });
  Object.assign(trial.answer, { afterMilliseconds: 0, status: null });
  trial.store.config.webhookTimeout = 5_000;
  trial.store.clock.advance(2 * 60_000);
  await expect.poll(() => attempts().length).toBe(2);
  expect(attempts()[1]).toMatchObject({ status: null, error: "socket hang up" });
});

function misbehave(kind: FaultKind, milliseconds = 0): void {
  setFaults(trial.store, "orders/create", [{ kind, share: 1, milliseconds }]);
}

test("with the fault drop, the store never sends the webhook", async () => {
  trial = await createTrial({ toml: appToml(["orders/create"]) });
  misbehave("drop");
  buy();
  await trial.settled();
  trial.store.clock.advance(5 * HOUR);
  expect(trial.received).toEqual([]);
  expect(trial.store.outbox.log[0]?.state).toBe("dropped");
});

test("with the fault duplicate, the store sends the same webhook id twice", async () => {
  trial = await createTrial({ toml: appToml(["orders/create"]) });
  misbehave("duplicate");
  buy();
  await arrived(1);
  trial.store.clock.advance(HOUR);
  await trial.settled();
  const ids = trial.received.map(({ headers }) => headers["x-shopify-webhook-id"]);
  expect(ids.length).toBe(2);
  expect(ids[0]).toBe(ids[1]);
});

test("with the faults 429 and 5xx, the app gets nothing until the fault is removed", async () => {
  trial = await createTrial({ toml: appToml(["orders/create"]) });
  misbehave("429");
  buy();
  const attempts = () => trial.store.outbox.log[0]?.attempts ?? [];
  await expect.poll(() => attempts().length).toBe(1);
  misbehave("5xx");
  trial.store.clock.advance(2 * 60_000);
  await expect.poll(() => attempts().length).toBe(2);
  setFaults(trial.store, "orders/create", []);
  trial.store.clock.advance(HOUR);
  await trial.settled();
  expect(attempts().map(({ status }) => status)).toEqual([429, 503, 200]);
  expect(trial.received.length).toBe(1);
});

test("with the faults slow and reorder, the store sends later, and later webhooks overtake earlier ones", async () => {
  trial = await createTrial({ toml: appToml(["orders/create"]) });
  misbehave("slow", HOUR);
  buy();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(trial.received).toEqual([]);
  trial.store.clock.advance(HOUR + 1);
  await arrived(1);
  misbehave("reorder", HOUR);
  const placed = Array.from({ length: 20 }, () => Number(buy().id));
  for (let minute = 0; minute <= 60; minute++) {
    trial.store.clock.advance(60_001);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await trial.settled();
  const came = trial.received.slice(1).map(({ json }) => Number(json["id"]));
  expect(came).not.toEqual(placed);
  expect([...came].sort()).toEqual([...placed].sort());
});

test("webhooks of a refund, a cancellation and a deletion have their effects on the order and on the customer's totals", async () => {
  trial = await createTrial();
  const order = buy();
  const other = buy();
  await trial.settled();
  trial.received.length = 0;
  const line = order.lineItems[0]?.id ?? "";
  refundOrder(trial.store, trial.shop, order.id, { lines: [{ lineItemId: line, quantity: 1 }] });
  await trial.settled();
  expect(trial.topics()).toEqual([
    "customers/purchasing_summary",
    "customers/update",
    "orders/updated",
    "refunds/create",
  ]);
  const updated = trial.received.find(({ headers }) => headers["x-shopify-topic"] === "orders/updated")?.json;
  expect(updated).toMatchObject({
    financial_status: "partially_refunded",
    total_price: "12.40",
    current_total_price: "6.20",
    line_items: [{ quantity: 2, current_quantity: 1 }],
  });
  const summary = () =>
    trial.received.findLast(({ headers }) => headers["x-shopify-topic"] === "customers/purchasing_summary");
  expect(summary()?.json).toMatchObject({ numberOfOrders: 2, amountSpent: { amount: "18.60", currencyCode: "GBP" } });
  cancelOrder(trial.store, trial.shop, other.id, { refund: true });
  await trial.settled();
  expect(summary()?.json).toMatchObject({ numberOfOrders: 2, amountSpent: { amount: "6.20" } });
  deleteOrder(trial.store, trial.shop, other.id);
  await trial.settled();
  expect(summary()?.json).toMatchObject({ numberOfOrders: 1, amountSpent: { amount: "6.20" } });
});

test("tags and consents have their own topics, because the customer's body has neither", async () => {
  trial = await createTrial();
  await trial.settled();
  trial.received.length = 0;
  addCustomerTags(trial.store, trial.shop, trial.customer.id, ["vip", "tea-club"]);
  setConsent(trial.store, trial.shop, trial.customer.id, "email", { state: "SUBSCRIBED" });
  await trial.settled();
  const bodyOf = (topic: string) => trial.received.find(({ headers }) => headers["x-shopify-topic"] === topic)?.json;
  expect(bodyOf("customer.tags_added")).toMatchObject({ tags: ["vip"] });
  expect(bodyOf("customers_email_marketing_consent/update")).toMatchObject({
    email_marketing_consent: { state: "subscribed", opt_in_level: "single_opt_in" },
  });
  expect(Object.keys(bodyOf("customers/update") ?? {})).not.toEqual(expect.arrayContaining(["tags"]));
  expect(bodyOf("customers/update")).not.toHaveProperty("email_marketing_consent");
});

test("the log keeps the bodies of the last webhooks only, and one of them can be sent again", async () => {
  trial = await createTrial({ toml: appToml(["orders/create"]) });
  for (let count = 0; count < 2000; count++) buy();
  await trial.settled();
  const { log, counts } = trial.store.outbox;
  expect(counts.delivered).toBe(2000);
  expect(log.filter((delivery) => delivery.body !== null).length).toBe(1000);
  const [first, last] = [log[0], log.at(-1)];
  expect(first && resend(trial.store, first)).toBe(false);
  expect(last && resend(trial.store, last)).toBe(true);
  await trial.settled();
  expect(trial.received.length).toBe(2001);
});
