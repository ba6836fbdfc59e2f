// The clock of a process is more than a year ahead for two minutes: afterwards everything continues.
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { offersAreDue } from "../../../app/offers/publishing/due.server.ts";
import { publishOffers } from "../../../app/offers/publishing/publish.server.ts";
import { registryFor } from "../../../app/plugins/installed.server.ts";
import { dueSegments, evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import { addUpRevenue, revenueIsDue } from "../../../app/segments/memberships/revenue.server.ts";
import { openShop, type Shop } from "../../../app/shop.server.ts";
import { merchant } from "../../../app/shopify.server.ts";
import { accessToken } from "../../../app/shopify/tokens.server.ts";
import { reconcile } from "../../../app/sync/sources/shopify/history/reconcile.server.ts";
import { followChanges, settleMoves } from "../../../app/worker/pipeline.server.ts";
import { tick } from "../../../app/worker/schedule.server.ts";
import type { Face } from "../../dev-store/http.ts";
import { startDevShop, type DevShop } from "../../setup/dev-shop.ts";

const SHOP = "clock.myshopify.com";
const DAY = 86_400_000;
const ahead = () => new Date(Date.now() + 400 * DAY);
const owner = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
const all = async (text: string, values: unknown[] = []) => (await owner.query(text, values)).rows;

/** The instants since which Shopify was asked for changes. */
const asked: Date[] = [];
const listen: Face = async (_store, _shop, request) => {
  const since = /updated_at:>='([^']+)'/.exec(request.body.toString())?.[1];
  if (since) asked.push(new Date(since));
  return null;
};

let dev: DevShop;
beforeAll(async () => {
  dev = await startDevShop(SHOP, { name: "Clock" }, { faces: [listen] });
  await merchant(dev.document());
});
afterAll(async () => {
  await dev.close();
  await owner.end();
});
beforeEach(async () => {
  for (const table of [
    "segment",
    "segment_figures",
    "membership",
    "offer",
    "inbox",
    "customer",
    "backfill",
    "plugin_health",
    "pgboss.job",
  ]) {
    await all(`delete from ${table}`);
  }
});

async function open(now?: () => Date): Promise<Shop> {
  const shop = await openShop(SHOP, now);
  if (!shop) throw new Error("the shop is there");
  return shop;
}
async function judge(shop: Shop): Promise<string[]> {
  const engine = await registryFor(shop);
  const due = await dueSegments(shop, engine);
  for (const id of due) await evaluateSegment(shop, id, engine, settleMoves(shop));
  return due;
}
const members = async () =>
  (await all("select customer_id as id from membership where left_at is null order by 1")).map(({ id }) => id);

test("segments that the wrong clock emptied are evaluated again at once, and the stays are as before", async () => {
  const lately = new Date(Date.now() - 10 * DAY);
  await all(
    "insert into customer (shop_id, id, last_order_at, number_of_orders) select $1, n, $2, 1 from generate_series(1, 3) n",
    [SHOP, lately],
  );
  await all(
    "insert into segment (shop_id, id, handle, name, query, created_at, updated_at) values ($1, 's', 's', 'Lately', 'last_order_date >= -90d', now(), now())",
    [SHOP],
  );
  const now = await open();
  await judge(now);
  const before = await all("select customer_id, entered_at, left_at, entered_cause from membership order by 1");
  await all("update segment_figures set next_evaluation_at = now()");
  await judge(await open(ahead));
  expect(await members()).toEqual([]);

  expect(await judge(await open())).toEqual(["s"]);
  expect(await members()).toEqual(["1", "2", "3"]);
  expect(await all("select customer_id, entered_at, left_at, entered_cause from membership order by 1")).toEqual(
    before,
  );
  expect(await all("select member_count from segment_figures")).toEqual([{ member_count: 3 }]);
  expect(await judge(await open())).toEqual([]);
});

test("a customer whom the wrong clock put into a segment leaves it, and no stay is in the future", async () => {
  await all("insert into customer (shop_id, id, last_order_at, number_of_orders) values ($1, '1', now(), 1)", [SHOP]);
  await all(
    "insert into segment (shop_id, id, handle, name, query, created_at, updated_at) values ($1, 's', 's', 'Lapsed', 'last_order_date < -90d', now(), now())",
    [SHOP],
  );
  await judge(await open());
  await all("update segment_figures set next_evaluation_at = now()");
  await judge(await open(ahead));
  expect(await members()).toEqual(["1"]);
  await judge(await open());
  expect(await members()).toEqual([]);
  expect(await all("select 1 from membership where left_at > now() + interval '1 minute'")).toEqual([]);
});

test("a segment whose attribute failed is tried again, however far in the future its pause ends", async () => {
  await all(
    "insert into segment (shop_id, id, handle, name, query, created_at, updated_at) values ($1, 's', 's', 'Paused', 'number_of_orders > 0', now(), now())",
    [SHOP],
  );
  await all(
    "insert into segment_figures (shop_id, segment_id, version, evaluated_at, fault, next_evaluation_at) values ($1, 's', 1, now(), 'failed 3', now() + interval '400 days')",
    [SHOP],
  );
  expect(await judge(await open())).toEqual(["s"]);
  expect(await all("select fault from segment_figures")).toEqual([{ fault: null }]);
});

test("sums that are dated in the future are computed again", async () => {
  await all(
    "insert into segment (shop_id, id, handle, name, query, created_at, updated_at) values ($1, 's', 's', 'All', '', now(), now())",
    [SHOP],
  );
  await all("insert into segment_figures (shop_id, segment_id, version, evaluated_at) values ($1, 's', 1, now())", [
    SHOP,
  ]);
  await addUpRevenue(await open(ahead));
  await all("update segment_figures set revenue_stale = true");
  expect(await revenueIsDue(await open())).toBe(true);
});

test("webhooks are deleted by the database's clock", async () => {
  await all(
    "insert into inbox (shop_id, topic, key, state, body) values ($1, 'x', '1', 'applied', '{}'), ($1, 'x', '2', 'poison', '{}')",
    [SHOP],
  );
  await tick(ahead);
  expect(await all("select 1 from inbox")).toHaveLength(2);
});

test("a plugin's job whose last run is dated in the future runs again when it is due", async () => {
  await all(
    `insert into plugin_health (shop_id, plugin, job_ran_at) values ($1, 'loyalty', '{"recount":"2028-01-01T00:00:00.000Z"}')`,
    [SHOP],
  );
  const night = new Date();
  night.setUTCHours(3, 30, 0, 0);
  for (let minute = 0; minute < 24 * 60; minute += 30) await tick(() => new Date(night.getTime() + minute * 60_000));
  expect(await all("select 1 from pgboss.job where name = 'plugins.job' and data->>'plugin' = 'loyalty'")).not.toEqual(
    [],
  );
});

test("an offer that the clock ended too early continues, and an offer that a merchant ended does not", async () => {
  const offer = (id: string, wish: string, ends: string) =>
    all(
      `insert into offer (shop_id, id, handle, kind, name, settings, words, placements, wish, starts_at, ends_at, created_at, updated_at)
       values ($1, $2, $2, 'offer-kinds/percent', $2, '{}', '{}', '{}', $3, now() - interval '9 days', now() + $4::interval, now(), now())`,
      [SHOP, id, wish, ends],
    );
  const settled = () => all("select offer_id as id, settled_as as state from offer_publication order by 1");
  await offer("runs", "on", "30 days");
  await offer("paused", "paused", "30 days");
  await offer("over", "ended", "-1 hour");
  const future = await open(ahead);
  await publishOffers(future, await registryFor(future));
  expect((await settled()).map(({ state }) => state)).toEqual(["ended", "ended", "ended"]);
  const now = await open();
  expect(await offersAreDue(now)).toBe(true);
  await publishOffers(now, await registryFor(now));
  expect(await settled()).toEqual([
    { id: "over", state: "ended" },
    { id: "paused", state: "paused" },
    { id: "runs", state: "active" },
  ]);
});

test("the next nightly comparison misses no change of the days before", async () => {
  asked.length = 0;
  const from = new Date(Date.now() - 5 * 3_600_000);
  await all("insert into backfill (shop_id, kind, state, started_at) values ($1, 'changes', 'done', $2)", [SHOP, from]);
  await reconcile(await open(ahead), followChanges);
  await reconcile(await open(), followChanges);
  expect(asked.length).toBeGreaterThan(1);
  expect(Math.max(...asked.map(Number))).toBeLessThan(from.getTime());
});

test("a refresh token that seems expired is still tried and not deleted", async () => {
  await all(
    "update session set expires = now() - interval '400 days', refresh_token_expires = now() - interval '310 days'",
  );
  expect(await accessToken(SHOP)).toMatch(/^shpat_/);
});
