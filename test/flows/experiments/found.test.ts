// What a test of an offer is found to bring, in a simulated shop whose truth is known.
import { beforeEach, expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
import {
  hasUnsettledExperiments,
  lookAtExperiment,
  lookAtExperiments,
} from "../../../app/experiments/outcomes/look.server.ts";
import { endExperiment } from "../../../app/experiments/assignment/experiment.server.ts";
import { readSizes } from "../../../app/offers/experiment/read-sizes.server.ts";
import { saidOf } from "../../../app/offers/experiment/test-of-offer.ts";
import { saveShopSettings } from "../../../app/shop-settings.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { lognormal, randomFrom } from "../../experiments/stream.ts";
import { newShop } from "../new-shop.ts";
import { addOrders, begin, customerIds, DAY_MS, OFFER, readTest } from "./experiment-shop.ts";

let now: Date;
let shop: Shop;

beforeEach(async () => {
  now = new Date("2026-06-01T12:00:00Z");
  shop = await newShop(() => now);
});
const later = (days: number) => (now = new Date(now.getTime() + days * DAY_MS));
const PEOPLE = customerIds(4000);

/** Orders of the next 20 days: of the customers with the offer, a larger share buys. */
async function sell(arms: Map<string, string>, shares: { held: number; treated: number }, seed: number) {
  const random = randomFrom(seed);
  const bought = [...arms].flatMap(([customer, arm]) => {
    const buys = random() < (arm === OFFER ? shares.treated : shares.held);
    const amount = lognormal(random, 3, 0.5).toFixed(2);
    const at = new Date(now.getTime() + random() * 20 * DAY_MS);
    return buys ? [{ customer, at, amount }] : [];
  });
  await addOrders(shop, bought, `s${seed}-`);
}
/** The mean of exp(3 + 0.5 × normal). */
const MEAN = Math.exp(3 + 0.5 ** 2 / 2);

test("an effect that is known is found, and the interval contains it", async () => {
  const { id, arms } = await begin(shop, PEOPLE);
  await sell(arms, { held: 0.2, treated: 0.3 }, 1);
  later(28);
  await lookAtExperiments(shop);
  const test = await readTest(shop);
  if (!test?.found) throw new Error("the test has been looked at");
  expect(saidOf(test)).toBe("more");
  const { low, high } = test.found.money.perPerson ?? { low: "0", high: "0" };
  expect(Number(low)).toBeGreaterThan(0);
  expect(Number(low)).toBeLessThan(0.1 * MEAN);
  expect(Number(high)).toBeGreaterThan(0.1 * MEAN);
  expect(test.found.conversion.verdict.key).toBe("more");
  expect(test.found.isFinal).toBe(false);
  expect(test.found.lookedAt).toEqual(now);

  // The cap stays as the first look with enough buyers has fixed it.
  const { cap } = test.found.money;
  await addOrders(shop, [...arms.keys()].slice(0, 200).map((customer) => ({ customer, at: new Date(now.getTime() - DAY_MS), amount: "9000" })), "big"); // prettier-ignore
  await lookAtExperiment(shop, id);
  expect((await readTest(shop))?.found?.money.cap).toBe(cap);
});

test("where the merchant states the margin, the test shows profit: the cost of goods is subtracted", async () => {
  const { arms } = await begin(shop, PEOPLE);
  await sell(arms, { held: 0.2, treated: 0.2 }, 5);
  later(28);
  await lookAtExperiments(shop);
  const revenue = await readTest(shop);
  expect(revenue?.found?.margin).toBeNull();
  await saveShopSettings(shop, { inboxDays: "7", margin: "40" }, { actor: "merchant" });
  await lookAtExperiments(shop);
  const profit = await readTest(shop);
  expect(profit?.found?.margin).toBe("40");
  // Orders without lines and discounts: the profit is 40 % of what was paid, and the cap too.
  const amounts = (test: typeof profit) =>
    [test?.found?.money.cap, ...(test?.found?.arms ?? []).map(({ perPerson }) => perPerson)].map(Number);
  expect(amounts(profit)).toHaveLength(3);
  amounts(profit).forEach((amount, at) => expect(amount).toBeCloseTo(0.4 * (amounts(revenue)[at] ?? 0), 1));
});

test("without an effect no difference is said, and with few orders the days until there are enough", async () => {
  const { id, arms } = await begin(shop, PEOPLE);
  await sell(arms, { held: 0.012, treated: 0.012 }, 2);
  later(20);
  await lookAtExperiments(shop);
  const early = await readTest(shop);
  expect(early && saidOf(early)).toBe("soon");
  expect(early?.found?.money).toMatchObject({ perPerson: null, total: null });

  await sell(arms, { held: 0.2, treated: 0.2 }, 3);
  later(8);
  await lookAtExperiments(shop);
  const open = await readTest(shop);
  expect(open && saidOf(open)).toMatch(/^open/);
  const { low, high } = open?.found?.money.perPerson ?? { low: "1", high: "-1" };
  expect(Number(low)).toBeLessThan(0);
  expect(Number(high)).toBeGreaterThan(0);

  await shop.db.tx((tx) => endExperiment(shop, tx, id));
  later(31);
  await lookAtExperiments(shop);
  const ended = await readTest(shop);
  expect([ended && saidOf(ended), ended?.found?.isFinal]).toEqual(["none", true]);
  // What is final is not looked at again.
  expect(await hasUnsettledExperiments(shop)).toBe(false);
});

test("while a look sums up the orders, the test can end, and what another look stores meanwhile stays", async () => {
  const { id } = await begin(shop, customerIds(10));
  const { look } = await shop.db.tx(async (tx) => {
    await tx.run(sql`lock table shop_order in access exclusive mode`);
    const look = lookAtExperiment(shop, id);
    const waiting = sql`select from pg_locks where not granted and relation = 'shop_order'::regclass`;
    await expect.poll(async () => (await tx.rows(waiting)).length).toBe(1);
    await shop.db.tx(async (other) => {
      await other.run(sql`set local lock_timeout = '2s'`);
      await endExperiment(shop, other, id);
      await other.run(sql`update experiment set cap = 7, looked_at = ${now} where shop_id = ${shop.id} and id = ${id}`);
    });
    return { look };
  });
  await look;
  const rows = await shop.db.tx((tx) => tx.rows(sql`select cap::text, figures from experiment where id = ${id}`));
  expect(rows).toEqual([{ cap: "7.0000", figures: null }]);
});

test("if customers of one arm are missing, no result is shown", async () => {
  const { arms } = await begin(shop, PEOPLE);
  await sell(arms, { held: 0.2, treated: 0.3 }, 4);
  await shop.db.tx((tx) =>
    tx.run(sql`delete from assignment where shop_id = ${shop.id} and arm = 'holdout' and customer_id like '%1'`),
  );
  later(28);
  await lookAtExperiments(shop);
  const test = await readTest(shop);
  expect(test && saidOf(test)).toBe("uneven");
  expect(test?.found?.money).toMatchObject({ perPerson: null, total: null });
});

test("another shop neither sees the test nor looks at it", async () => {
  const { id } = await begin(shop, customerIds(10));
  const other = await newShop(() => now);
  await lookAtExperiment(other, id);
  expect([await hasUnsettledExperiments(other), await readTest(other)]).toEqual([false, null]);
  expect((await readTest(shop))?.found).toBeNull();
});

test("before the launch, the sizes follow from the orders of the segment's customers in the last 28 days", async () => {
  const people = customerIds(1000);
  await begin(shop, people);
  await shop.db.tx(async (tx) => {
    await tx.run(sql`
      insert into segment (shop_id, id, handle, name, query, created_at, updated_at)
      values (${shop.id}, 'vip', 'vip', 'VIP', 'amount_spent > 1', ${now}, ${now})`);
    await tx.run(sql`
      insert into segment_figures (shop_id, segment_id, version, member_count) values (${shop.id}, 'vip', 1, 1000)`);
    await tx.run(sql`
      insert into membership (shop_id, segment_id, customer_id, entered_at, entered_cause)
      select ${shop.id}, 'vip', id, ${now}, 'saved' from customer where shop_id = ${shop.id}`);
  });
  expect(await readSizes(shop, "vip", 10)).toBeNull();
  const bought = people
    .slice(0, 200)
    .map((customer) => ({ customer, at: new Date(now.getTime() - DAY_MS), amount: "40" }));
  await addOrders(shop, bought, "recent");
  await addOrders(shop, people.map((customer) => ({ customer, at: new Date(now.getTime() - 30 * DAY_MS), amount: "40" })), "old"); // prettier-ignore
  const sizes = await readSizes(shop, "vip", 10);
  // By hand: of 1,000 customers 200 spent 40. The deviation is 40 × √(0.2 × 0.8 × 1000 / 999) = 16.008.
  expect(sizes).toMatchObject({ people: 1000, share: 0.2, mean: "8.00" });
  expect(sizes?.asked.peopleToOpen).toEqual({ conversion: 1250, money: 1250 });
  expect(sizes?.half.smallestDifference).toBe("3.93");
  expect(await readSizes(await newShop(() => now), "vip", 10)).toBeNull();
});
