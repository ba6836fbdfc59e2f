// The work of a batch grows with the number of changed customers, not with the shop.
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql } from "../../../../app/db.server.ts";
import { openShop } from "../../../../app/shop.server.ts";
import { applyBatch } from "../../../../app/worker/pipeline.server.ts";
import type { TakenRow } from "../../../../app/sync/inbox/turn.server.ts";
import { openIngest, type Ingest, type Json } from "../../ingest-shop.ts";

let ingest: Ingest;
beforeAll(async () => {
  ingest = await openIngest();
});
afterAll(() => ingest.close());

const SMALL = 2000;
const LARGE = 200_000;
const CHANGED = 25;
const QUERIES = [
  "number_of_orders >= 2",
  "amount_spent > 50 AND NOT (customer_tags CONTAINS 'vip')",
  "products_purchased MATCHES (id = 31)",
  "last_order_date >= -30d",
];

async function fill(shop: string, customers: number): Promise<void> {
  await ingest.install(shop);
  const at = "now() - interval '90 days'";
  await ingest.rows(
    `insert into customer (shop_id, id, updated_at, number_of_orders, amount_spent) select $1, i::text, ${at}, 1, 10 from generate_series(1, $2::int) i`,
    [shop, customers],
  );
  await ingest.rows(
    `insert into shop_order (shop_id, id, customer_id, currency, presentment_currency, total, ordered_at, updated_at)
     select $1, i::text, i::text, 'USD', 'USD', 10, ${at}, ${at} from generate_series(1, $2::int) i`,
    [shop, customers],
  );
  await ingest.rows(
    `insert into line_item (shop_id, order_id, id, customer_id, product_id, quantity, price, ordered_at)
     select $1, i::text, i::text, i::text, (i % 50)::text, 1, 10, ${at} from generate_series(1, $2::int) i`,
    [shop, customers],
  );
  for (const [index, query] of QUERIES.entries()) {
    await ingest.rows(
      `with made as (insert into segment (shop_id, id, handle, name, query, created_at, updated_at)
         values ($1, $2, $2, $2, $3, now(), now()) returning *)
       insert into segment_figures (shop_id, segment_id, version, evaluated_at) select shop_id, id, 1, now() from made`,
      [shop, `s${index}`, query],
    );
  }
}

function orders(): TakenRow[] {
  return Array.from({ length: CHANGED }, (_, index): TakenRow => {
    const set = (amount: string) => ({ shop_money: { amount, currency_code: "USD" } });
    const customer = index * 7 + 1;
    const body: Json = {
      id: 900_000_000 + index,
      currency: "USD",
      created_at: "2026-11-20T10:00:00Z",
      updated_at: "2026-11-20T10:00:00Z",
      total_price_set: set("99.00"),
      customer: { id: customer, updated_at: "2026-11-20T10:00:00Z" },
      line_items: [{ id: 900_000_000 + index, product_id: 31, quantity: 1, price_set: set("99.00") }],
    };
    return {
      seq: String(index),
      source: "shopify",
      connection: "",
      topic: "orders/create",
      key: String(index),
      triggeredAt: new Date("2026-11-20T10:00:01Z"),
      receivedAt: new Date(),
      attempts: 0,
      bytes: Buffer.from(JSON.stringify(body)),
    };
  });
}

/** The rows that one batch's statements read, by scan and by index, over all tables of the shop. */
async function rowsRead(shopId: string): Promise<number> {
  const shop = await openShop(shopId);
  if (!shop) throw new Error("no shop");
  return shop.db.tx(async (tx) => {
    const { poison, refused } = await applyBatch(shopId, shop, tx, orders());
    expect([...poison, ...refused]).toEqual([]);
    const [row] = await tx.rows<{ read: number }>(sql`
      select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int as read from pg_stat_xact_user_tables
      where relname in ('customer', 'customer_address', 'shop_order', 'line_item', 'refund', 'event', 'membership')`);
    return row?.read ?? 0;
  });
}

test("25 orders read as many rows in a shop of 200,000 customers as in one of 2,000", async () => {
  const [small, large] = ["small.myshopify.com", "large.myshopify.com"];
  await fill(small, SMALL);
  await ingest.rows("analyze");
  const few = await rowsRead(small);
  await fill(large, LARGE);
  await ingest.rows("analyze");
  const many = await rowsRead(large);
  expect(few).toBeGreaterThan(CHANGED);
  expect(many).toBeLessThan(CHANGED * 40);
  expect(many).toBeLessThanOrEqual(few * 2);
});
