// Processes are killed at any time: each webhook that was answered 200 is stored and applied once. The sender keeps the record.
import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildIfStale } from "../../../setup/build-if-stale.ts";
import { openIngest, sign, type Ingest } from "../../ingest-shop.ts";

const SHOP = "killed.myshopify.com";
const KILLS = 5;
const SENDERS = 16;
let ingest: Ingest;

beforeAll(async () => {
  // The pages are not tested here, so any build is sufficient.
  if (!existsSync("build/server/index.js")) buildIfStale();
  ingest = await openIngest();
  await ingest.install(SHOP);
});
afterAll(() => {
  for (const child of started) child.kill("SIGKILL");
  return ingest.close();
});

type Started = { child: ChildProcess; port: number };

/** Processes to end after the test, also if the test failed. */
const started: ChildProcess[] = [];

function start(entry: string): Promise<Started> {
  const child = spawn(process.execPath, [entry], {
    env: { ...process.env, NODE_ENV: "production", HOST: "127.0.0.1", PORT: "0", LOG_LEVEL: "info" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.push(child);
  return new Promise((resolve, reject) => {
    let said = "";
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const [, port] = /"port":(\d+|null),.*"msg":"(?:listening|working)"/.exec(said) ?? [];
      if (port !== undefined) resolve({ child, port: Number(port) || 0 });
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("exit", () => reject(new Error(said)));
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const gone = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  child.kill(signal);
  return gone;
}

const bodyOf = (id: number) =>
  Buffer.from(
    JSON.stringify({
      id,
      currency: "USD",
      created_at: "2026-11-20T10:00:00Z",
      updated_at: "2026-11-20T10:00:00Z",
      total_price_set: { shop_money: { amount: "1.00" } },
      customer: { id: (id % 10) + 1, updated_at: "2026-11-20T10:00:00Z" },
      line_items: [{ id, product_id: 31, quantity: 1, price_set: { shop_money: { amount: "1.00" } } }],
      note: "x".repeat(4000),
    }),
  );

test("five times kill -9 of web and worker under load: no acknowledged webhook is lost, none counts twice", async () => {
  const acknowledged = new Set<string>();
  let web = await start("app/entry.web.ts");
  let worker = await start("app/entry.worker.ts");
  let next = 1000;
  let isOver = false;

  const sender = async () => {
    while (!isOver) {
      const id = (next += 1);
      const bytes = bodyOf(id);
      const headers = {
        "x-shopify-topic": "orders/create",
        "x-shopify-shop-domain": SHOP,
        "x-shopify-hmac-sha256": sign(bytes),
        "x-shopify-event-id": randomUUID(),
      };
      try {
        const init = { method: "POST", body: new Uint8Array(bytes), headers };
        const response = await fetch(`http://127.0.0.1:${web.port}/webhooks`, init);
        await response.arrayBuffer();
        if (response.status === 200) acknowledged.add(String(id));
      } catch {
        await sleep(20);
      }
    }
  };
  const senders = Array.from({ length: SENDERS }, sender);
  for (let kill = 0; kill < KILLS; kill += 1) {
    const before = acknowledged.size;
    while (acknowledged.size < before + 200) await sleep(10);
    await sleep(Math.random() * 200);
    await end(web.child, "SIGKILL");
    if (kill % 2) {
      await end(worker.child, "SIGKILL");
      worker = await start("app/entry.worker.ts");
    }
    web = await start("app/entry.web.ts");
  }
  isOver = true;
  await Promise.all(senders);
  expect(await end(web.child, "SIGTERM"), "a web process that is asked to end does so in order").toBe(0);

  const open = async () =>
    (
      await ingest.rows("select count(*)::int as open from inbox where shop_id = $1 and state <> 'applied'", [SHOP])
    )[0]?.["open"];
  for (const deadline = Date.now() + 60_000; (await open()) !== 0 && Date.now() < deadline;) await sleep(100);
  expect(await open()).toBe(0);
  expect(await end(worker.child, "SIGTERM"), "a worker that is asked to end does so in order").toBe(0);

  const stored = new Set(
    (await ingest.rows("select id from shop_order where shop_id = $1", [SHOP])).map(({ id }) => id),
  );
  expect(acknowledged.size).toBeGreaterThan(KILLS * 200);
  expect([...acknowledged].filter((id) => !stored.has(id))).toEqual([]);
  const [sums] = await ingest.rows(
    "select sum(number_of_orders)::int as orders, sum(amount_spent)::int as spent, (select count(*)::int from line_item where shop_id = $1) as lines from customer where shop_id = $1",
    [SHOP],
  );
  expect(sums).toEqual({ orders: stored.size, spent: stored.size, lines: stored.size });
});
