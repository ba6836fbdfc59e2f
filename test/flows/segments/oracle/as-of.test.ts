// Queries about a past day are answered from what is known of that day, or refused, and never from present values.
import { expect, test } from "vitest";
import { registry } from "../../../../app/plugins/installed.server.ts";
import { selectCustomers } from "../../../../app/segments/preview.server.ts";
import { faultMessage } from "../../../../app/segments/query/fault.ts";
import { openShop } from "../../../../app/shop.server.ts";
import { applyBatch } from "../../../../app/worker/pipeline.server.ts";
import { example, type Json } from "../../ingest-shop.ts";
import { addCustomers, newShop } from "../../new-shop.ts";
import { membersOf } from "./oracle.ts";
import { inventQuestion } from "./question.ts";
import { seeded } from "./random.ts";
import { consentAt, inventWorld, storeWorld, type Customer, type World } from "./rows.ts";
import { write } from "./write.ts";

/** The world at the past moment: the customers who existed, and their orders. Deletions are dated at the world's `now`. */
function worldAt(world: World, now: Date): World {
  const at = now.getTime();
  const customers = world.customers
    .map((one): Customer => {
      const orders = one.orders.filter((order) => order.at <= at).map((order) => ({ ...order, deleted: false }));
      const dates = orders.filter((order) => !order.test).map((order) => order.at);
      const [firstOrderAt, lastOrderAt] = dates.length > 0 ? [Math.min(...dates), Math.max(...dates)] : [null, null];
      const emailStatus = consentAt(one.consents, "email", at);
      const smsStatus = consentAt(one.consents, "sms", at);
      const gone = one.gone === "merged" ? one.gone : null;
      return { ...one, gone, orders, numberOfOrders: dates.length, firstOrderAt, lastOrderAt, emailStatus, smsStatus };
    })
    .filter(({ addedAt, firstOrderAt }) => Math.min(addedAt ?? Infinity, firstOrderAt ?? Infinity) <= at);
  return { ...world, now, customers };
}

test("random queries about a past moment select what the oracle selects from the world at that moment, or are refused", async () => {
  const random = seeded(20261130);
  const days = ["2026-03-31", "2026-03-01", "2026-03-30"];
  const now = new Date("2026-03-31T18:29:59Z");
  const landmarks = days.map((day) => Date.parse(`${day}T00:00:00Z`));
  const world = inventWorld(random, { shopId: "past.myshopify.com", timeZone: "Asia/Kolkata", now }, landmarks);
  await storeWorld(world);
  const shop = await openShop(world.shopId, () => now);
  if (!shop) throw new Error("the shop is there");
  const refused = new Set<string>();
  let answered = 0;
  for (let run = 0; run < 300; run += 1) {
    const question = inventQuestion(random, days);
    const text = write(question, random);
    const at = new Date(random.pick(["2026-03-31T07:00:00Z", "2026-03-30T18:30:00Z", "2026-03-01T18:29:59.999Z"]));
    const found = await selectCustomers(shop, text, registry, at);
    if (!found.ok) {
      for (const { code, parameters } of found.faults) refused.add(`${code} ${parameters["name"]}`);
      continue;
    }
    const expected = membersOf(question, worldAt(world, at)).sort();
    answered += expected.length > 0 ? 1 : 0;
    expect({ count: found.count, sample: found.sample }, `${text}\nat ${at.toISOString()}`).toEqual({
      count: expected.length,
      sample: expected.slice(0, 20),
    });
  }
  expect(answered).toBeGreaterThan(40);
  expect(refused).toContain("no_history customer_tags");
  expect(refused).toContain("no_history amount_spent");
  expect([...refused].filter((each) => /date|number_of_orders|subscription/.test(each))).toEqual([]);
});

test("an attribute without a history is refused in a sentence with its place, and answered for today", async () => {
  const shop = await newShop();
  await addCustomers(shop, "1");
  const ask = async (query: string, at?: Date) => {
    const found = await selectCustomers(shop, query, registry, at);
    return found.ok ? found.count : found.faults.map(faultMessage);
  };
  const yesterday = new Date(shop.now().getTime() - 86_400_000);
  expect(await ask("number_of_orders = 0 AND customer_tags IS NULL", yesterday)).toEqual([
    "Line 1 Column 25: customer_tags can't be used for a past day, because only its current value is known.",
  ]);
  expect(await ask("orders_placed MATCHES (amount > 5)", yesterday)).toEqual([
    expect.stringContaining("orders_placed"),
  ]);
  expect(await ask("orders_placed NOT MATCHES ()", yesterday)).toBe(0);
  expect(await ask("customer_tags IS NULL")).toBe(1);
});

/** A shop whose customer 7 bought product 100 on the 1st of November, and the webhooks of this order. */
async function boughtOnTheFirst() {
  let now = new Date("2026-11-02T09:00:00Z");
  const shop = await newShop(() => now);
  const placedAt = "2026-11-01T07:00:00Z";
  const [shape] = example("orders/create")["line_items"] as Json[];
  const line = (id: number, product: number, current: number): Json => ({
    ...shape,
    id,
    product_id: product,
    quantity: 1,
    current_quantity: current,
  });
  const order = (more: Json): Json => ({
    ...example("orders/create"),
    id: 1,
    admin_graphql_api_id: "gid://shopify/Order/1",
    created_at: placedAt,
    processed_at: placedAt,
    updated_at: placedAt,
    cancelled_at: null,
    test: false,
    customer: { id: 7, created_at: placedAt, updated_at: placedAt },
    refunds: [],
    line_items: [line(1, 100, 1)],
    ...more,
  });
  const hear = async (topic: string, at: string, body: Json) => {
    now = new Date(at);
    const bytes = Buffer.from(JSON.stringify(body));
    const one = { source: "shopify", connection: "", seq: at, topic, key: at, attempts: 0, bytes };
    await shop.db.tx((tx) => applyBatch(shop.id, shop, tx, [{ ...one, triggeredAt: now, receivedAt: now }]));
  };
  const asked = async (query: string, day = "2026-11-10") => {
    const found = await selectCustomers(shop, query, registry, new Date(`${day}T00:00:00Z`));
    return found.ok ? found.sample : found.faults.map(faultMessage);
  };
  await hear("orders/create", "2026-11-02T09:00:00Z", order({}));
  return { hear, order, line, asked };
}

test("an order that was deleted later counts on the day before the deletion, and not after", async () => {
  const { hear, asked } = await boughtOnTheFirst();
  await hear("orders/delete", "2026-11-20T10:00:00Z", { id: 1 });
  for (const query of [
    "number_of_orders = 1",
    "first_order_date = 2026-11-01",
    "last_order_date = 2026-11-01",
    "orders_placed MATCHES (count >= 1)",
    "products_purchased MATCHES (id = 100)",
  ]) {
    expect(await asked(query), query).toEqual(["7"]);
    expect(await asked(query, "2026-11-21"), query).toEqual([]);
  }
});

test("a customer who was deleted later exists on the day before the deletion, and not after", async () => {
  const { hear, asked } = await boughtOnTheFirst();
  await hear("customers/delete", "2026-11-20T10:00:00Z", { id: 7 });
  expect(await asked("number_of_orders = 1")).toEqual(["7"]);
  expect(await asked("number_of_orders = 1", "2026-11-21")).toEqual([]);
});

test("the products of an order before an edit are not known: neither a product nor its negation matches", async () => {
  const { hear, order, line, asked } = await boughtOnTheFirst();
  const edited = { updated_at: "2026-11-20T07:00:00Z", line_items: [line(1, 100, 0), line(2, 200, 1)] };
  await hear("orders/updated", "2026-11-20T07:00:00Z", order(edited));
  for (const test of ["(id = 100)", "(id = 200)", "(id = 200, count >= 1)"]) {
    expect(await asked(`products_purchased MATCHES ${test}`), test).toEqual([]);
    expect(await asked(`products_purchased NOT MATCHES ${test}`), test).toEqual([]);
    expect(await asked(`NOT (products_purchased MATCHES ${test})`), test).toEqual([]);
  }
  expect(await asked("products_purchased MATCHES (id = 200) OR number_of_orders = 1")).toEqual(["7"]);
  expect(await asked("products_purchased MATCHES (id = 200, date < 2026-11-01)")).toEqual([]);
  expect(await asked("products_purchased NOT MATCHES (id = 200, date < 2026-11-01)")).toEqual(["7"]);
  expect(await asked("products_purchased MATCHES (id = 200)", "2026-11-21")).toEqual(["7"]);
  expect(await asked("products_purchased MATCHES (id = 100)", "2026-11-21")).toEqual([]);
});
