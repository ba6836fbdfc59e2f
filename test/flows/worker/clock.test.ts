// The tick looks at the shops that are due, and at no other shop.
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dueStatement, wake } from "../../../app/clock.server.ts";
import { nextDue } from "../../../app/plugins/running/jobs/cron.ts";
import { registryFor } from "../../../app/plugins/installed.server.ts";
import { enqueue } from "../../../app/queue.server.ts";
import { evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import { addUpRevenue } from "../../../app/segments/memberships/revenue.server.ts";
import { savedSegment } from "../../setup/definitions.ts";
import { savePlatformShop } from "../../../app/shop-directory.server.ts";
import { openShop, type Shop } from "../../../app/shop.server.ts";
import { settleMoves } from "../../../app/worker/pipeline.server.ts";
import { tick } from "../../../app/worker/schedule.server.ts";
import { seeded } from "../segments/oracle/random.ts";

const owner = new pg.Client({ connectionString: process.env["DATABASE_URL"] });
const rows = async (text: string, values: unknown[] = []) => (await owner.query(text, values)).rows;

beforeAll(() => owner.connect());
afterAll(() => owner.end());

const install = (shops: string[]) =>
  owner.query(
    "insert into shop (id, domain, time_zone, currency, installed_at) select id, id, 'UTC', 'USD', now() from unnest($1::text[]) id",
    [shops],
  );

test("with 10,000 idle shops the tick reads only the rows of due shops", async () => {
  const now = new Date("2026-11-20T12:00:00Z");
  await tick(() => now);
  await install(Array.from({ length: 10_000 }, (_, at) => `idle-${at}`));
  await owner.query("delete from clock");
  await owner.query("insert into clock (shop_id, due_at) select id, $1 from shop", [new Date("2026-11-20T12:30:00Z")]);
  await owner.query("analyze clock");
  for (const shop of ["idle-7", "idle-77", "idle-777"]) await wake(shop);
  const { text, values } = dueStatement(now, new Date("2026-11-20T13:00:00Z"));
  const [{ "QUERY PLAN": plan }] = await rows(`explain (analyze, format json) ${text}`, values);
  expect(JSON.stringify(plan)).not.toContain("Seq Scan");
  const [{ last }] = await rows("select max(id) as last from clock");
  await tick(() => now);
  const looked = await rows("select distinct shop_id as shop from clock where id > $1 order by shop_id", [last]);
  expect(looked.map(({ shop }) => shop)).toEqual(["idle-7", "idle-77", "idle-777"]);
  expect((await rows("select count(*)::int as others from clock where id <= $1", [last]))[0]).toEqual({
    others: 9_997,
  });
  await owner.query("delete from clock");
  await owner.query("delete from shop");
});

const jobs = () => rows("select name, singleton_key as key from pgboss.job where state = 'created' order by 1, 2");

/** Runs the queued jobs as the worker does. Whatever a job writes, the next tick looks at its shop. */
async function work(now: () => Date): Promise<void> {
  const left = await rows("select name, data from pgboss.job where state = 'created'");
  await owner.query("delete from pgboss.job");
  for (const { name, data } of left) {
    const shop = await openShop(data.shop, now);
    if (shop && name === "segments.evaluate")
      await evaluateSegment(shop, data.segment, await registryFor(shop), settleMoves(shop));
    if (shop && name === "segments.revenue") await addUpRevenue(shop);
    await wake(data.shop);
  }
}

const nothing = { name: null, email: null, plan: null, locale: null, country: null, currency: null };
const QUERIES = [
  "number_of_orders > 1",
  "last_order_date < -30d",
  "last_order_date > -3d",
  "customer_tags CONTAINS 'vip'",
];

test("after any save, start, end or change of time zone, a look at every shop finds nothing that the tick missed", async () => {
  const random = seeded(20261128);
  const ids = ["one", "two"].map((name) => `${name}.myshopify.com`);
  await install(ids);
  await owner.query(
    "insert into backfill (shop_id, kind, state, finished_at) select id, kind, 'done', now() from shop, unnest(array['products', 'customers', 'orders']) kind",
  );
  for (const id of ids) await wake(id);
  let at = Date.parse("2026-12-01T00:00:30Z");
  const now = () => new Date(at);
  const soon = (minutes: number) => new Date(at + minutes * 60_000);
  const seen = new Set<string>();
  const acts: ((shop: Shop) => Promise<unknown>)[] = [
    async (shop) => savedSegment(shop, { name: `S${at}`, query: random.pick(QUERIES) }, await registryFor(shop)),
    (shop) =>
      shop.db.tx(async (tx) => {
        await owner.query(
          `insert into offer (shop_id, id, handle, kind, name, wish, starts_at, ends_at, created_at, updated_at)
           values ($1, $2, $2, 'percentage', 'O', 'on', $3, $4, now(), now())`,
          [shop.id, `o${at}`, soon(random.between(30, 300)), soon(400)],
        );
        await enqueue("offers.publish", { shop: shop.id }, tx);
      }),
    // In the transaction of a batch, which wakes its shop.
    (shop) =>
      shop.db.tx(async (tx) => {
        const timeZone = random.pick(["Asia/Kolkata", "America/New_York", "Pacific/Auckland"]);
        await savePlatformShop(tx, shop.id, { ...nothing, timeZone, seenAt: now().toISOString() });
        await wake(shop.id, tx);
      }),
  ];
  const check = async () => {
    await tick(now);
    const left = await jobs();
    for (const { name } of left) seen.add(name);
    for (const id of ids) await wake(id);
    await tick(now);
    expect(await jobs()).toEqual(left);
    await owner.query(
      `insert into offer_publication (shop_id, offer_id, settled_as) select shop_id, id,
         case when ends_at <= $1 then 'ended' when starts_at > $1 then 'scheduled' else 'active' end from offer
       on conflict (shop_id, offer_id) do update set settled_as = excluded.settled_as`,
      [now()],
    );
    await work(now);
  };
  // Until the tick has no shop to look at.
  const quiet = async () => {
    for (const _ of [1, 2, 3]) {
      at += 60_000;
      await check();
    }
  };
  for (let step = 0; step < 20; step += 1) {
    const shop = await openShop(random.pick(ids), now);
    if (!shop) throw new Error("the shop is installed");
    await quiet();
    await random.pick(acts)(shop);
    // The job is lost.
    if (random.chance(0.5)) await owner.query("delete from pgboss.job");
    await quiet();
    const dues = [
      ...(await rows("select min(next_evaluation_at) as at from segment_figures where next_evaluation_at > $1", [
        soon(10),
      ])),
      ...(await rows("select min(starts_at) as at from offer where starts_at > $1", [soon(10)])),
      ...(await rows("select min(ends_at) as at from offer where ends_at > $1", [soon(10)])),
      { at: nextDue("0 3 * * *", shop.timeZone, soon(10), soon(1440)) },
    ];
    const due = random.pick(dues.flatMap((row) => row["at"] ?? [])).getTime();
    at = due - 240_000;
    await quiet();
    at = due + 60_000;
    await check();
  }
  expect([...seen]).toEqual(expect.arrayContaining(["segments.evaluate", "offers.publish", "plugins.job"]));
});
