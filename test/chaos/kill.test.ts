// kill -9 of web, worker and the whole PostgreSQL server, at random times under load.
//   CHAOS_SEED=7 CHAOS_KILLS=100 npm test -- test/chaos/kill
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sessionToken } from "../dev-store/auth/session-token.ts";
import { createRandom } from "../dev-store/generator/random.ts";
import type { ShopState } from "../dev-store/model.ts";
import { addShop } from "../dev-store/store.ts";
import { watchShop } from "../replay/applied.ts";
import { runOn } from "../../prisma/schema-engine.ts";
import { freePort, startStack, type Stack } from "../setup/stack.ts";
import { writeHistory, type Webhook } from "./history.ts";
import { openOwnServer, type OwnServer } from "./own-server.ts";
import { rowsOf } from "./rows.ts";
import { sendAll, type Record } from "./witness.ts";

const SEED = Number(process.env["CHAOS_SEED"] ?? 1);
const KILLS = Number(process.env["CHAOS_KILLS"] ?? 10);
/** Steps for each kill, so that the load lasts about as long as the kills. */
const STEPS = 70;
const SHAKEN = "shaken.myshopify.com";
const CALM = "calm.myshopify.com";
const PATIENCE_MS = 60_000;

let server: OwnServer;
let stack: Stack;
let workerUrl: string;

beforeAll(async () => {
  server = await openOwnServer();
  const port = await freePort();
  workerUrl = `http://127.0.0.1:${port}`;
  stack = await startStack({ urls: server.urls, processes: "two", env: { WORKER_PORT: String(port) } });
  await ready();
});

afterAll(async () => {
  await stack?.stop();
  await server?.remove();
});

type Victim = "web" | "worker" | "postgres" | "everything";

const isReady = async (url: string) => (await fetch(`${url}/readyz`).catch(() => null))?.status === 200;

async function ready(): Promise<void> {
  while (!((await isReady(stack.appUrl)) && (await isReady(workerUrl)))) await sleep(20);
}

/** Returns the milliseconds from the kill until both processes are ready again. */
async function strike(victim: Victim): Promise<number> {
  const began = performance.now();
  const { web, worker } = stack;
  const [hitWeb, hitWorker, hitServer] = (["web", "worker", "postgres"] as const).map(
    (each) => victim === each || victim === "everything",
  );
  await Promise.all([hitWeb && web.kill(), hitWorker && worker?.kill(), hitServer && server.kill()]);
  if (hitServer) await server.start();
  if (hitWeb) stack.web = await stack.startWeb();
  if (hitWorker) stack.worker = await stack.startWorker();
  await ready();
  return performance.now() - began;
}

async function kill(): Promise<Map<Victim, number[]>> {
  const random = createRandom(SEED);
  const took = new Map<Victim, number[]>();
  const round: Victim[] = ["web", "postgres", "worker", "web", "everything", "worker", "postgres"];
  for (let kills = 0; kills < KILLS; kills++) {
    await sleep(random.between(50, 900));
    const victim = round[kills % round.length] ?? "web";
    const others = { web: stack.web.child.pid, worker: stack.worker?.child.pid };
    took.set(victim, [...(took.get(victim) ?? []), await strike(victim)]);
    if (victim === "postgres") {
      expect({ web: stack.web.child.pid, worker: stack.worker?.child.pid }, "both live on").toEqual(others);
      expect([stack.web.child.exitCode, stack.worker?.child.exitCode], stack.worker?.log()).toEqual([null, null]);
    }
  }
  return took;
}

const send = (webhooks: Webhook[], lanes: number, pauseMs: number): Promise<Record> =>
  sendAll(webhooks, { appUrl: stack.appUrl, secret: stack.store.config.apiSecret, lanes, pauseMs });

async function settled(shop: string): Promise<void> {
  const watch = await watchShop(server.urls.app, shop);
  const left = await watch.settled(PATIENCE_MS);
  await watch.close();
  expect({ shop, ...left }).toMatchObject({ shop, waiting: 0, poison: 0, unsettled: 0, jobs: 0 });
}

async function openForTrade(domain: string): Promise<ShopState> {
  const shop = addShop(stack.store, domain);
  await stack.install(shop);
  const watch = await watchShop(server.urls.app, domain);
  while (!(await watch.isBackfilled())) await sleep(50);
  await watch.close();
  const headers = {
    authorization: `Bearer ${sessionToken(stack.store, shop)}`,
    "user-agent": "Mozilla/5.0 Chrome/147.0",
  };
  const body = new URLSearchParams({
    intent: "save",
    name: "Regulars",
    query: "number_of_orders >= 2 AND amount_spent > 40",
  });
  const saved = await fetch(`${stack.appUrl}/app/segments/new`, { method: "POST", headers, body, redirect: "manual" });
  expect(saved.status, await saved.text()).toBe(302);
  await settled(domain);
  return shop;
}

test(
  `${KILLS} times kill -9 (seed ${SEED}): each webhook that was answered 200 is applied once, and all rows are as they are without kills`,
  { timeout: 120_000 + KILLS * 30_000 },
  async () => {
    await openForTrade(SHAKEN);
    await openForTrade(CALM);
    const history = writeHistory([SHAKEN, CALM], KILLS * STEPS, SEED);
    const webhooks = history.get(SHAKEN) ?? [];

    const [record, took] = await Promise.all([send(webhooks, 8, 20), kill()]);
    await settled(SHAKEN);
    tell(record, took);
    expect(record.acknowledged).toHaveLength(webhooks.length);
    expect(record.cut, "the kills were felt").toBeGreaterThan(0);
    const inbox = await runOn(
      server.urls.owner,
      "select state, count(*)::int from inbox where shop_id = $1 and webhook_id like 'event-%' group by state",
      [SHAKEN],
    );
    expect(inbox, "each once, and applied").toEqual([{ state: "applied", count: webhooks.length }]);

    await send(history.get(CALM) ?? [], 4, 0);
    await settled(CALM);
    const shaken = await rowsOf(server.urls.owner, SHAKEN);
    const calm = await rowsOf(server.urls.owner, CALM);
    for (const [table, rows] of calm) {
      expect(rows.length, table).toBeGreaterThan(0);
      const found = new Set(shaken.get(table));
      expect(rows.filter((row) => !found.has(row)).slice(0, 3), `${table}, missing`).toEqual([]);
      expect(found.size, `${table}, and no more`).toBe(new Set(rows).size);
    }
  },
);

function tell({ acknowledged, refused, cut }: Record, took: Map<Victim, number[]>): void {
  const slowest = [...took].map(
    ([victim, times]) => `${victim} ${Math.round(Math.max(...times))} ms of ${times.length}`,
  );
  const answers = [...refused].map(([status, count]) => `${count} × ${status}`).join(", ");
  process.stdout.write(
    `chaos: seed ${SEED}, ${KILLS} kills, ${acknowledged.length} acknowledged, ${cut} cut, ${answers || "none"} refused; slowest until ready: ${slowest.join(", ")}\n`,
  );
}
