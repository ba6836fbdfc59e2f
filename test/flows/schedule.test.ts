import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tick } from "../../app/worker/schedule.server.ts";

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
