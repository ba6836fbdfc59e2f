// Who is in which arm, as it is stored.
import { beforeEach, expect, test } from "vitest";
import { applyFacts } from "../../../app/customers/facts/apply.server.ts";
import { sql } from "../../../app/db.server.ts";
import { assignCustomers, lookAtRatio } from "../../../app/experiments/assignment/assign.server.ts";
import {
  endExperiment,
  growExperiment,
  type NewExperiment,
  readRunning,
  startExperiment,
} from "../../../app/experiments/assignment/experiment.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { comply, fileRequest } from "../../../app/sync/compliance/compliance.server.ts";
import { exportCustomer } from "../../../app/sync/compliance/export.server.ts";
import { shopify } from "../../../app/sync/sources/shopify/source.server.ts";
import { eraseSteps } from "../../../app/worker/erasure.server.ts";
import { addCustomers, newShop } from "../new-shop.ts";

const HALVES = [
  { key: "holdout", share: 1, isHoldout: true },
  { key: "ten off", share: 1, isHoldout: false },
];
const experiment = (more: Partial<NewExperiment> = {}): NewExperiment => ({
  layer: "home",
  arms: HALVES,
  times: 5000,
  plannedPeople: 1000,
  isShopWide: false,
  ...more,
});
const ids = (count: number) => Array.from({ length: count }, (_, at) => String(7_012_345_000 + at));

let shop: Shop;
beforeEach(async () => {
  shop = await newShop();
});

const start = (more: Partial<NewExperiment> = {}, of = shop) =>
  of.db.tx((tx) => startExperiment(of, tx, experiment(more)));
const assign = (id: string | null, customers: string[], of = shop) =>
  of.db.tx((tx) => assignCustomers(of, tx, id ?? "", customers));
const stored = (of = shop) =>
  of.db.tx((tx) =>
    tx.rows<{ customer: string; arm: string }>(
      sql`select customer_id as customer, arm from assignment where shop_id = ${of.id} order by customer_id collate "C"`,
    ),
  );
const runningOf = (id: string | null) => shop.db.tx(async (tx) => (await readRunning(shop, tx, id ?? "")).at(-1));

test("customers keep their arms when they are assigned again, and when the experiment has grown", async () => {
  const people = ids(200);
  await addCustomers(shop, ...people);
  const id = await start({ times: 1000 });
  const first = await assign(id, people);
  expect(first.size).toBeGreaterThan(20);
  expect(first.size).toBeLessThan(60);
  expect(new Set(first.values())).toEqual(new Set(["holdout", "ten off"]));
  expect(await assign(id, people)).toEqual(first);

  const running = await runningOf(id);
  if (!running) throw new Error("the experiment runs");
  expect(await shop.db.tx((tx) => growExperiment(shop, tx, running, 4000))).toBe(true);
  const grown = await assign(id, people);
  expect(grown.size).toBe(200);
  for (const [customer, arm] of first) expect(grown.get(customer)).toBe(arm);
  expect(await stored()).toHaveLength(200);
  expect(await shop.db.tx((tx) => growExperiment(shop, tx, running, 4001))).toBe(false);
});

test("two workers that assign the same customers at once give each customer one arm", async () => {
  const people = ids(100);
  await addCustomers(shop, ...people);
  const id = await start();
  const [one, other] = await Promise.all([assign(id, people), assign(id, people.toReversed())]);
  expect(new Map([...one].sort())).toEqual(new Map([...other].sort()));
  expect(await stored()).toHaveLength(100);
});

test("experiments of one layer have no customer in common, and an ended experiment makes room", async () => {
  const people = ids(100);
  await addCustomers(shop, ...people);
  const one = await start({ times: 2500 });
  const other = await start({ times: 2500 });
  const [inOne, inOther] = [await assign(one, people), await assign(other, people)];
  expect([...inOne.keys()].filter((id) => inOther.has(id))).toEqual([]);
  expect(inOne.size + inOther.size).toBe(100);
  expect(await start({ times: 1 })).toBeNull();
  await shop.db.tx((tx) => endExperiment(shop, tx, one ?? ""));
  expect(await assign(one, people)).toEqual(new Map());
  expect(await start({ times: 2500 })).not.toBeNull();
  // Who was in the ended experiment stays known.
  expect(await stored()).toHaveLength(100);
});

test("of experiments that start at once, only as many get buckets as the layer has", async () => {
  const started = await Promise.all(Array.from({ length: 8 }, () => start({ times: 1000 })));
  expect(started.filter((id) => id !== null)).toHaveLength(5);
});

test("a customer whose id on the platform becomes known later keeps the arm", async () => {
  const people = ids(40);
  await addCustomers(shop, ...people);
  const id = await start();
  const first = await assign(id, people);
  await shop.db.tx((tx) => tx.run(sql`update customer set platform_id = '1' || id where shop_id = ${shop.id}`));
  expect(await assign(id, people)).toEqual(first);
});

test("whom the shop-wide experiment holds out is in no other experiment", async () => {
  const people = ids(200);
  await addCustomers(shop, ...people);
  const shopWide = await start({ layer: "shop", isShopWide: true, times: 5000 });
  const id = await start();
  const arms = await assign(id, people);
  const shopArms = await assign(shopWide, people);
  expect(shopArms.size).toBe(200);
  const held = [...shopArms].filter(([, arm]) => arm === "holdout").map(([customer]) => customer);
  expect(held.length).toBeGreaterThan(70);
  expect(held.filter((customer) => arms.has(customer))).toEqual([]);
  expect(arms.size).toBe(200 - held.length);
});

test("the arms' people are counted, and what once looked uneven stays stored", async () => {
  const people = ids(400);
  await addCustomers(shop, ...people);
  const id = await start();
  await assign(id, people);
  const before = await runningOf(id);
  if (!before) throw new Error("the experiment runs");
  expect(await shop.db.tx((tx) => lookAtRatio(shop, tx, before))).toBeGreaterThan(0.05);

  await shop.db.tx((tx) => tx.run(sql`delete from assignment where shop_id = ${shop.id} and arm = 'holdout'`));
  const uneven = await shop.db.tx((tx) => lookAtRatio(shop, tx, before));
  expect(uneven).toBeLessThan(0.001);
  await assign(id, people);
  const after = await runningOf(id);
  if (!after) throw new Error("the experiment runs");
  expect(after.sampleRatio).toBe(uneven);
  expect(await shop.db.tx((tx) => lookAtRatio(shop, tx, after))).toBe(uneven);
});

test("another shop's experiment assigns nobody and is not seen", async () => {
  const other = await newShop();
  await addCustomers(shop, "1");
  await addCustomers(other, "1");
  const id = await start();
  await assign(id, ["1"]);
  expect(await assign(id, ["1"], other)).toEqual(new Map());
  expect(await stored(other)).toEqual([]);
  // The other shop's layer of the same name is free.
  expect(await start({}, other)).not.toBeNull();
});

test("after a merge the arm of the customer who stays counts, and export and redaction include the assignment", async () => {
  const people = ids(20);
  await addCustomers(shop, ...people);
  const arms = await assign(await start(), people);
  const [kept, gone] = ["holdout", "ten off"].map((wanted) => people.find((id) => arms.get(id) === wanted) ?? "");
  if (!kept || !gone) throw new Error("both arms have people");
  const merges = [{ keptId: kept, deletedId: gone, at: new Date().toISOString() }];
  await shop.db.tx((tx) => applyFacts(shop, tx, { merges }, { name: "shopify", history: false }));
  expect((await stored()).filter(({ customer }) => [kept, gone].includes(customer))).toEqual([
    { customer: kept, arm: "holdout" },
  ]);
  expect((await exportCustomer(shop, kept))?.data["assignment"]).toHaveLength(1);

  const body = Buffer.from(
    JSON.stringify({ shop_domain: shop.id, customer: { id: Number(kept) }, orders_to_redact: [] }),
  );
  const arrival = { connection: "", topic: "customers/redact" as const, key: kept, receivedAt: new Date(), body };
  expect(await shop.db.tx((tx) => fileRequest(shop.id, tx, shopify, arrival))).toEqual({ ok: true });
  await comply(shop.id, `erase customer shopify ${kept}`, eraseSteps);
  expect((await stored()).filter(({ customer }) => customer === kept)).toEqual([]);
  expect(await stored()).toHaveLength(18);
});
