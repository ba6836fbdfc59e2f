import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, afterEach, expect, test } from "vitest";
import { appToml, writeProject } from "./trial.ts";

const project = writeProject(appToml());
const folder = mkdtempSync(join(tmpdir(), "dev-store-"));
let child: ChildProcess | undefined;

afterEach(() => child?.kill("SIGKILL"));
afterAll(() => {
  for (const path of [project, folder]) rmSync(path, { recursive: true });
});

async function start(
  ...more: string[]
): Promise<{ storeUrl: string; tunnelUrl: string; shop: string; apiKey: string }> {
  const args = ["test/dev-store/main.ts", "--project", project, "--api-secret", "s", ...more];
  const env = { ...process.env, SHOPIFY_API_KEY: "" };
  const started = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  child = started;
  const died = once(started, "exit").then(([code]) => Promise.reject(new Error(`The store ended with ${code}.`)));
  const [line] = await Promise.race([once(createInterface({ input: started.stdout }), "line"), died]);
  died.catch(() => undefined);
  return JSON.parse(String(line));
}

async function stop(): Promise<number | null> {
  const ended = child;
  if (ended === undefined) return null;
  ended.kill("SIGTERM");
  await once(ended, "exit");
  return ended.exitCode;
}

test("the store's process prints its address, and its data survive SIGTERM and a new start", async () => {
  const snapshot = ["--snapshot", join(folder, "demo.json.gz"), "--customers", "40"];
  const { storeUrl, shop, apiKey } = await start(...snapshot);
  expect([shop, apiKey]).toEqual(["monsoon-leaf.myshopify.com", "trial-key"]);
  const state = async (url: string) => (await fetch(`${url}/control/state`)).json();
  const before = await state(storeUrl);
  expect(before.customers).toBe(40);
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ firstName: "Asha", lastName: "Patel", email: "asha@example.com" });
  await fetch(`${storeUrl}/control/customers`, { method: "POST", headers, body });
  expect(await stop()).toBe(0);
  const again = await state((await start(...snapshot)).storeUrl);
  expect(again).toMatchObject({ customers: 41, orders: before.orders });
});

test("--empty gives a shop without data", async () => {
  const { storeUrl } = await start("--empty");
  expect(await (await fetch(`${storeUrl}/control/state`)).json()).toMatchObject({
    customers: 0,
    orders: 0,
    products: 0,
  });
});
