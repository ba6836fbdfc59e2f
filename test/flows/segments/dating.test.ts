// How much it costs to find out since when a customer is a member: never the membership, the segment or the batch.
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import { openShop, type Shop } from "../../../app/shop.server.ts";
import { takeTurn } from "../../../app/worker/batch.server.ts";
import { savedSegment } from "../../setup/definitions.ts";
import { openIngest, type Ingest } from "../ingest-shop.ts";

let ingest: Ingest;
let shops = 0;
beforeAll(async () => {
  ingest = await openIngest();
});
afterAll(() => ingest.close());

async function shopWith(query: string): Promise<Shop> {
  const id = `dating-${(shops += 1)}.myshopify.com`;
  await ingest.install(id);
  const shop = await openShop(id);
  if (!shop) throw new Error("the shop is installed");
  const segment = await savedSegment(shop, { name: "Members", query }, registry);
  await evaluateSegment(shop, segment, registry, async () => undefined);
  return shop;
}

async function sendOrder({ id }: Shop, order: number, customer: number, at: Date): Promise<void> {
  const time = at.toISOString();
  const body = {
    ...{ id: order, created_at: time, updated_at: time, processed_at: time, currency: "USD", total_price: "10.00" },
    ...{ customer: { id: customer, updated_at: time }, line_items: [], refunds: [], test: false, cancelled_at: null },
  };
  expect(await ingest.send("orders/create", body, { shop: id, triggeredAt: new Date().toISOString() })).toBe(200);
}

const figuresOf = async ({ id }: Shop) =>
  (await ingest.rows("select fault, member_count as members from segment_figures where shop_id = $1", [id]))[0];

const YEAR_MS = 365.25 * 86_400_000;
const days = (count: number) => Array.from({ length: count }, (_, day) => `-${day}d`).join(", ");

test.each([
  ["one date", "first_order_date <= -1d"],
  [
    "a function beside another",
    "orders_placed MATCHES (date <= -1d, amount >= 1) AND products_purchased NOT MATCHES (date > -90d)",
  ],
  [
    "nine ranges of dates",
    Array.from({ length: 9 }, (_, at) => `first_order_date BETWEEN -${30 + at}y AND -1d`).join(" AND "),
  ],
  ["490 dates", `orders_placed MATCHES (date NOT IN (${days(490)}))`],
])("an order of 13 years ago that comes today makes its customer a member: %s", async (_what, query) => {
  const shop = await shopWith(query);
  const placed = new Date(Date.now() - 13.3 * YEAR_MS);
  await sendOrder(shop, 1, 7, placed);
  expect(await takeTurn(shop.id, [])).toMatchObject({ taken: 1, more: false });
  expect(await figuresOf(shop)).toEqual({ fault: null, members: 1 });
  const stays = await shop.db.tx((tx) =>
    tx.rows<{ customer: string; at: Date; recorded: Date }>(sql`
      select customer_id as customer, entered_at as at, entered_recorded_at as recorded from membership where shop_id = ${shop.id}`),
  );
  expect(stays.map(({ customer }) => customer)).toEqual(["7"]);
  for (const { at, recorded } of stays) {
    expect(at.getTime()).toBeGreaterThanOrEqual(placed.getTime());
    expect(at.getTime()).toBeLessThanOrEqual(recorded.getTime());
  }
  const events = await ingest.rows("select kind from outbox where shop_id = $1 and kind like 'segment.%'", [shop.id]);
  expect(events).toEqual([{ kind: "segment.entered" }]);
});

test("a batch of two orders for each of 249 customers makes all of them members of a segment of four clauses", async () => {
  const clauses = [100, 101, 102, 103].map((most) => `number_of_orders BETWEEN 1 AND ${most}`);
  const shop = await shopWith(clauses.join(" AND "));
  const now = Date.now();
  await Promise.all(
    Array.from({ length: 498 }, (_, at) =>
      sendOrder(shop, at + 1, Math.floor(at / 2) + 1, new Date(now - ((at % 2) + 1) * 60_000)),
    ),
  );
  expect(await takeTurn(shop.id, [], { most: 1000 })).toMatchObject({ taken: 498, more: false });
  expect(await figuresOf(shop)).toEqual({ fault: null, members: 249 });
  const entered = await ingest.rows("select from outbox where shop_id = $1 and kind = 'segment.entered'", [shop.id]);
  expect(entered).toHaveLength(249);
});
