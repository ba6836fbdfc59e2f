import pg from "pg";
import { beforeEach, expect, test, vi } from "vitest";
import { listCustomers, readProfile, type CustomerAsk } from "../../../app/customers/profile.server.ts";
import { readTimeline } from "../../../app/customers/timeline.server.ts";
import { forShop, sql } from "../../../app/db.server.ts";
import { UserError } from "../../../app/errors.ts";
import { drawCards } from "../../../app/plugins/cards.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { definePlugin } from "../../../app/plugins/plugin.ts";
import { assemble } from "../../../app/plugins/registry.server.ts";
import { conditionOf, faultIn } from "../../../app/segments/memberships/condition.server.ts";
import { openShop, type Shop } from "../../../app/shop.server.ts";

let shops = 0;
let shop: Shop;
const now = new Date("2026-11-22T09:00:00Z");

beforeEach(async () => {
  const id = `customers-${(shops += 1)}.myshopify.com`;
  await forShop(id).tx((tx) =>
    tx.run(
      sql`insert into shop (id, domain, time_zone, currency, installed_at) values (${id}, ${id}, 'Asia/Kolkata', 'INR', now())`,
    ),
  );
  const opened = await openShop(id, () => now);
  if (!opened) throw new Error("the shop is there");
  shop = opened;
  await shop.db.tx(async (tx) => {
    await tx.run(sql`
      insert into customer (shop_id, id, first_name, last_name, email, number_of_orders, amount_spent, last_order_at, platform_orders, platform_spent)
      values (${id}, '1', 'Asha', 'Patel', 'asha@example.com', 3, 900, '2026-11-01', 3, 900),
        (${id}, '2', 'Ravi', '100%_Sharma', 'ravi@example.com', 1, 100, '2026-10-01', 5, 700),
        (${id}, '3', 'Gone', 'Person', 'gone@example.com', 9, 9, '2026-11-02', null, null)`);
    await tx.run(sql`update customer set deleted_at = now() where shop_id = ${id} and id = '3'`);
    await tx.run(sql`
      insert into segment (shop_id, id, handle, name, query, created_at, updated_at) values (${id}, 's', 'regulars', 'Regulars', 'number_of_orders > 2', now(), now())`);
    await tx.run(sql`
      insert into membership (shop_id, segment_id, customer_id, entered_at, entered_cause) values (${id}, 's', '1', now(), 'order/1/placed')`);
  });
});

const listed = (ask: Partial<CustomerAsk>, timeoutMs?: number) =>
  listCustomers(shop, { search: "", sort: "last_order-desc", page: 1, segment: null, within: null, ...ask }, timeoutMs);

const list = async (ask: Partial<CustomerAsk>) => (await listed(ask))?.customers.map(({ id }) => id);

const addOrder = (id: string, customer: string, at: string, total: number, test = false) =>
  shop.db.tx((tx) =>
    tx.run(sql`insert into shop_order (shop_id, id, customer_id, currency, presentment_currency, ordered_at, total, test)
      values (${shop.id}, ${id}, ${customer}, 'INR', 'INR', ${at}, ${total}, ${test})`),
  );

test("customers are found by parts of their names, and % and _ are no wildcards", async () => {
  expect(await list({})).toEqual(["1", "2"]);
  expect(await list({ search: "pat ash" })).toEqual(["1"]);
  expect(await list({ search: "0%_s" })).toEqual(["2"]);
  expect(await list({ search: "%" })).toEqual(["2"]);
  expect(await list({ sort: "spent-desc", segment: "s" })).toEqual(["1"]);
});

test("a search that can only be a query shows its fault; a name never does", () => {
  expect(faultIn("number_of_orders > > 3", registry)).toMatchObject({ code: "unexpected" });
  expect(faultIn("number_of_order > 3", registry)).toMatchObject({
    code: "filter",
    parameters: { name: "number_of_order" },
  });
  expect(faultIn("number_of_orders", registry)).toMatchObject({ code: "incomplete" });
  expect(faultIn("number_of_orders > 3", registry)).toBeNull();
  for (const name of ["Asha Patel", "O'Neill", "asha@example.com", "+44 7700", "constructor"])
    expect(faultIn(name, registry)).toBeNull();
});

test("a search that is a segment query selects its customers; a name is no query", async () => {
  const within = conditionOf(shop, "amount_spent < 500", registry);
  expect(await list({ within })).toEqual(["2"]);
  expect(conditionOf(shop, "asha", registry)).toBeNull();
});

const sleepy = definePlugin({
  name: "sleepy",
  contract: 1,
  label: "x.label",
  description: "x.text",
  attributes: {
    sleepy: { label: "x", type: "integer", reads: ["profile"], sql: () => sql`(select 1 from pg_sleep(1.5))` },
  },
});

test("a query that takes too long is ended; with more time the same query has its list", async () => {
  const within = conditionOf(shop, "sleepy = 1", assemble([...registry.plugins, sleepy]));
  expect(await listed({ within }, 50)).toBeNull();
  expect(await list({ within })).toEqual(["1", "2"]);
});

test("a profile shows segments with their causes, the usual gap between orders, and where Shopify's totals differ", async () => {
  await addOrder("1", "1", "2026-09-01T00:00:00Z", 300);
  await addOrder("2", "1", "2026-09-11T00:00:00Z", 300);
  await addOrder("3", "1", "2026-10-01T00:00:00Z", 300);
  await addOrder("4", "1", "2026-10-02T00:00:00Z", 300, true);
  expect(await readProfile(shop, "1")).toMatchObject({
    gap: null,
    usualGapDays: 15,
    segments: [{ name: "Regulars", cause: "order/1/placed" }],
  });
  expect((await readProfile(shop, "2")).gap).toEqual({ orders: 5, spent: "700.0000" });
  await expect(readProfile(shop, "3")).rejects.toThrow(UserError);
});

test("a timeline is read a page at a time, newest first", async () => {
  await shop.db.tx((tx) =>
    tx.run(sql`insert into event (shop_id, id, customer_id, kind, at, source)
      select ${shop.id}, 'e' || n, '2', 'order.placed', ${now}::timestamptz - make_interval(mins => n / 2), 'shopify' from generate_series(1, 7) n`),
  );
  const first = await readTimeline(shop, "2", null, 4);
  const second = await readTimeline(shop, "2", first.at(-1)?.id ?? null, 4);
  const seen = [...first, ...second].map(({ id }) => id);
  expect(seen).toHaveLength(7);
  expect(new Set(seen).size).toBe(7);
  expect(seen[0]).toBe("e1");
});

test("the home page compares 30 shop days with the 30 days before: test orders are left out, refunds are subtracted, guests count for no known customer", async () => {
  await addOrder("10", "1", "2026-11-10T00:00:00Z", 100);
  await addOrder("11", "1", "2026-11-12T00:00:00Z", 50);
  await addOrder("12", "2", "2026-10-10T00:00:00Z", 70);
  await addOrder("13", "1", "2026-11-12T00:00:00Z", 999, true);
  await shop.db.tx(async (tx) => {
    await tx.run(
      sql`insert into refund (shop_id, order_id, id, amount, presentment_amount, at) values (${shop.id}, '11', 'r', 20, 20, now())`,
    );
    await tx.run(sql`insert into shop_order (shop_id, id, currency, presentment_currency, ordered_at, total)
      values (${shop.id}, '14', 'INR', 'INR', '2026-11-13', 500)`);
  });
  const cards = await drawCards(shop, registry, "home", null);
  const figures = Object.fromEntries(cards.map(({ name, content }) => [name, content]));
  expect(figures["orders"]).toMatchObject({ value: "3", before: "1" });
  expect(Number("value" in (figures["revenue"] ?? {}) ? Reflect.get(figures["revenue"] ?? {}, "value") : null)).toBe(
    130,
  );
  expect(figures["repeat_rate"]).toMatchObject({
    value: expect.stringMatching(/^0\.50*$/),
    before: expect.stringMatching(/^0/),
  });
  expect(figures["net_promoter_score"]).toMatchObject({ value: null });
});

test("the home page reads its orders once for all cards, and again at the next request", async () => {
  // On any connection, since cards have a pool of their own.
  const asked = vi.spyOn(pg.Client.prototype, "query");
  const orders = async () => {
    const cards = await drawCards(shop, registry, "home", null);
    return cards
      .filter(({ name }) => ["orders", "revenue", "repeat_rate"].includes(name))
      .map(({ content }) => content);
  };
  await addOrder("20", "1", "2026-11-10T00:00:00Z", 100);
  expect(await orders()).toMatchObject([{ value: "1" }, { value: "100.0000" }, {}]);
  // One read for each of the two periods.
  const read = asked.mock.calls.filter((call) => JSON.stringify(call).includes("from shop_order o"));
  asked.mockRestore();
  expect(read).toHaveLength(2);
  await addOrder("21", "1", "2026-11-11T00:00:00Z", 100);
  expect(await orders()).toMatchObject([{ value: "2" }, { value: "200.0000" }, {}]);
});

test("the home page lists the largest segments and the newest answers under the merchant's own texts", async () => {
  await shop.db.tx(async (tx) => {
    await tx.run(
      sql`insert into segment_figures (shop_id, segment_id, version, member_count, evaluated_at) values (${shop.id}, 's', 1, 1, now())`,
    );
    await tx.run(sql`update segment set name = 'home.title' where shop_id = ${shop.id}`);
    await tx.run(sql`insert into survey_response (shop_id, id, survey_id, version, surface, started_at)
      values (${shop.id}, 'r', 's', 1, 'storefront', now())`);
    await tx.run(sql`insert into answer (shop_id, response_id, question, position, survey, customer_id, value_text, at)
      values (${shop.id}, 'r', 'q', 1, 'nps', '1', 'So good', now())`);
  });
  const cards = await drawCards(shop, registry, "home", null);
  const rows = cards.flatMap(({ content }) => (content.shape === "rows" ? content.rows : []));
  expect(rows).toEqual([
    { label: "home.title", verbatim: true, value: "1", unit: "count", url: "/app/segments/s" },
    { label: "Asha Patel", verbatim: true, value: "So good", unit: "word", url: "/app/customers/1" },
  ]);
});
