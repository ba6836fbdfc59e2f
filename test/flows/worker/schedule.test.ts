import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { registry } from "../../../app/plugins/installed.server.ts";
import { tick } from "../../../app/worker/schedule.server.ts";

const SHOP = "hours.myshopify.com";
const owner = new pg.Client({ connectionString: process.env["DATABASE_URL"] });
const at = (time: string) => tick(() => new Date(`2026-11-22T${time}:30Z`));

beforeAll(async () => {
  await owner.connect();
  await owner.query(
    "insert into shop (id, domain, time_zone, currency, installed_at) values ($1, $1, 'UTC', 'USD', now())",
    [SHOP],
  );
});
afterAll(() => owner.end());

const keepOld = (key: string) =>
  owner.query(
    "insert into inbox (shop_id, topic, key, state, body, received_at) values ($1, 'orders/create', $2, 'applied', '{}', '2026-10-01')",
    [SHOP, key],
  );
const kept = async () => (await owner.query("select 1 from inbox where shop_id = $1", [SHOP])).rowCount;
const comparisons = async () =>
  (await owner.query("select 1 from pgboss.job where name = 'sync.reconcile' and data->>'shop' = $1", [SHOP])).rowCount;

test("a tick that comes late in its hour still does the hour's work, once", async () => {
  await keepOld("first");
  await at("03:07");
  expect(await kept()).toBe(0);
  await keepOld("second");
  await at("03:08");
  expect(await kept()).toBe(1);
  expect(await comparisons()).toBe(0);
  await at("04:59");
  expect(await kept()).toBe(0);
  expect(await comparisons()).toBe(1);
});

test("a fault in one plugin's schedule is marked on that plugin, and the next plugin's jobs are queued all the same", async () => {
  const { "loyalty/recount": recount } = registry.jobs;
  if (!recount) throw new Error("loyalty has a job");
  delete registry.jobs["loyalty/recount"];
  registry.jobs["figures/first"] = { plugin: "figures", it: { cron: "99 25 * * *", run: async () => undefined } };
  registry.jobs["loyalty/recount"] = recount;
  await owner.query("delete from plugin_health");
  await at("03:00");
  delete registry.jobs["figures/first"];
  const left = await owner.query("select data->>'plugin' as plugin from pgboss.job where name = 'plugins.job'");
  expect(left.rows).toEqual([{ plugin: "loyalty" }]);
  const marked = await owner.query("select plugin, fault from plugin_health where failures > 0");
  expect(marked.rows).toEqual([{ plugin: "figures", fault: expect.stringMatching(/^job first: /) }]);
});
