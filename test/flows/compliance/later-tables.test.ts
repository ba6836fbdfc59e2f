// Tables that the product does not have yet: one that may be updated, a log whose key contains the customer, and a partitioned
// one.
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { applyFacts } from "../../../app/customers/facts/apply.server.ts";
import { openShop, type Shop } from "../../../app/shop.server.ts";
import { comply, fileRequest } from "../../../app/sync/compliance/compliance.server.ts";
import { shopify } from "../../../app/sync/sources/shopify/source.server.ts";
import { exportCustomer } from "../../../app/sync/compliance/export.server.ts";
import { eraseSteps } from "../../../app/worker/erasure.server.ts";

const SHOP = "later.myshopify.com";
const owner = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
let shop: Shop;

const guarded = (table: string, rights: string) => `
  grant ${rights} on ${table} to regulars_app;
  alter table ${table} enable row level security;
  alter table ${table} force row level security;
  create policy tenant on ${table} to regulars_app
    using (shop_id = nullif(current_setting('app.shop', true), ''))
    with check (shop_id = nullif(current_setting('app.shop', true), ''))`;

beforeAll(async () => {
  await owner.query(`
    create table visit (shop_id text, id text, customer_id text, page text, primary key (shop_id, id));
    ${guarded("visit", "select, insert, update, delete")};
    create table badge (shop_id text, customer_id text, name text, letters int generated always as (length(name)) stored,
      primary key (shop_id, customer_id, name));
    ${guarded("badge", "select, insert, delete")};
    create table step (shop_id text, id text, customer_id text, day date, primary key (shop_id, id, day))
      partition by range (day);
    create table step_of_2026 partition of step for values from ('2026-01-01') to ('2027-01-01');
    ${guarded("step", "select, insert, update, delete")}`);
  await owner.query("insert into shop (id, domain, installed_at) values ($1, $1, now())", [SHOP]);
  const opened = await openShop(SHOP);
  if (!opened) throw new Error("the shop is not installed");
  shop = opened;
  await owner.query("insert into customer (shop_id, id) values ($1, '1'), ($1, '2'), ($1, '3')", [SHOP]);
  await owner.query(
    "insert into visit values ($1, 'a', '1', '/tea'), ($1, 'b', '2', '/cups'), ($1, 'c', '3', '/pots')",
    [SHOP],
  );
  await owner.query(
    "insert into badge values ($1, '1', 'early'), ($1, '2', 'early'), ($1, '2', 'loud'), ($1, '3', 'late')",
    [SHOP],
  );
  await owner.query("insert into step values ($1, 'x', '2', '2026-11-01'), ($1, 'y', '3', '2026-11-01')", [SHOP]);
});
afterAll(() => owner.end());

const held = async () => [
  (await owner.query("select id, customer_id from visit order by id")).rows.map(Object.values),
  (await owner.query("select customer_id, name from badge order by customer_id, name")).rows.map(Object.values),
  (await owner.query("select id, customer_id from step order by id")).rows.map(Object.values),
];

test("a later table with a customer_id is moved by a merge, exported, and erased by a redaction", async () => {
  const merges = [{ keptId: "1", deletedId: "2", at: new Date().toISOString() }];
  await shop.db.tx((tx) => applyFacts(shop, tx, { merges }, { name: "shopify", history: false }));
  expect(await held()).toEqual([
    [
      ["a", "1"],
      ["b", "1"],
      ["c", "3"],
    ],
    [
      ["1", "early"],
      ["1", "loud"],
      ["3", "late"],
    ],
    [
      ["x", "1"],
      ["y", "3"],
    ],
  ]);

  const exported = await exportCustomer(shop, "1");
  expect(exported?.data["visit"]).toEqual([
    { id: "a", customer_id: "1", page: "/tea" },
    { id: "b", customer_id: "1", page: "/cups" },
  ]);
  expect(exported?.data["badge"]?.map(({ name, letters }) => [name, letters])).toEqual([
    ["early", 5],
    ["loud", 4],
  ]);
  expect(exported?.data["step"]).toHaveLength(1);

  const body = Buffer.from(JSON.stringify({ shop_domain: SHOP, customer: { id: 1 }, orders_to_redact: [] }));
  const arrival = { connection: "", topic: "customers/redact" as const, key: "1", receivedAt: new Date(), body };
  expect(await shop.db.tx((tx) => fileRequest(SHOP, tx, shopify, arrival))).toEqual({ ok: true });
  await comply(SHOP, "erase customer shopify 1", eraseSteps);
  expect(await held()).toEqual([[["c", "3"]], [["3", "late"]], [["y", "3"]]]);
});
