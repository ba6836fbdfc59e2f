// An attribute that hangs or throws: its segments pause, its plugin is marked, and everything else continues.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { sql, type Sql } from "../../../app/db.server.ts";
import { loyalty } from "../../../app/plugins/loyalty/plugin.server.ts";
import { registry, registryFor } from "../../../app/plugins/installed.server.ts";
import { listPlugins, switchPlugin } from "../../../app/plugins/state.server.ts";
import { dueSegments, evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import { preview } from "../../../app/segments/preview.server.ts";
import { readSegment } from "../../../app/segments/segment.server.ts";
import { savedSegment } from "../../setup/definitions.ts";
import { isFunction } from "../../../app/segments/attribute.server.ts";
import { openShop, type Shop } from "../../../app/shop.server.ts";
import { example, openIngest, type Ingest } from "../ingest-shop.ts";

const tier = registry.attributes["loyalty_tier"];
if (!tier || isFunction(tier)) throw new Error("loyalty has a tier");
const right = tier.sql;

let ingest: Ingest;
let shop: Shop;
/** How far the shop's clock is ahead of the worker's clock. */
let ahead = 0;
let shops = 0;

beforeAll(async () => (ingest = await openIngest()));
afterEach(() => (tier.sql = right));
afterAll(() => ingest.close());

const sleeps = (seconds: number) => (): Sql => sql`(select 'GOLD' from pg_sleep(${seconds}))`;

async function openTrialShop(): Promise<void> {
  const id = `attributes-${(shops += 1)}.myshopify.com`;
  await ingest.install(id);
  ahead = 0;
  const opened = await openShop(id, () => new Date(Date.now() + ahead));
  if (!opened) throw new Error("the shop is there");
  shop = opened;
}

const later = (minutes: number) => (ahead += minutes * 60_000);
const evaluate = async (id: string) => evaluateSegment(shop, id, await registryFor(shop), async () => undefined);
const build = async (query: string) => {
  const id = await savedSegment(shop, { name: query, query }, await registryFor(shop));
  await evaluate(id);
  return id;
};

let customers = 100;
/** Applies a webhook of a new customer. Returns the milliseconds that it took. */
async function welcome(): Promise<number> {
  const body = { ...example("customers/create"), id: (customers += 1), tags: "" };
  await ingest.send("customers/create", body, { shop: shop.id });
  const began = Date.now();
  await ingest.settle(shop.id);
  return Date.now() - began;
}

const standing = async (id: string) => {
  const { count, fault } = (await readSegment(shop, id)) ?? {};
  return { count, fault };
};
const health = async () => {
  const [view] = await listPlugins(shop, [loyalty]);
  return { failures: view?.failures, fault: view?.fault };
};
const due = async () => dueSegments(shop, await registryFor(shop));

test("an attribute that hangs delays one batch once; applied rows stay, and the other segments are updated", async () => {
  await openTrialShop();
  const gold = await build("loyalty_tier = 'GOLD'");
  const both = await build("loyalty_tier = 'GOLD' OR number_of_orders >= 100");
  const all = await build("number_of_orders >= 0");
  // If the statement is ended, it costs the time limit. If the app waited for it, it would cost all of this.
  const hangsMs = 60_000;
  tier.sql = sleeps(hangsMs / 1000);
  expect(await welcome()).toBeLessThan(hangsMs);
  expect(await standing(all)).toEqual({ count: 1, fault: null });
  expect(await standing(gold)).toEqual({ count: 0, fault: "failed" });
  expect(await standing(both)).toEqual({ count: 0, fault: "failed" });
  expect(await health()).toEqual({
    failures: 1,
    fault: expect.stringMatching(
      /^attribute loyalty_tier: no answer within 3 s at test\/flows\/plugins\/attributes/,
    ) as string,
  });
  await welcome();
  expect(await standing(all)).toEqual({ count: 2, fault: null });
  expect(await health()).toMatchObject({ failures: 1 });
});

test("it is tried again after longer and longer pauses, and catches up once it is corrected", async () => {
  await openTrialShop();
  const gold = await build("loyalty_tier = 'GOLD'");
  const other = await build("loyalty_tier = 'GOLD' AND number_of_orders >= 0");
  tier.sql = () => sql`(1 / 0)::text`;
  await welcome();
  expect(await due()).toEqual([]);
  later(2);
  expect((await due()).sort()).toEqual([gold, other].sort());
  await evaluate(gold);
  // The other segment has the same attribute: it pauses too and is not tried alone.
  await evaluate(other);
  expect(await health()).toEqual({
    failures: 2,
    fault: expect.stringMatching(/^attribute loyalty_tier: its SQL divides by zero at test\/flows\/plugins\/attr/),
  });
  expect(await standing(other)).toEqual({ count: 0, fault: "failed 2" });
  later(1.5);
  expect(await due()).toEqual([]);
  later(1);
  expect(await due()).toHaveLength(2);
  tier.sql = () => sql`'GOLD'`;
  for (const id of await due()) await evaluate(id);
  expect(await standing(gold)).toEqual({ count: 1, fault: null });
  expect(await standing(other)).toEqual({ count: 1, fault: null });
  await welcome();
  expect(await standing(gold)).toEqual({ count: 2, fault: null });
});

test("of several attributes the one that throws is found, and switching its plugin on again tries it at once", async () => {
  await openTrialShop();
  const gold = await build("number_of_orders >= 0 AND loyalty_tier = 'GOLD'");
  tier.sql = () => {
    throw new TypeError("asha@example.com");
  };
  await welcome();
  expect(await standing(gold)).toEqual({ count: 0, fault: "failed" });
  expect((await health()).fault).toMatch(/^attribute loyalty_tier: TypeError at test\/flows\/plugins\/attributes/);
  tier.sql = () => sql`(c.id::date)::text`;
  later(2);
  await evaluate(gold);
  expect((await health()).fault).toMatch(
    /^attribute loyalty_tier: its SQL reads a value as a date or a time, but the value is not one at test\//,
  );
  const marked = await listPlugins(shop, registry.plugins);
  expect(marked.filter(({ failures }) => failures > 0).map(({ name }) => name)).toEqual(["loyalty"]);
  tier.sql = () => sql`'GOLD'`;
  await switchPlugin(shop, loyalty, true, "merchant");
  await evaluate(gold);
  expect(await standing(gold)).toEqual({ count: 1, fault: null });
});

test("a preview of a query with such an attribute says so, and the page stays", async () => {
  await openTrialShop();
  const engine = await registryFor(shop);
  const failed = { ok: false, faults: [], slow: false, failed: true };
  tier.sql = () => {
    throw new TypeError("no");
  };
  expect(await preview(shop, "loyalty_tier = 'GOLD'", engine)).toEqual(failed);
  await welcome();
  tier.sql = () => sql`(1 / 0)::text`;
  expect(await preview(shop, "loyalty_tier = 'GOLD'", engine)).toEqual(failed);
  expect(await preview(shop, "number_of_orders >= 0", engine)).toMatchObject({ ok: true, count: 1 });
});

test.each([
  ["answers two rows", () => sql`(select k from (values ('GOLD'), ('SILVER')) as both (k))`, /its SQL is/],
  ["is too large for the database", () => sql`repeat('x', 2000000000)`, /loyalty_tier: /],
  ["is a text and no SQL", () => JSON.parse('"GOLD"') as Sql, /returns no SQL/],
] as const)("an attribute that %s is marked, and the shop's webhooks are applied", async (_what, broken, fault) => {
  await openTrialShop();
  await welcome();
  const [gold, all] = [await build("loyalty_tier = 'GOLD'"), await build("number_of_orders >= 0")];
  tier.sql = broken;
  await welcome();
  expect(await standing(all)).toEqual({ count: 2, fault: null });
  expect((await standing(gold)).fault).toBe("failed");
  expect((await health()).fault).toMatch(fault);
});

test("an evaluation of the whole shop ends at the time limit too", async () => {
  await openTrialShop();
  await welcome();
  const hangsMs = 60_000;
  tier.sql = sleeps(hangsMs / 1000);
  const began = Date.now();
  const gold = await build("loyalty_tier = 'GOLD'");
  expect(Date.now() - began).toBeLessThan(hangsMs);
  expect(await standing(gold)).toEqual({ count: 0, fault: "failed" });
  expect((await health()).fault).toMatch(
    /^attribute loyalty_tier: no answer within 10 s at test\/flows\/plugins\/attributes/,
  );
});
