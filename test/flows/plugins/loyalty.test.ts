// The guest plugin: tiers by what a customer spent in 12 months.
import { beforeEach, expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
import { parseFields } from "../../../app/fields.ts";
import { resolveOffer } from "../../../app/offers/resolve.server.ts";
import { drawCards } from "../../../app/plugins/cards.server.ts";
import { registry, registryFor } from "../../../app/plugins/installed.server.ts";
import { assemble, bindAll } from "../../../app/plugins/registry.server.ts";
import { savePluginSettings } from "../../../app/plugins/state.server.ts";
import { loyalty } from "../../../app/plugins/loyalty/plugin.server.ts";
import { evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import { savedSegment } from "../../setup/definitions.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { JOBS } from "../../../app/worker/jobs.server.ts";
import { addCustomers, newShop, openAt, selected } from "../new-shop.ts";

let shop: Shop;

beforeEach(async () => {
  shop = await newShop();
});

type Bought = { total: string; at?: string; test?: boolean; deleted?: boolean };
let orders = 0;

const addOrder = (customer: string, { total, at = "2026-11-01T00:00:00Z", test = false, deleted = false }: Bought) =>
  shop.db.tx((tx) =>
    tx.run(sql`
      insert into shop_order (shop_id, id, customer_id, currency, presentment_currency, total, ordered_at, test, deleted_at)
      values (${shop.id}, ${String((orders += 1))}, ${customer}, 'INR', 'INR', ${total}, ${at}::timestamptz, ${test},
        case when ${deleted} then now() end)`),
  );

const tiers = async () => {
  const found: Record<string, string[]> = {};
  for (const tier of ["GOLD", "SILVER", "BRONZE"]) found[tier] = await selected(shop, `loyalty_tier = '${tier}'`);
  return found;
};

test("a tier begins at its exact amount; test orders, deleted orders and orders older than a year do not count", async () => {
  await addCustomers(shop, "gold", "almost", "silver", "bronze", "none", "old", "edge", "two");
  await addOrder("gold", { total: "500.00" });
  await addOrder("almost", { total: "499.99" });
  await addOrder("silver", { total: "150" });
  await addOrder("bronze", { total: "149.99" });
  await addOrder("none", { total: "0" });
  await addOrder("none", { total: "900", test: true });
  await addOrder("none", { total: "900", deleted: true });
  await addOrder("old", { total: "900", at: "2025-11-22T11:59:59Z" });
  await addOrder("edge", { total: "900", at: "2025-11-22T12:00:00Z" });
  await addOrder("two", { total: "250" });
  await addOrder("two", { total: "249.99" });
  await addOrder("two", { total: "0.01" });
  expect(await tiers()).toEqual({ GOLD: ["edge", "gold", "two"], SILVER: ["almost", "silver"], BRONZE: ["bronze"] });
  expect(await selected(shop, "loyalty_tier IS NULL")).toEqual(["none", "old"]);
  expect(await selected(shop, "NOT loyalty_tier = 'GOLD'")).toHaveLength(5);
});

test.each([
  ["above gold", "100", "150"],
  ["at gold", "100", "100.00"],
])("a silver that begins %s is refused at its field, and nothing is saved", async (_where, gold, silver) => {
  const saved = await savePluginSettings(shop, loyalty, { gold, silver }, { actor: "merchant" });
  expect(saved).toEqual({ ok: false, faults: [{ key: "loyalty.settings.silver_too_high", field: "silver" }] });
  expect(await shop.db.tx((tx) => tx.rows(sql`select settings from plugin where shop_id = ${shop.id}`))).toEqual([]);
  const right = await savePluginSettings(shop, loyalty, { gold, silver: "99.99" }, { actor: "merchant" });
  expect(right).toEqual({ ok: true });
});

test("a tier ends by time alone: the customer leaves the segment when the year is over", async () => {
  await addCustomers(shop, "7");
  await addOrder("7", { total: "600", at: "2026-01-10T08:00:00Z" });
  const settle = async () => undefined;
  const gold = await savedSegment(shop, { name: "Gold", query: "loyalty_tier = 'GOLD'" }, registry);
  expect(await evaluateSegment(shop, gold, registry, settle)).toEqual({ entered: 1, left: 0 });
  const due = await shop.db.tx((tx) =>
    tx.rows(
      sql`select next_evaluation_at as at from segment_figures where shop_id = ${shop.id} and segment_id = ${gold}`,
    ),
  );
  expect(due).toEqual([{ at: new Date("2026-11-22T18:30:00Z") }]);
  const before = await openAt(shop.id, new Date("2027-01-10T07:00:00Z"));
  expect(await evaluateSegment(before, gold, registry, settle)).toEqual({ entered: 0, left: 0 });
  const after = await openAt(shop.id, new Date("2027-01-10T18:30:00Z"));
  expect(await evaluateSegment(after, gold, registry, settle)).toEqual({ entered: 0, left: 1 });
  const stays = await shop.db.tx((tx) =>
    tx.rows(sql`select left_cause as cause from membership where shop_id = ${shop.id} and segment_id = ${gold}`),
  );
  expect(stays).toEqual([{ cause: "time" }]);
});

test("the nightly count keeps a record of each customer with a tier, and the card shows them", async () => {
  await addCustomers(shop, "a", "b", "c");
  await addOrder("a", { total: "600", at: "2026-01-10T00:00:00Z" });
  await addOrder("b", { total: "700" });
  await addOrder("c", { total: "10" });
  const records = () =>
    shop.db.tx((tx) =>
      tx.rows(sql`
        select customer_id as customer, data ->> 'spent' as spent from plugin_record
        where shop_id = ${shop.id} and plugin = 'loyalty' order by 1`),
    );
  const recount = (at: Shop) => registry.jobs["loyalty/recount"]?.it.run(at);
  expect(await drawCards(shop, assemble([loyalty]), "home", null)).toEqual([]);
  await JOBS["plugins.job"]({ shop: shop.id, plugin: "loyalty", job: "recount" });
  await recount(shop);
  expect(await records()).toEqual([
    { customer: "a", spent: "600.0000" },
    { customer: "b", spent: "700.0000" },
    { customer: "c", spent: "10.0000" },
  ]);
  const counted = async (held = {}) => {
    const [card] = await drawCards(shop, bindAll([loyalty], { loyalty: held }), "home", null);
    return card?.content.shape === "rows" ? card.content.rows.map(({ label, value }) => [label, value]) : null;
  };
  expect(await counted()).toEqual([
    ["loyalty.tier.gold", "2"],
    ["loyalty.tier.bronze", "1"],
  ]);
  expect(await counted({ gold: "700", silver: "10" })).toEqual([
    ["loyalty.tier.gold", "1"],
    ["loyalty.tier.silver", "2"],
  ]);
  await recount(await openAt(shop.id, new Date("2027-02-01T00:00:00Z")));
  expect(await records()).toEqual([
    { customer: "b", spent: "700.0000" },
    { customer: "c", spent: "10.0000" },
  ]);
});

test("the merchant sets from which amount a tier begins, and its customers and segments follow", async () => {
  await addCustomers(shop, "a", "b");
  await addOrder("a", { total: "80" });
  await addOrder("b", { total: "50" });
  expect(await tiers()).toEqual({ GOLD: [], SILVER: [], BRONZE: ["a", "b"] });
  const gold = await savedSegment(shop, { name: "Gold", query: "loyalty_tier = 'GOLD'" }, registry);
  expect(await evaluateSegment(shop, gold, registry, async () => undefined)).toEqual({ entered: 0, left: 0 });
  const saved = await savePluginSettings(shop, loyalty, { gold: "80", silver: "50" }, { actor: "merchant" });
  expect(saved).toEqual({ ok: true });
  const engine = await registryFor(shop);
  expect(await selected(shop, "loyalty_tier = 'GOLD'", engine)).toEqual(["a"]);
  expect(await selected(shop, "loyalty_tier = 'SILVER'", engine)).toEqual(["b"]);
  expect(await evaluateSegment(shop, gold, engine, async () => undefined)).toEqual({ entered: 1, left: 0 });
});

test("a reward is granted to the customers of its tier, and to nobody else", async () => {
  const reward = registry.offerKinds["tier_reward"];
  if (!reward) throw new Error("the kind is there");
  const settings = parseFields(reward.settings, { tier: "SILVER", percent: "12.5" });
  if (!settings.ok) throw new Error("the settings are right");
  await addCustomers(shop, "silver", "gold");
  await addOrder("silver", { total: "200" });
  await addOrder("gold", { total: "800" });
  expect(await selected(shop, reward.audience?.(settings.value) ?? "")).toEqual(["silver"]);
  const offer = { kind: "tier_reward", settings: { tier: "SILVER", percent: "12.5" } };
  expect(await resolveOffer(shop, registry.offerKinds, offer)).toMatchObject({
    ok: true,
    discount: { grant: { kind: "percent", percent: "12.5" }, code: null },
  });
  const wrong = { kind: "tier_reward", settings: { tier: "PLATINUM", percent: "12.5" } };
  expect(await resolveOffer(shop, registry.offerKinds, wrong)).toMatchObject({ ok: false });
});
