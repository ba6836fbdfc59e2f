// The list of segments: each segment's growth, whether its count is up to date, and what uses it.
import { beforeEach, expect, test } from "vitest";
import { addChange, type Changes } from "../../../app/customers/change.ts";
import { sql } from "../../../app/db.server.ts";
import { attributes } from "../../../app/plugins/attributes/plugin.server.ts";
import { assemble } from "../../../app/plugins/registry.server.ts";
import { segmentsAttention } from "../../../app/segments/attention.server.ts";
import { evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import { readGrowth } from "../../../app/segments/memberships/stays/history.server.ts";
import type { Engine } from "../../../app/segments/memberships/live-segment.server.ts";
import { refreshMembership } from "../../../app/segments/memberships/membership.server.ts";
import { readSegment } from "../../../app/segments/segment.server.ts";
import { savedSegment } from "../../setup/definitions.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { newShop } from "../new-shop.ts";

const engine: Engine = assemble([attributes]);
const HOUR = 3_600_000;
let now: Date;
let shop: Shop;

beforeEach(async () => {
  now = new Date("2026-11-22T09:00:00Z");
  shop = await newShop(() => now);
});

const later = (milliseconds: number) => (now = new Date(now.getTime() + milliseconds));
const addCustomer = (id: string, orders = 0) =>
  shop.db.tx((tx) =>
    tx.run(sql`insert into customer (shop_id, id, number_of_orders, tags) values (${shop.id}, ${id}, ${orders}, '{}')`),
  );
const change = (id: string, orders: number) =>
  shop.db.tx(async (tx) => {
    await tx.run(sql`update customer set number_of_orders = ${orders} where shop_id = ${shop.id} and id = ${id}`);
    const changes: Changes = new Map();
    addChange(changes, id, "orders", "order");
    return refreshMembership(shop, tx, changes, engine);
  });
const build = async (query: string) => {
  const id = await savedSegment(shop, { name: query, query }, engine);
  await evaluateSegment(shop, id, engine, async () => undefined);
  return id;
};

test("growth begins when a segment was first counted, again after a change of its query, and after the history was read", async () => {
  for (const id of ["1", "2"]) await addCustomer(id, 1);
  const id = await build("number_of_orders >= 1");
  const growth = async () => (await readGrowth(shop)).get(id);
  expect(await growth()).toEqual({ changes: [], since: now });
  later(40 * 24 * HOUR);
  await addCustomer("3", 0);
  await change("3", 1);
  expect(await growth()).toMatchObject({ since: null });
  expect((await growth())?.changes.filter(Boolean)).toEqual([1]);
  await savedSegment(shop, { id, name: "S", query: "number_of_orders >= 0" }, engine);
  expect(await growth()).toBeUndefined();
  later(HOUR);
  await addCustomer("4", 0);
  await evaluateSegment(shop, id, engine, async () => undefined);
  expect(await growth()).toEqual({ changes: [], since: now });
  await shop.db.tx((tx) =>
    tx.run(sql`insert into backfill (shop_id, kind, state) values (${shop.id}, 'orders', 'reading')`),
  );
  expect(await growth()).toBeUndefined();
  later(HOUR);
  await shop.db.tx((tx) =>
    tx.run(sql`update backfill set state = 'done', finished_at = ${now} where shop_id = ${shop.id}`),
  );
  expect(await growth()).toEqual({ changes: [], since: now });
});

test("a segment that is due and was not evaluated is not up to date", async () => {
  await addCustomer("1", 1);
  const id = await build("last_order_date >= -30d");
  const isLate = async () => (await readSegment(shop, id))?.isLate;
  expect(await isLate()).toBe(false);
  later(30 * HOUR);
  expect(await isLate()).toBe(true);
  expect(await segmentsAttention(shop)).toMatchObject([{ key: "segments.attention.late", about: { id } }]);
  await evaluateSegment(shop, id, engine, async () => undefined);
  expect(await isLate()).toBe(false);
  expect(await segmentsAttention(shop)).toEqual([]);
});

test("the uses of a segment are the offers and surveys that have not ended", async () => {
  const id = await build("number_of_orders >= 1");
  await shop.db.tx(async (tx) => {
    for (const wish of ["draft", "on", "ended", "deleted"])
      await tx.run(sql`insert into offer (shop_id, id, handle, kind, name, segment_id, wish, starts_at, created_at, updated_at)
        values (${shop.id}, ${wish}, ${wish}, 'message', 'x', ${id}, ${wish}, now(), now(), now())`);
    for (const state of ["active", "ended"])
      await tx.run(sql`insert into survey (shop_id, id, handle, name, state, segment_id, created_at, updated_at)
        values (${shop.id}, ${state}, ${state}, 's', ${state}, ${id}, now(), now())`);
  });
  expect((await readSegment(shop, id))?.uses).toEqual({ offers: 2, surveys: 1 });
});

test("a segment's member count has the time at which it was counted or last changed", async () => {
  await addCustomer("1", 0);
  const id = await build("number_of_orders >= 1");
  const counted = async () => {
    const segment = await readSegment(shop, id);
    return { count: segment?.count, at: segment?.countedAt, evaluated: segment?.evaluatedAt };
  };
  const evaluated = now;
  expect(await counted()).toEqual({ count: 0, at: evaluated, evaluated });
  later(HOUR);
  await change("1", 1);
  expect(await counted()).toEqual({ count: 1, at: now, evaluated });
  later(HOUR);
  await evaluateSegment(shop, id, engine, async () => undefined);
  expect((await counted()).count).toBe(1);
});
