// The freshness line is read every few seconds. The database itself counts the rows that it costs.
import { expect, test } from "vitest";
import { forShop, sql, type Tx } from "../../../../app/db.server.ts";
import { openShop, type Shop } from "../../../../app/shop.server.ts";
import { readFreshness } from "../../../../app/sync/status/status.server.ts";
import { runOn } from "../../../../prisma/schema-engine.ts";

const GAPS = 3;

async function fill(customers: number, gaps = GAPS): Promise<Shop> {
  const id = `fresh-${customers}-${gaps}.myshopify.com`;
  await forShop(id).tx(async (tx) => {
    await tx.run(
      sql`insert into shop (id, domain, time_zone, currency, installed_at) values (${id}, ${id}, 'UTC', 'USD', now())`,
    );
    await tx.run(sql`
      insert into customer (shop_id, id, number_of_orders, amount_spent, platform_orders, platform_spent)
      select ${id}, n::text, 2, 10, case when n <= ${gaps} then 3 else 2 end, 10 from generate_series(1, ${customers}::int) n`);
    await tx.run(sql`insert into backfill (shop_id, kind, state) values (${id}, 'orders', 'done')`);
  });
  const shop = await openShop(id);
  if (!shop) throw new Error("the shop is there");
  return shop;
}

/** The rows of customers that were read, and the freshness. */
const cost = (shop: Shop) =>
  shop.db.tx(async (tx) => {
    const within: Shop = { ...shop, db: { ...shop.db, tx: (work) => work(tx) } };
    const before = await rowsRead(tx);
    const freshness = await readFreshness(within);
    return { freshness, rows: (await rowsRead(tx)) - before };
  });

async function rowsRead(tx: Tx): Promise<number> {
  const [row] = await tx.rows<{ rows: string }>(sql`
    select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as rows from pg_stat_xact_user_tables where relname = 'customer'`);
  return Number(row?.rows);
}

test("the freshness is read as fast in a large shop as in a small one", async () => {
  const shops = [await fill(2_000), await fill(40_000)];
  for (const analyzed of [false, true]) {
    if (analyzed) await runOn(process.env["DATABASE_URL"] ?? "", "ANALYZE customer");
    for (const shop of shops) {
      const { freshness, rows } = await cost(shop);
      expect(freshness).toMatchObject({ gaps: GAPS, moreGaps: false, history: "done" });
      expect(rows, `${shop.id}, analyzed: ${analyzed}`).toBeLessThanOrEqual(GAPS);
    }
  }
});

test("where nearly all customers have gaps, a thousand are counted", async () => {
  const { freshness, rows } = await cost(await fill(5_000, 4_000));
  expect(freshness).toMatchObject({ gaps: 1000, moreGaps: true });
  expect(rows).toBeLessThanOrEqual(1001);
});

test("while the history is read, missing totals are no gaps", async () => {
  const shop = await fill(10, 4);
  await shop.db.tx((tx) => tx.run(sql`update backfill set state = 'reading' where shop_id = ${shop.id}`));
  expect(await readFreshness(shop)).toMatchObject({ gaps: 0, moreGaps: false, history: "reading" });
  await shop.db.tx((tx) => tx.run(sql`update backfill set state = 'failed' where shop_id = ${shop.id}`));
  expect(await readFreshness(shop)).toMatchObject({ gaps: 4, history: "failed" });
});
