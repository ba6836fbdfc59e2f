// The list of offers in a shop with 100,000 orders and 50 offers.
import { beforeAll, expect, test } from "vitest";
import { sql, type Tx } from "../../../app/db.server.ts";
import { readUses } from "../../../app/offers/results/used-orders.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { runOn } from "../../../prisma/schema-engine.ts";
import { planNodes } from "../../setup/database/plan.ts";
import { newShop } from "../new-shop.ts";

const ORDERS = 100_000;
const OFFERS = 50;
/** One of so many orders used an offer. */
const SHARE = 5;
let shop: Shop;

beforeAll(async () => {
  shop = await newShop();
  await shop.db.tx(async (tx) => {
    await tx.run(sql`
      insert into discount_code (shop_id, offer_id, code, from_at)
      select ${shop.id}, 'offer-' || n, 'CODE' || n, '2026-01-01' from generate_series(1, ${OFFERS}::int) n`);
    await tx.run(sql`
      insert into shop_order (shop_id, id, customer_id, currency, presentment_currency, total, current_total, ordered_at,
        updated_at, note)
      select ${shop.id}, n::text, (n % 30000)::text, 'INR', 'INR', 40, 36, '2026-01-02'::timestamptz + n * interval '4 minutes',
        '2026-11-01', repeat('x', 300)
      from generate_series(1, ${ORDERS}::int) n`);
    await tx.run(sql`
      insert into order_discount (shop_id, order_id, kind, name, amount, customer_id, ordered_at)
      select shop_id, id, 'code', 'CODE' || 1 + (id::int / ${SHARE}::int) % ${OFFERS}::int, 4, customer_id, ordered_at
      from shop_order where shop_id = ${shop.id} and id::int % ${SHARE}::int = 0`);
    await tx.run(sql`
      insert into refund (shop_id, order_id, id, amount, at)
      select shop_id, id, 'r', 5, ordered_at from shop_order where shop_id = ${shop.id} and id::int % 20 = 0`);
  });
  await runOn(process.env["DATABASE_URL"] ?? "", "ANALYZE");
});

test("the list reads the orders of all offers at once, and nothing once for each order", async () => {
  const uses = await shop.db.tx((tx) => readUses(shop, tx));
  expect(uses.size).toBe(OFFERS);
  expect(uses.get("offer-1")).toEqual({ used: 400, revenue: "14200.0000", uncounted: 0 });
  const nodes = await shop.db.tx(async (tx) => {
    let asked = sql``;
    const rows: Tx["rows"] = (statement) => ((asked = statement), Promise.resolve([]));
    await readUses(shop, { ...tx, rows });
    return planNodes(tx, asked);
  });
  expect(Math.max(...nodes.map((node) => node["Actual Loops"]))).toBeLessThan(OFFERS);
});
