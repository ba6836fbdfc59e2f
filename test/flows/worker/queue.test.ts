// Jobs in a running worker: of one key, one job waits while one runs, and waiting jobs delay no other job.
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { locked } from "../../../app/lock.server.ts";
import { enqueue, stopQueue } from "../../../app/queue.server.ts";
import { startWorker, type Worker } from "../../../app/worker/worker.server.ts";
import { appJobs } from "../../setup/app-jobs.ts";

const BUSY = "busy.myshopify.com";
const OTHER = "other.myshopify.com";

const owner = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
let worker: Worker;

beforeAll(async () => {
  await owner.query("insert into shop (id, domain, installed_at) values ($1, $1, now())", [BUSY]);
  // The shop's history is read, so the tick queues nothing for it.
  const done = "insert into backfill (shop_id, kind, state) select $1, unnest($2::text[]), 'done'";
  await owner.query(done, [BUSY, ["products", "customers", "orders"]]);
  worker = await startWorker();
});
afterAll(async () => {
  await worker.stop();
  await stopQueue();
  await owner.end();
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function statesOf(shop: string): Promise<string[]> {
  const { rows } = await owner.query<{ state: string }>(
    "select state from pgboss.job where name = 'sync.backfill' and data ->> 'shop' = $1 order by created_on",
    [shop],
  );
  return rows.map(({ state }) => state);
}

const becomes = (shop: string, states: string[]) => expect.poll(() => statesOf(shop), { interval: 50 }).toEqual(states);

/** The statements that the database refused, and the transactions that were ended. */
async function givenUp(): Promise<number> {
  const { rows } = await owner.query<{ count: string }>(
    "select xact_rollback as count from pg_stat_database where datname = current_database()",
  );
  return Number(rows[0]?.count);
}

test("while a shop's history is read and its next comparison waits, another shop's job runs at once and nothing is refused", async () => {
  await locked(`backfill ${BUSY}`, async () => {
    await enqueue("sync.backfill", { shop: BUSY });
    await becomes(BUSY, ["active"]);
    for (let times = 0; times < 3; times += 1) await enqueue("sync.backfill", { shop: BUSY });
    await becomes(BUSY, ["active", "created"]);
    const before = await givenUp();
    await enqueue("sync.backfill", { shop: OTHER });
    await becomes(OTHER, ["completed"]);
    await pause(4_000);
    expect((await givenUp()) - before).toBeLessThan(3);
    expect(await statesOf(BUSY)).toEqual(["active", "created"]);
    // The history is not needed any more.
    await owner.query("update shop set uninstalled_at = now() where id = $1", [BUSY]);
  });
  await expect.poll(async () => (await statesOf(BUSY))[1], { interval: 50 }).toBe("completed");
});

test("the worker runs a job that a person starts from the dev store's control page", async () => {
  const jobs = appJobs(process.env["APP_DATABASE_URL"] ?? "");
  await jobs.run("sync.backfill", "by-hand.myshopify.com");
  await becomes("by-hand.myshopify.com", ["completed"]);
});
