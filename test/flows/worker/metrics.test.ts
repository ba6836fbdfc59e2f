// The metrics of the running product exist and change.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectionUrls } from "../../../prisma/urls.ts";
import { createCustomer } from "../../dev-store/commands/customer.ts";
import { placeOrder } from "../../dev-store/commands/order.ts";
import type { ShopState } from "../../dev-store/model.ts";
import { addShop } from "../../dev-store/store.ts";
import { settled } from "../../dev-store/webhooks/outbox.ts";
import { watchShop } from "../../replay/applied.ts";
import { freePort, startStack, type Stack } from "../../setup/stack.ts";

const TOKEN = "a-token-of-the-scraper";
const SHOP = "measured.myshopify.com";
const urls = () => connectionUrls({ DATABASE_URL: process.env["DATABASE_URL"] ?? "" });
let stack: Stack;
let shop: ShopState;
let workerUrl: string;

beforeAll(async () => {
  const port = await freePort();
  workerUrl = `http://127.0.0.1:${port}`;
  const env = { WORKER_PORT: String(port), METRICS_TOKEN: TOKEN };
  stack = await startStack({ urls: urls(), processes: "two", env });
  shop = addShop(stack.store, SHOP);
  await stack.install(shop);
  await applied();
});
afterAll(() => stack?.stop());

async function applied(): Promise<void> {
  const watch = await watchShop(urls().app, SHOP);
  while (!(await watch.isBackfilled())) await sleep(50);
  await watch.settled(30_000);
  await watch.close();
}

/** The series by name and labels, as Prometheus reads them. */
async function scrape(url: string): Promise<Map<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split("\n").filter((line) => line && !line.startsWith("#"));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
  );
}

function buy(orders: number): Promise<void> {
  const { id } = createCustomer(stack.store, shop, { email: "a@example.com" });
  const line = { title: "Tea", sku: "T", price: "20.00", quantity: 1 };
  for (let count = 0; count < orders; count++) placeOrder(stack.store, shop, { customerId: id, lines: [line] });
  return settled(stack.store);
}

const STORED = 'regulars_webhooks_total{outcome="stored"}';

test("the door counts arrivals; the worker counts applied webhooks and their lag", async () => {
  const [web, worker] = [await scrape(stack.appUrl), await scrape(workerUrl)];
  await buy(5);
  await applied();
  const [webThen, workerThen] = [await scrape(stack.appUrl), await scrape(workerUrl)];
  const stored = (webThen.get(STORED) ?? 0) - (web.get(STORED) ?? 0);
  const lag = "regulars_webhook_lag_seconds_count";
  expect(stored).toBeGreaterThanOrEqual(5);
  expect((workerThen.get(lag) ?? 0) - (worker.get(lag) ?? 0)).toBe(stored);
});

test("forged webhooks are counted as unsigned", async () => {
  const headers = {
    "x-shopify-hmac-sha256": "bm8=",
    "x-shopify-topic": "orders/create",
    "x-shopify-shop-domain": SHOP,
  };
  expect((await fetch(`${stack.appUrl}/webhooks`, { method: "POST", headers, body: "{}" })).status).toBe(401);
  expect((await scrape(stack.appUrl)).get('regulars_webhooks_total{outcome="unsigned"}')).toBe(1);
});

test("Admin API requests and their cost are counted by operation, in the process that made them", async () => {
  const spent = [...(await scrape(workerUrl))].filter(([name]) => name.startsWith("regulars_admin_api_points_total{"));
  expect(spent.length).toBeGreaterThan(0);
  expect(spent.reduce((sum, [, points]) => sum + points, 0)).toBeGreaterThan(0);
  const names = [...(await scrape(stack.appUrl)).keys()].join("\n");
  expect(names).toMatch(/regulars_admin_api_requests_total\{operation="\w+",outcome="done"\}/);
  expect(names).toMatch(/regulars_admin_api_seconds_bucket\{.*operation="\w+"/);
});

test("while no worker runs, the web process reports how many webhooks wait and for how long; both fall to zero afterwards", async () => {
  await stack.worker?.stop();
  await buy(3);
  await sleep(1100);
  const waiting = await scrape(stack.appUrl);
  expect(waiting.get("regulars_database_up")).toBe(1);
  expect(waiting.get("regulars_inbox_shops")).toBe(1);
  expect(waiting.get("regulars_inbox_waiting")).toBeGreaterThanOrEqual(3);
  expect(waiting.get("regulars_inbox_oldest_seconds")).toBeGreaterThan(1);
  stack.worker = await stack.startWorker();
  await applied();
  await sleep(200);
  const after = await scrape(stack.appUrl);
  expect(after.get("regulars_inbox_waiting")).toBe(0);
  expect(after.get("regulars_inbox_oldest_seconds")).toBe(0);
});

test("waiting jobs are counted by kind", async () => {
  await stack.worker?.stop();
  const { enqueue } = await import("../../../app/queue.server.ts");
  await enqueue("sync.reconcile", { shop: SHOP });
  expect((await scrape(stack.appUrl)).get('regulars_jobs{job="sync.reconcile",state="created"}')).toBe(1);
  stack.worker = await stack.startWorker();
});

test("from another machine, metrics are readable only with the token", async () => {
  const ask = async (address: string, headers: Record<string, string> = {}) =>
    (await fetch(`${address}/metrics`, { headers })).status;
  while ((await fetch(`${workerUrl}/healthz`).catch(() => null))?.status !== 200) await sleep(20);
  for (const url of [stack.appUrl, workerUrl]) {
    expect(await ask(url, { "x-forwarded-for": "203.0.113.5" })).toBe(404);
    expect(await ask(url, { "x-forwarded-for": "203.0.113.5", authorization: "Bearer guess-guess-guess" })).toBe(404);
    expect(await ask(url, { "x-forwarded-for": "203.0.113.5", authorization: `Bearer ${TOKEN}` })).toBe(200);
  }
  expect(await ask(stack.tunnelUrl)).toBe(404);
});

test("the worker's server answers monitoring, and nothing else", async () => {
  expect(await (await fetch(`${workerUrl}/healthz`)).text()).toBe("ok\n");
  expect(await (await fetch(`${workerUrl}/readyz`)).json()).toMatchObject({ ready: true });
  for (const path of ["/", "/app", "/webhooks"]) expect((await fetch(workerUrl + path)).status).toBe(404);
});
