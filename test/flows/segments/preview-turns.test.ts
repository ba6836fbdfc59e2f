// A merchant who previews slow queries delays nobody else.
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { definePlugin } from "../../../app/plugins/plugin.ts";
import { assemble } from "../../../app/plugins/registry.server.ts";
import { readiness } from "../../../app/readiness.server.ts";
import { preview } from "../../../app/segments/preview.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { addCustomers, newShop } from "../new-shop.ts";

let seconds = 30;
const engine = assemble([
  ...registry.plugins,
  definePlugin({
    name: "sleeper",
    contract: 1,
    label: "x.label",
    description: "x.text",
    attributes: {
      sleepy: {
        label: "x",
        type: "integer",
        sql: () => sql`(select length(c.id) + 0 * length(pg_sleep(${seconds})::text))`,
        reads: ["profile"],
      },
    },
  }),
]);

const owner = new pg.Client({ connectionString: process.env["DATABASE_URL"] });
let shop: Shop;
let other: Shop;
beforeAll(() => owner.connect());
afterAll(() => owner.end());
beforeEach(async () => {
  seconds = 30;
  shop = await newShop();
  other = await newShop();
  for (const each of [shop, other]) await addCustomers(each, "7");
});

const sleeping = async (): Promise<number> => {
  const { rowCount } = await owner.query(
    "select from pg_stat_activity where state = 'active' and query ~ 'pg_sleep' and usename = 'regulars_app' and datname = current_database()",
  );
  return rowCount ?? 0;
};
const slow = { ok: false, faults: [], slow: true };

test("twelve slow previews of one shop run two at a time; the app stays ready, and other shops' pages do not wait", async () => {
  const tried = Array.from({ length: 12 }, () => preview(shop, "sleepy = 1", engine));
  let most = 0;
  for (let at = 0; at < 8; at += 1) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    most = Math.max(most, await sleeping());
  }
  expect(most).toBe(2);
  let ended = 0;
  for (const each of tried) void each.then(() => (ended += 1));
  expect(await readiness()).toMatchObject({ ready: true });
  expect(await other.db.tx((tx) => tx.rows(sql`select id from customer where shop_id = ${other.id}`))).toHaveLength(1);
  expect(await preview(other, "number_of_orders = 0", engine)).toMatchObject({ ok: true, count: 1 });
  expect(ended, "of the slow ones").toBeLessThan(tried.length);
  expect(await Promise.all(tried)).toEqual(tried.map(() => slow));
  expect(await sleeping(), "what was given up is ended in the database").toBe(0);
});

test("the time limit is for the whole preview, not for each of its statements", async () => {
  seconds = 0.7;
  expect(await preview(shop, "sleepy = 1", engine, 1000)).toEqual(slow);
  seconds = 0.05;
  expect(await preview(shop, "sleepy = 1", engine)).toMatchObject({ ok: true, count: 1 });
});

test("a preview that nobody waits for any more is ended, and the next preview gets its turn", async () => {
  const left = new AbortController();
  const tried = [0, 1].map(() => preview(shop, "sleepy = 1", engine, 20_000, left.signal));
  await expect.poll(sleeping).toBe(2);
  const next = preview(shop, "number_of_orders = 0", engine);
  left.abort();
  expect(await Promise.all(tried)).toEqual([slow, slow]);
  expect(await next).toMatchObject({ ok: true, count: 1 });
});
