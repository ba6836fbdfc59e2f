// What a midnight costs, counted by the database itself: the rows of each table that are read, in a shop of 200,000 customers.
import { beforeAll, expect, test } from "vitest";
import { forShop, join, sql, type Tx } from "../../../app/db.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import { readOnce } from "../../../app/segments/memberships/live-segment.server.ts";
import { selectCustomers } from "../../../app/segments/preview.server.ts";
import { mayDiffer } from "../../../app/segments/query/compile/flips.server.ts";
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
type Rows = Record<string, number>;
let read: Rows = {};

/** By table, the rows that the database has counted in this transaction, from an unknown start. */
const rowsOf = async (tx: Tx): Promise<Rows> => {
  const rows = await tx.rows<{ table: string; rows: string }>(
    sql`select relname as table, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as rows from pg_stat_xact_user_tables
      where relname in ('customer', 'membership', 'shop_order', 'line_item', 'refund')`,
  );
  return Object.fromEntries(rows.map(({ table, rows }) => [table, Number(rows)]));
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
          for (const [table, rows] of Object.entries(await rowsOf(tx)))
            read[table] = (read[table] ?? 0) + rows - (before[table] ?? 0);
          return result;
        }),
    },
  };
  await runOn(process.env["DATABASE_URL"] ?? "", "ANALYZE");
});

/** The most rows read for each customer whom the midnight moves. */
const MOST: Record<string, number> = {
  // The customer, and a stay that ends.
  "last_order_date >= -90d": 2,
  "last_order_date < -90d": 2,
  "customer_added_date > -30d": 2,
  "first_order_date BETWEEN -60d AND -10d": 2,
  "last_order_date = yesterday": 2,
  // The order or the line that the day passes over as well, and what the verdict finds of the customer.
  "orders_placed NOT MATCHES (date >= -90d)": 3,
  "orders_placed MATCHES (date BETWEEN -90d AND -10d)": 3,
  "products_purchased MATCHES (id = 3, date >= -90d)": 3,
  "products_purchased MATCHES (quantity >= 1, date >= -90d)": 3,
  // A count reads all of the customer's orders, so the order is read a second time.
  "orders_placed MATCHES (date >= -90d, count >= 1)": 4,
  // Some customers whom one date passes over stay as they are by the other date, and only the customer's row tells it.
  "last_order_date >= -90d AND customer_added_date >= -400d": 3,
  "last_order_date >= -90d OR customer_added_date >= -120d": 3,
  // Two of seven customers with an order that turns a year old were gold, and only the order tells who. So these are 3.5 orders,
  // 3.5 customers and a stay.
  "loyalty_tier = 'GOLD'": 8.1,
};

/** The number of customers whom the midnight may move. */
const mayMove = async (query: string): Promise<number> => {
  const asked = readOnce(query, registry);
  if (Array.isArray(asked)) throw new Error(query);
  const window = { from: NOON, to: AFTER_MIDNIGHT, timeZone: shop.timeZone };
  const differing = mayDiffer(asked.query, registry.attributes, window) ?? [];
  const [row] = await shop.db.tx((tx) =>
    tx.rows<{ count: string }>(
      sql`select count(*) from customer c where c.shop_id = ${ID} and (${join(differing, " or ")})`,
    ),
  );
  return Number(row?.count);
};

test.each(Object.entries(MOST))(
  "a midnight reads each customer whom it may move once, and each stay of these customers once: %s",
  async (query, most) => {
    now = NOON;
    const id = await savedSegment(shop, { name: query, query }, registry);
    const settle = async () => undefined;
    await evaluateSegment(shop, id, registry, settle);
    // The database does this by itself within a minute.
    await runOn(process.env["DATABASE_URL"] ?? "", "ANALYZE membership");
    now = AFTER_MIDNIGHT;
    read = {};
    const { entered, left } = (await evaluateSegment(shop, id, registry, settle)) ?? { entered: 0, left: 0 };
    const { customer = 0, membership = 0, shop_order = 0, line_item = 0, refund = 0 } = read;
    const rows = `${entered} entered, ${left} left: ${JSON.stringify(read)}`;
    expect(entered + left, query).toBeGreaterThan(20);
    expect(customer + membership + shop_order + line_item + refund, rows).toBeLessThanOrEqual((entered + left) * most);
    const moved = await mayMove(query);
    expect(customer, rows).toBeLessThanOrEqual(moved);
    expect(membership, rows).toBeLessThanOrEqual(moved);
    const { count } = (await readSegment(shop, id)) ?? { count: -1 };
    expect(await selectCustomers(shop, query, registry), query).toMatchObject({ ok: true, count });
  },
  60_000,
);
