// The revenue share in the list: a job computes it, the list shows it with its time, and no page waits for it.
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cause } from "../../../app/customers/change.ts";
import { sql } from "../../../app/db.server.ts";
import { registryFor } from "../../../app/plugins/installed.server.ts";
import { loader as list } from "../../../app/routes/app.segments._index.tsx";
import { evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import { refreshMembership } from "../../../app/segments/memberships/membership.server.ts";
import { addUpRevenue, revenueIsDue } from "../../../app/segments/memberships/revenue.server.ts";
import { savedSegment } from "../../setup/definitions.ts";
import { merchant } from "../../../app/shopify.server.ts";
import { openShop, type Shop } from "../../../app/shop.server.ts";
import { startDevShop, type DevShop } from "../../setup/dev-shop.ts";

const NOON = new Date("2026-03-02T12:03:00Z");
const MINUTE = 60_000;

let dev: DevShop;
let shop: Shop;
let id: string;
const clock = { now: NOON };

beforeAll(async () => {
  dev = await startDevShop("chai.myshopify.com");
  const { shop: installed } = await merchant(dev.document("/app"));
  const opened = await openShop(installed.id, () => clock.now);
  if (!opened) throw new Error("the shop is there");
  shop = opened;
  await shop.db.tx((tx) =>
    tx.run(sql`insert into customer (shop_id, id, number_of_orders, amount_spent)
      select ${shop.id}, n::text, n, n * 100 from generate_series(0, 4) n`),
  );
  id = await savedSegment(shop, { name: "Regulars", query: "number_of_orders >= 3" }, await registryFor(shop));
});
afterAll(() => dev.close());

const evaluate = async () => evaluateSegment(shop, id, await registryFor(shop), async () => undefined);
const listed = async () => {
  const { segments } = await list({ request: dev.data("/app/segments"), params: {}, context: {} });
  return segments[0]?.revenue;
};
const waiting = () =>
  shop.db.tx((tx) => tx.rows(sql`select id from pgboss.job where name = 'segments.revenue' and state = 'created'`));

test("the share of a new segment is computed once its members are known, and shown with its time", async () => {
  expect(await listed()).toBeNull();
  expect(await waiting()).toHaveLength(0);
  await evaluate();
  expect(await waiting()).toHaveLength(1);
  await addUpRevenue(shop);
  expect(await listed()).toEqual({ amount: "700.0000", share: 0.7, asOf: NOON });
  expect(await revenueIsDue(shop)).toBe(false);
});

test("later purchases make the share due again, at most every five minutes, and until then its time is shown", async () => {
  clock.now = new Date(NOON.getTime() + MINUTE);
  await shop.db.tx(async (tx) => {
    await tx.run(
      sql`update customer set number_of_orders = 3, amount_spent = 1000 where shop_id = ${shop.id} and id = '1'`,
    );
    const changes = new Map([["1", new Map([["orders" as const, [{ cause: "order", at: null }] as [Cause]]])]]);
    await refreshMembership(shop, tx, changes, await registryFor(shop, tx));
  });
  expect(await revenueIsDue(shop)).toBe(false);
  expect(await listed()).toMatchObject({ share: 0.7, asOf: NOON });
  clock.now = new Date(NOON.getTime() + 6 * MINUTE);
  expect(await revenueIsDue(shop)).toBe(true);
  await addUpRevenue(shop);
  expect(await listed()).toEqual({ amount: "1700.0000", share: 0.894737, asOf: clock.now });
  expect(await revenueIsDue(shop)).toBe(false);
});

test("the list reads no customer and no order: it answers while both tables are locked", async () => {
  const owner = new pg.Client(process.env["DATABASE_URL"]);
  await owner.connect();
  try {
    await owner.query("begin; lock table customer, shop_order, line_item, refund in access exclusive mode");
    expect(await listed()).toMatchObject({ share: 0.894737 });
  } finally {
    await owner.end();
  }
});

test("a changed query has no share until the share is computed again", async () => {
  await savedSegment(shop, { id, name: "Regulars", query: "number_of_orders >= 4" }, await registryFor(shop));
  expect(await listed()).toBeNull();
  await addUpRevenue(shop);
  expect(await listed()).toBeNull();
  await evaluate();
  await addUpRevenue(shop);
  expect(await listed()).toMatchObject({ amount: "400.0000", share: 0.210526 });
});
