// Work whose job failed is done once the cause is over, without a person.
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { forShop, sql } from "../../../app/db.server.ts";
import { locked } from "../../../app/lock.server.ts";
import { enqueue, stopQueue } from "../../../app/queue.server.ts";
import { merchant } from "../../../app/shopify.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { restartBackfill } from "../../../app/sync/sources/shopify/history/backfill.server.ts";
import { fileRequest } from "../../../app/sync/compliance/compliance.server.ts";
import { shopify } from "../../../app/sync/sources/shopify/source.server.ts";
import { readBackfills, readFreshness } from "../../../app/sync/status/status.server.ts";
import { tick } from "../../../app/worker/schedule.server.ts";
import { startWorker, type Worker } from "../../../app/worker/worker.server.ts";
import type { Face } from "../../dev-store/http.ts";
import { generateShop } from "../../dev-store/generator/generate.ts";
import { startDevShop, type DevShop } from "../../setup/dev-shop.ts";

const owner = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
const all = async (text: string, values: unknown[] = []) => (await owner.query(text, values)).rows;

/** While Shopify is unreachable, no request succeeds. */
let away = true;
const isAway: Face = async (_store, _shop, request) =>
  away && request.body.includes("mutation") ? { status: 500, headers: {}, body: "" } : null;

let dev: DevShop;
let shop: Shop;
let worker: Worker;

beforeAll(async () => {
  dev = await startDevShop("owed.myshopify.com", {}, { faces: [isAway] });
  generateShop(dev.store, dev.shop, { seed: 5, customers: 20 });
  worker = await startWorker();
  // Six tries take most of a minute. Here the first try is the last.
  await all("update pgboss.queue set retry_limit = 0");
  ({ shop } = await merchant(dev.document()));
});
afterAll(async () => {
  await worker.stop();
  await stopQueue();
  await dev.close();
  await owner.end();
});

const soon = { interval: 100 };
const statesOf = async (name: string, of = shop.id): Promise<string[]> =>
  (
    await all("select state from pgboss.job where name = $1 and data ->> 'shop' = $2 order by created_on", [name, of])
  ).map(({ state }) => state);
const failed = (name: string) => expect.poll(async () => (await statesOf(name)).at(-1), soon).toBe("failed");
const forget = () => all("delete from pgboss.job where name <> 'schedule.tick'");

/** The database refuses this right on a table while `work` runs. */
async function refusing(right: string, table: string, work: () => Promise<void>): Promise<void> {
  await all(`revoke ${right} on "${table}" from regulars_app`);
  await work();
  await all(`grant ${right} on "${table}" to regulars_app`);
}

const read = async () => (await readBackfills(shop)).map(({ state, fault }) => `${state} ${fault ?? ""}`.trim());

test("while Shopify is unreachable the history shows a fault, and it is read as soon as Shopify answers", async () => {
  await failed("sync.backfill");
  expect(await readBackfills(shop)).toContainEqual(expect.objectContaining({ kind: "products", fault: "interrupted" }));
  expect(await readFreshness(shop)).toMatchObject({ history: "failed" });
  await tick();
  await failed("sync.backfill");
  away = false;
  await tick();
  await expect.poll(read, soon).toEqual(["done", "done", "done"]);
  expect(await readFreshness(shop)).toMatchObject({ history: "done" });
});

test("an interrupted history can also be read again by hand", async () => {
  away = true;
  await restartBackfill(shop, { all: true });
  await failed("sync.backfill");
  away = false;
  await restartBackfill(shop);
  await expect.poll(read, soon).toEqual(["done", "done", "done"]);
});

test("a job that was lost is queued again, and no second job beside a live one", async () => {
  await locked(`backfill ${shop.id}`, async () => {
    await all("update backfill set state = 'waiting', operation_id = null");
    await forget();
    await tick();
    await expect.poll(() => statesOf("sync.backfill"), soon).toEqual(["active"]);
    await tick();
    expect(await statesOf("sync.backfill")).toEqual(["active"]);
  });
  await expect.poll(read, soon).toEqual(["done", "done", "done"]);
  await tick();
  await expect.poll(() => statesOf("sync.backfill"), soon).toEqual(["completed"]);
});

const doneRequests = async () => (await all("select id from compliance_request where done_at is not null")).length;
const redact = (key: string) =>
  forShop(shop.id).tx((tx) =>
    fileRequest(shop.id, tx, shopify, {
      connection: "",
      topic: "customers/redact",
      key,
      receivedAt: new Date(),
      body: Buffer.from(JSON.stringify({ shop_domain: shop.id, customer: { id: 1 }, orders_to_redact: [] })),
    }),
  );

test("a privacy request of an uninstalled shop is carried out once the database is back, and if its job was lost", async () => {
  await all("update shop set uninstalled_at = now()");
  const failing = (key: string) =>
    refusing("insert", "tombstone", async () => {
      await redact(key);
      await failed("sync.comply");
    });
  await failing("first");
  expect(await doneRequests()).toBe(0);
  await tick();
  await expect.poll(doneRequests, soon).toBe(1);
  await failing("second");
  await forget();
  await tick();
  await expect.poll(doneRequests, soon).toBe(2);
  await all("update shop set uninstalled_at = null");
});

const rowsIn = async (table: string) => (await all(`select 1 from ${table}`)).length;

test("after their jobs failed, changed customers are evaluated and changed offers are written", async () => {
  const owe = () =>
    shop.db.tx(async (tx) => {
      await tx.run(
        sql`insert into customer_change (shop_id, customer_id, reads, cause) values (${shop.id}, '1', 'orders', 'test')`,
      );
      await tx.run(sql`insert into publication (shop_id, customer_id, dirty_at) values (${shop.id}, '1', now())`);
      await enqueue("segments.refresh", { shop: shop.id }, tx);
      await enqueue("offers.publish", { shop: shop.id }, tx);
    });
  const owed = async () => [await rowsIn("customer_change"), await rowsIn("publication")];
  await refusing("delete", "customer_change", () =>
    refusing("delete", "publication", async () => {
      await owe();
      await failed("segments.refresh");
      await failed("offers.publish");
    }),
  );
  await tick();
  await expect.poll(owed, soon).toEqual([0, 0]);
  await owe().then(forget);
  await tick();
  await expect.poll(owed, soon).toEqual([0, 0]);
});
