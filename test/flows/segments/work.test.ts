// The work of a change, counted by the database itself: the rows that one transaction reads, in a small shop and in a large one.
import { expect, test } from "vitest";
import { addChange, type Changes } from "../../../app/customers/change.ts";
import { forShop, sql } from "../../../app/db.server.ts";
import { attributes } from "../../../app/plugins/attributes/plugin.server.ts";
import { assemble } from "../../../app/plugins/registry.server.ts";
import { evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import type { Engine } from "../../../app/segments/memberships/live-segment.server.ts";
import { refreshMembership } from "../../../app/segments/memberships/membership.server.ts";
import { selectCustomers } from "../../../app/segments/preview.server.ts";
import { readSegment } from "../../../app/segments/segment.server.ts";
import { savedSegment } from "../../setup/definitions.ts";
import { openShop, type Shop } from "../../../app/shop.server.ts";
import { runOn } from "../../../prisma/schema-engine.ts";

const engine: Engine = assemble([attributes]);
const QUERIES = [
  "number_of_orders >= 3 AND amount_spent >= 100",
  "last_order_date >= -90d AND customer_countries CONTAINS 'US' AND email_subscription_status = 'SUBSCRIBED'",
  "products_purchased MATCHES (id = 27, date >= -180d)",
  "customer_tags CONTAINS 'vip' AND products_purchased NOT MATCHES (id = 27)",
  "customer_cities CONTAINS 'US-NY-NewYork' OR rfm_group = 'CHAMPIONS'",
  "orders_placed MATCHES (count >= 2, sum_amount >= 50, date >= -365d)",
  "NOT orders_placed MATCHES (amount > 100)",
  "customer_added_date > -30d OR customer_tags IS NULL",
];
const CHANGED = 20;

/** An address for each customer. Every fourth customer, including those who change, has three orders of two lines. */
async function fill(id: string, customers: number): Promise<Shop> {
  await forShop(id).tx(async (tx) => {
    await tx.run(sql`insert into shop (id, domain, time_zone, currency, installed_at)
      values (${id}, ${id}, 'America/New_York', 'USD', now())`);
    await tx.run(sql`insert into customer (shop_id, id, tags, number_of_orders, amount_spent, added_at, last_order_at,
        email_subscription_status)
      select ${id}, n::text, case when n % 5 = 0 then '{vip}'::text[] else '{}' end, 3, n % 400,
        now() - (n % 900) * interval '1 day', now() - (n % 300) * interval '1 day', 'SUBSCRIBED'
      from generate_series(1, ${customers}::int) n`);
    await tx.run(sql`insert into customer_address (shop_id, customer_id, id, country_code, region_code, city)
      select ${id}, n::text, '1', case when n % 2 = 0 then 'US' else 'GB' end, 'NY', 'New York'
      from generate_series(1, ${customers}::int) n`);
    await tx.run(sql`insert into shop_order (shop_id, id, customer_id, currency, presentment_currency, total, ordered_at)
      select ${id}, (n * 3 + k)::text, n::text, 'USD', 'USD', (n + k) % 170, now() - ((n + k * 50) % 400) * interval '1 day'
      from generate_series(1, ${customers}::int, 4) n, generate_series(0, 2) k`);
    await tx.run(sql`insert into line_item (shop_id, order_id, id, customer_id, product_id, quantity, price, ordered_at)
      select o.shop_id, o.id, k::text, o.customer_id, ((o.id::int + k) % 60)::text, 1, 1, o.ordered_at
      from shop_order o, generate_series(0, 1) k where o.shop_id = ${id}`);
  });
  const shop = await openShop(id);
  if (!shop) throw new Error("the shop is there");
  for (const query of QUERIES) {
    const segment = await savedSegment(shop, { name: query.slice(0, 200), query }, engine);
    await evaluateSegment(shop, segment, engine, async () => undefined);
    const { count } = (await readSegment(shop, segment)) ?? { count: 0 };
    expect(count, query).toBeGreaterThan(0);
    expect(await selectCustomers(shop, query, engine), query).toMatchObject({ ok: true, count });
  }
  await runOn(process.env["DATABASE_URL"] ?? "", "ANALYZE");
  return shop;
}

const rowsRead = (shop: Shop, customers: number): Promise<{ rows: number; entered: number; left: number }> =>
  shop.db.tx(async (tx) => {
    const ids = Array.from({ length: CHANGED }, (_, at) => String(1 + Math.floor((at * customers) / CHANGED)));
    await tx.run(sql`update customer set tags = array['vip'], number_of_orders = 1 where shop_id = ${shop.id}
      and id = any(${ids}::text[])`);
    const count = async () => {
      const [row] = await tx.rows<{ rows: string }>(
        sql`select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) as rows from pg_stat_xact_user_tables`,
      );
      return Number(row?.rows);
    };
    const before = await count();
    const changes: Changes = new Map();
    for (const id of ids)
      for (const reads of ["orders", "tags", "profile"] as const) addChange(changes, id, reads, "x");
    const moves = await refreshMembership(shop, tx, changes, engine);
    const entered = moves.filter((move) => move.entered).length;
    return { rows: (await count()) - before, entered, left: moves.length - entered };
  });

/** A large shop is evaluated in chunks. A query that changes between two chunks is evaluated from the first customer on. */
async function changeWhileBuilt(shop: Shop): Promise<void> {
  const name = "changing";
  const id = await savedSegment(shop, { name, query: "amount_spent < 10" }, engine);
  const query = "amount_spent >= 395";
  let saved: Promise<string> | undefined;
  await evaluateSegment(shop, id, engine, async () => {
    saved ??= savedSegment(shop, { id, name, query }, engine);
  });
  await saved;
  const { count } = (await readSegment(shop, id)) ?? { count: 0 };
  expect(await selectCustomers(shop, query, engine)).toMatchObject({ ok: true, count });
  expect(count).toBe(2500);
}

test("the rows read for 20 changed customers do not grow with the shop: 2,000 customers and 200,000", async () => {
  const small = await rowsRead(await fill("small.myshopify.com", 2_000), 2_000);
  const shop = await fill("large.myshopify.com", 200_000);
  await changeWhileBuilt(shop);
  const large = await rowsRead(shop, 200_000);
  expect(small.entered).toBeGreaterThan(0);
  expect(small.left).toBeGreaterThan(0);
  expect(large.entered).toBeGreaterThan(0);
  // Eight segments over 20 customers with 3 orders, 6 lines and an address each, and their open stays.
  expect(large.rows).toBeLessThan(CHANGED * QUERIES.length * 20);
  expect(large.rows).toBeLessThan(small.rows * 2);
});
