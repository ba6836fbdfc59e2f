// A worker is killed in the middle of a job. Another worker takes the job over long before the job's time limit.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { enqueue } from "../../app/queue.server.ts";
import { runOn } from "../../prisma/schema-engine.ts";
import { connectionUrls } from "../../prisma/urls.ts";
import { setFaults } from "../dev-store/faults.ts";
import { addShop } from "../dev-store/store.ts";
import { watchShop } from "../replay/applied.ts";
import { startStack, type Stack } from "../setup/stack.ts";

const SHOP = "taken-over.myshopify.com";
/** A missing heartbeat is noticed after 20 seconds, checked every 10 seconds, and the job starts a moment later. */
const SOON_MS = 45_000;
const urls = () => connectionUrls({ DATABASE_URL: process.env["DATABASE_URL"] ?? "" });
let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ urls: urls(), processes: "two" });
  await stack.install(addShop(stack.store, SHOP));
  const watch = await watchShop(urls().app, SHOP);
  while (!(await watch.isBackfilled())) await sleep(50);
  await watch.settled(30_000);
  await watch.close();
});
afterAll(() => stack?.stop());

async function stateOf(job: string): Promise<unknown> {
  const sql = "select state::text from pgboss.job where name = $1 and data->>'shop' = $2";
  return (await runOn<{ state: string }>(urls().owner, sql, [job, SHOP]))[0]?.state;
}

async function becomes(state: string, job: string, withinMs: number): Promise<number> {
  const began = performance.now();
  while ((await stateOf(job)) !== state) {
    if (performance.now() - began > withinMs) throw new Error(`${job} is ${await stateOf(job)}, not ${state}`);
    await sleep(50);
  }
  return performance.now() - began;
}

test("another worker takes over the job of a killed worker within a minute", async () => {
  setFaults(stack.store, "admin", [{ kind: "slow", share: 1, milliseconds: 60_000 }]);
  await enqueue("sync.reconcile", { shop: SHOP });
  await becomes("active", "sync.reconcile", 20_000);
  await sleep(200);
  await stack.worker?.kill();
  setFaults(stack.store, "admin", []);
  stack.worker = await stack.startWorker();
  expect(await becomes("completed", "sync.reconcile", SOON_MS)).toBeGreaterThan(1000);
});
