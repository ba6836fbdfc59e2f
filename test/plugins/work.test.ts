// A plugin's jobs, `onInstalled` and `onHistory`: when each is due, and what the plugin's page shows.
import { expect, test } from "vitest";
import { sql } from "../../app/db.server.ts";
import { definePlugin } from "../../app/plugins/plugin.ts";
import { readWork, runJobNow } from "../../app/plugins/running/jobs/runs.server.ts";
import type { Shop } from "../../app/shop.server.ts";
import { enqueueJobsOf } from "../../app/worker/schedule.server.ts";
import { pluginShop } from "./kit/plugin-shop.ts";

const past = definePlugin({
  name: "past",
  contract: 1,
  label: "past.label",
  description: "past.text",
  onInstalled: ({ records }) => records("note").put({ key: "installed", data: {} }),
  onHistory: async ({ shop, records }) => {
    const buyers = await shop.db.tx((tx) =>
      tx.rows<{ id: string }>(sql`select id from api.customers where shop_id = ${shop.id} and number_of_orders > 0`),
    );
    await records("buyer").replace(buyers.map(({ id }) => ({ key: id, customerId: id, data: {} })));
  },
  jobs: {
    count: {
      cron: "0 3 * * *",
      run: async ({ admin }) => {
        await admin.request("query NameOfShop { shop { name } }");
      },
    },
    fall: { cron: "0 4 * * *", run: () => Promise.reject(new RangeError("no")) },
  },
});

const left = async (shop: Shop) => {
  const jobs = await shop.db.tx(async (tx) => {
    const rows = await tx.rows<{ job: string }>(
      sql`select data ->> 'job' as job from pgboss.job where name = 'plugins.job' and data ->> 'shop' = ${shop.id} order by 1`,
    );
    await tx.run(sql`delete from pgboss.job where name = 'plugins.job' and data ->> 'shop' = ${shop.id}`);
    return rows;
  });
  return jobs.map(({ job }) => job).filter((job) => job.startsWith("on"));
};

test("onInstalled runs once, and onHistory runs after each import", async () => {
  const { shop, registry, records, runJob } = await pluginShop(past);
  const finish = (at: string) =>
    shop.db.tx((tx) =>
      tx.run(sql`insert into backfill (shop_id, kind, state, finished_at)
        select ${shop.id}, kind, 'done', ${at}::timestamptz from unnest(array['products', 'customers', 'orders']) kind
        on conflict (shop_id, kind) do update set state = 'done', finished_at = excluded.finished_at`),
    );
  await enqueueJobsOf(shop, registry);
  expect(await left(shop)).toEqual(["onInstalled"]);
  await enqueueJobsOf(shop, registry);
  expect(await left(shop)).toEqual([]);
  for (const at of ["2026-11-01T10:00:00Z", "2026-11-02T10:00:00Z"]) {
    await finish(at);
    for (const jobs of [["onHistory"], []]) {
      await enqueueJobsOf(shop, registry);
      expect(await left(shop)).toEqual(jobs);
    }
  }
  await shop.db.tx((tx) =>
    tx.run(sql`insert into customer (shop_id, id, number_of_orders) values (${shop.id}, '7', 2), (${shop.id}, '8', 0)`),
  );
  await runJob("onHistory");
  expect((await records("buyer")).map(({ customerId }) => customerId)).toEqual(["7"]);
});

test("the plugin's page shows each job's last and next run, whether it failed, and what the plugin wrote and requested", async () => {
  const { shop, runJob, page } = await pluginShop(past);
  await runJob("onInstalled");
  await runJob("count");
  await expect(runJob("fall")).rejects.toThrow(/job fall: RangeError at test\/plugins\/work\.test\.ts:\d+/);
  const { jobs, access } = await readWork(shop, past);
  const ran = (ok: boolean) => ({ at: expect.any(Date), ms: expect.any(Number), ok });
  expect(jobs.map(({ next }) => next?.getUTCHours())).toEqual([3, 4, undefined, undefined]);
  expect(jobs).toMatchObject([
    { name: "count", last: ran(true) },
    { name: "fall", last: ran(false) },
    { name: "onInstalled", last: ran(true), next: null },
    { name: "onHistory", last: null, next: null },
  ]);
  expect(access).toMatchObject([
    { direction: "asked", what: "NameOfShop", calls: 1, failed: 0 },
    { direction: "wrote", what: "note", rows: "1" },
  ]);
  expect((await page()).faults).toHaveLength(1);
  await runJobNow(shop, past, "count");
  await expect(runJobNow(shop, past, "nothing")).rejects.toThrow("plugins.no_job");
});
