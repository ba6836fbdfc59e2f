// What a midnight costs, counted by the database itself: rows of customers, stays and orders read in one transaction, in a shop of 200,000 customers.
import { beforeAll, expect, test } from "vitest";
import { forShop, sql, type Tx } from "../../../app/db.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import { selectCustomers } from "../../../app/segments/preview.server.ts";
import { readSegment } from "../../../app/segments/segment.server.ts";
import { savedSegment } from "../../setup/definitions.ts";
import { openShop, type Shop } from "../../../app/shop.server.ts";
import { runOn } from "../../../prisma/schema-engine.ts";

const ID = "midnight.myshopify.com";
const CUSTOMERS = 200_000;
const NOON = new Date("2026-11-21T17:00:00Z");
const AFTER_MIDNIGHT = new Date("2026-11-22T05:00:40Z");
let now = NOON;
let shop: Shop;
let read = 0;

const rowsOf = async (tx: Tx): Promise<number> => {
  const [row] = await tx.rows<{ rows: string }>(
    sql`select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) as rows from pg_stat_xact_user_tables
      where relname in ('customer', 'membership', 'shop_order', 'line_item')`,
  );
  return Number(row?.rows);
};

beforeAll(async () => {
  await forShop(ID).tx(async (tx) => {
    await tx.run(sql`insert into shop (id, domain, time_zone, currency, installed_at)
      values (${ID}, ${ID}, 'America/New_York', 'USD', now())`);
    await tx.run(sql`insert into customer (shop_id, id, number_of_orders, amount_spent, added_at, first_order_at, last_order_at)
      select ${ID}, n::text, 3, n % 400, ${NOON}::timestamptz - (n % 900) * interval '1 day',
        ${NOON}::timestamptz - (n % 700) * interval '1 day', ${NOON}::timestamptz - (n % 300) * interval '1 day'
      from generate_series(1, ${CUSTOMERS}::int) n`);
    await tx.run(sql`insert into shop_order (shop_id, id, customer_id, currency, presentment_currency, total, current_total, ordered_at)
      select ${ID}, n::text, n::text, 'USD', 'USD', n % 700, n % 700, ${NOON}::timestamptz - (n % 400) * interval '1 day'
      from generate_series(1, ${CUSTOMERS}::int) n`);
    await tx.run(sql`insert into line_item (shop_id, order_id, id, customer_id, product_id, quantity, price, ordered_at)
      select o.shop_id, o.id, '1', o.customer_id, (o.id::int % 7)::text, 1, 1, o.ordered_at
      from shop_order o where o.shop_id = ${ID}`);
  });
  const opened = await openShop(ID, () => now);
  if (!opened) throw new Error("the shop is there");
  shop = {
    ...opened,
    db: {
      tx: (work) =>
        opened.db.tx(async (tx) => {
          const before = await rowsOf(tx);
          const result = await work(tx);
          read += (await rowsOf(tx)) - before;
          return result;
        }),
    },
  };
  await runOn(process.env["DATABASE_URL"] ?? "", "ANALYZE");
});

/** Rows read for each customer whom the midnight moves. */
const MOST: Record<string, number> = {
  "last_order_date >= -90d": 3,
  "last_order_date < -90d": 3,
  "customer_added_date > -30d": 3,
  "first_order_date BETWEEN -60d AND -10d": 3,
  "last_order_date = yesterday": 3,
  // One order for each customer, and what the verdict reads of the orders.
  "orders_placed NOT MATCHES (date >= -90d)": 8,
  "products_purchased MATCHES (id = 3, date >= -90d)": 8,
  "last_order_date >= -90d AND customer_added_date >= -400d": 12,
  "loyalty_tier = 'GOLD'": 16,
};

test.each(Object.entries(MOST))(
  "a midnight reads no more than those whom it moves: %s",
  async (query, most) => {
    now = NOON;
    const id = await savedSegment(shop, { name: query, query }, registry);
    const settle = async () => undefined;
    await evaluateSegment(shop, id, registry, settle);
    // The database does this by itself within a minute.
    await runOn(process.env["DATABASE_URL"] ?? "", "ANALYZE membership");
    now = AFTER_MIDNIGHT;
    read = 0;
    const moved = await evaluateSegment(shop, id, registry, settle);
    const flips = (moved?.entered ?? 0) + (moved?.left ?? 0);
    expect(flips, query).toBeGreaterThan(20);
    expect(read, `${flips} flips`).toBeLessThanOrEqual(flips * most);
    const { count } = (await readSegment(shop, id)) ?? { count: -1 };
    expect(await selectCustomers(shop, query, registry), query).toMatchObject({ ok: true, count });
  },
  60_000,
);
