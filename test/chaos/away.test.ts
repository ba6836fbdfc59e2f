// The database becomes unreachable while the app runs, and comes back.
import { createHmac, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sessionToken } from "../dev-store/auth/session-token.ts";
import type { ShopState } from "../dev-store/model.ts";
import { addShop } from "../dev-store/store.ts";
import { freePort, startStack, type Stack } from "../setup/stack.ts";
import { openOwnServer, type OwnServer } from "./own-server.ts";

const SHOP = "away.myshopify.com";
let server: OwnServer;
let stack: Stack;
let shop: ShopState;
let workerUrl: string;

beforeAll(async () => {
  server = await openOwnServer();
  const port = await freePort();
  workerUrl = `http://127.0.0.1:${port}`;
  stack = await startStack({ urls: server.urls, processes: "two", env: { WORKER_PORT: String(port) } });
  shop = addShop(stack.store, SHOP);
  await stack.install(shop);
  await untilReady();
});
afterAll(async () => {
  await stack?.stop();
  await server?.remove();
});

const statusOf = async (url: string) => (await fetch(url).catch(() => null))?.status;

async function untilReady(): Promise<void> {
  for (const url of [stack.appUrl, workerUrl]) while ((await statusOf(`${url}/readyz`)) !== 200) await sleep(20);
}

async function post(): Promise<{ status: number; milliseconds: number; after: string | null }> {
  const body = JSON.stringify({ id: 1, admin_graphql_api_id: "gid://shopify/Product/1", title: "Tea" });
  const headers = {
    "x-shopify-topic": "products/create",
    "x-shopify-shop-domain": SHOP,
    "x-shopify-event-id": randomUUID(),
    "x-shopify-hmac-sha256": createHmac("sha256", stack.store.config.apiSecret).update(body).digest("base64"),
  };
  const began = performance.now();
  const { status, headers: said } = await fetch(`${stack.appUrl}/webhooks`, { method: "POST", headers, body });
  return { status, milliseconds: performance.now() - began, after: said.get("retry-after") };
}

test("both processes stay up and report the fault; webhooks are refused at once, so that Shopify sends them again", async () => {
  expect((await post()).status).toBe(200);
  const pids = [stack.web.child.pid, stack.worker?.child.pid];
  await server.kill();

  for (const url of [stack.appUrl, workerUrl]) {
    expect(await statusOf(`${url}/healthz`)).toBe(200);
    const answer = await fetch(`${url}/readyz`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      ready: false,
      checks: expect.arrayContaining([{ name: "database", ok: false, reason: "the database does not answer" }]),
    });
    expect(await (await fetch(`${url}/metrics`)).text()).toContain("regulars_database_up 0");
  }
  const refused = await Promise.all(Array.from({ length: 50 }, post));
  expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([503]));
  expect(new Set(refused.map(({ after }) => after))).toEqual(new Set(["1"]));
  expect(Math.max(...refused.map(({ milliseconds }) => milliseconds))).toBeLessThan(5000);
  const headers = {
    authorization: `Bearer ${sessionToken(stack.store, shop)}`,
    "user-agent": "Mozilla/5.0 Chrome/147.0",
  };
  const page = await fetch(`${stack.appUrl}/app/customers`, { headers });
  expect(page.status).toBe(500);
  expect(await page.text()).not.toMatch(/ECONNREFUSED|node_modules|127\.0\.0\.1:\d+\/regulars|at async/);

  await server.start();
  await untilReady();
  expect((await post()).status).toBe(200);
  expect((await fetch(`${stack.appUrl}/app/customers`, { headers })).status).toBe(200);
  expect([stack.web.child.pid, stack.worker?.child.pid]).toEqual(pids);
  expect([stack.web.child.exitCode, stack.worker?.child.exitCode]).toEqual([null, null]);
});
