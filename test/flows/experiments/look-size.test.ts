// A look at an experiment in a shop with many orders.
import { beforeAll, expect, test } from "vitest";
import { sql, type Tx } from "../../../app/db.server.ts";
import { sumOutcomes } from "../../../app/experiments/outcomes/look.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { runOn } from "../../../prisma/schema-engine.ts";
import { planNodes } from "../../setup/database/plan.ts";
import { newShop } from "../new-shop.ts";

const ORDERS = 25_000;
const CUSTOMERS = 6000;
const IN_SMALL = 100;
const NOW = new Date("2026-11-22T12:00:00Z");
/** Neither a cap nor the margin is known. */
const UNKNOWN = { cap: null, margin: null };
let shop: Shop;

beforeAll(async () => {
  shop = await newShop(() => NOW);
  await shop.db.tx(async (tx) => {
    await tx.run(sql`
      insert into shop_order (shop_id, id, customer_id, currency, presentment_currency, subtotal, total, current_total,
        ordered_at, updated_at, note)
      select ${shop.id}, n::text, (n % ${CUSTOMERS}::int)::text, 'INR', 'INR', 40, 40, 40,
        ${NOW}::timestamptz - (n % 120) * interval '1 day', '2026-11-01', repeat('x', 300)
      from generate_series(1, ${ORDERS}::int) n`);
    await tx.run(sql`
      insert into line_item (shop_id, order_id, id, customer_id, quantity, price, discount, ordered_at)
      select shop_id, id, line::text, customer_id, 1, 20, 0, ordered_at
      from shop_order cross join generate_series(1, 2) line where shop_id = ${shop.id}`);
    await tx.run(sql`
      insert into refund (shop_id, order_id, id, amount, at, lines)
      select shop_id, id, 'r', 5, ordered_at, '[{"lineItemId":"1","quantity":1,"subtotal":"5"}]'
      from shop_order where shop_id = ${shop.id} and id::int % 20 = 0`);
    await tx.run(sql`
      insert into experiment (shop_id, id, layer, planned_people, started_at)
      select ${shop.id}, id, id, 1000, ${NOW}::timestamptz - interval '28 days' from unnest('{small,whole}'::text[]) id`);
    await tx.run(sql`
      insert into assignment (shop_id, experiment_id, customer_id, arm, assigned_at)
      select ${shop.id}, id, n::text, case when n % 2 = 0 then 'holdout' else 'offer' end, '2026-01-01'
      from unnest('{small,whole}'::text[]) id
      cross join generate_series(0, case when id = 'small' then ${IN_SMALL}::int else ${CUSTOMERS}::int end - 1) n`);
  });
  await runOn(process.env["DATABASE_URL"] ?? "", "ANALYZE");
});

test("a look at a small experiment reads the orders of its customers alone, by an index", async () => {
  const nodes = await shop.db.tx(async (tx) => {
    let asked = sql``;
    const rows: Tx["rows"] = (statement) => ((asked = statement), Promise.resolve([]));
    await sumOutcomes(shop, { ...tx, rows }, "small", UNKNOWN);
    return planNodes(tx, asked);
  });
  const scanned = nodes.flatMap((node) => (node["Node Type"] === "Seq Scan" ? (node["Relation Name"] ?? "") : []));
  expect(scanned.filter((table) => ["shop_order", "line_item", "refund"].includes(table))).toEqual([]);
});

test("a look at an experiment of all customers reads all their orders in one statement", async () => {
  const began = performance.now();
  const { arms } = await shop.db.tx((tx) => sumOutcomes(shop, tx, "whole", UNKNOWN));
  // A generous limit: a join that compares each customer with each order takes minutes.
  expect(performance.now() - began).toBeLessThan(20_000);
  expect(arms.map(({ people }) => people)).toEqual([CUSTOMERS / 2, CUSTOMERS / 2]);
  // The orders of the last 28 days, n % 120 from 1 to 28, less the refunds of those whose number can be divided by 20.
  const uncapped = arms.reduce((sum, { uncapped: own }) => sum + Number(own), 0);
  const days = Array.from({ length: ORDERS }, (_, at) => at + 1).filter((n) => n % 120 >= 1 && n % 120 <= 28);
  expect(uncapped).toBe(days.length * 40 - days.filter((n) => n % 20 === 0).length * 5);
});
