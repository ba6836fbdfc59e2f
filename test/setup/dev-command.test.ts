// Runs `npm run dev` as `shopify app dev` does: one command with the settings of Shopify's CLI, and pages from source.
import { spawn, type ChildProcess } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installApp } from "../dev-store/commands/app.ts";
import { createCustomer } from "../dev-store/commands/customer.ts";
import type { ShopState } from "../dev-store/model.ts";
import { startStore, type RunningStore } from "../dev-store/server.ts";
import { addShop } from "../dev-store/store.ts";
import { parseToml } from "../dev-store/toml-parser.ts";
import { openBrowser, type OpenBrowser } from "./browser.ts";
import { freePort, PROJECT } from "./stack.ts";

const SECRET = "secret-of-the-development-app";
let running: RunningStore;
let shop: ShopState;
let dev: ChildProcess;
let port = 0;
let said = "";
let browser: OpenBrowser;

beforeAll(async () => {
  port = await freePort();
  const appUrl = `http://127.0.0.1:${port}`;
  const store = { port: 0, tunnelPort: 0, appUrl, apiKey: "", apiSecret: SECRET, projectDir: PROJECT, clockSpeed: 1 };
  running = await startStore(store);
  shop = addShop(running.store, "developing.myshopify.com");
  installApp(running.store, shop);
  dev = startDev();
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
  const gone = new Promise((resolve) => dev.once("close", resolve));
  if (dev.pid !== undefined && dev.exitCode === null) process.kill(-dev.pid, "SIGTERM");
  await Promise.race([gone, sleep(15_000)]);
  await running.close();
});

/** Runs with the settings that Shopify's CLI sets, in a process group of its own, so that npm, its shell and the app end together. */
function startDev(): ChildProcess {
  const web = parseToml(fs.readFileSync(path.join(PROJECT, "shopify.web.toml"), "utf8"));
  const [command = "", ...words] = String(Reflect.get(Object(web["commands"]), "dev")).split(" ");
  const { ENCRYPTION_KEY: _key, SHOPIFY_APP_URL: _address, ...env } = process.env;
  const child = spawn(command, words, {
    cwd: PROJECT,
    env: {
      ...env,
      NODE_OPTIONS: `--import=${PROJECT}/test/dev-store/preload.ts`,
      DEV_STORE_URL: running.url,
      LOG_LEVEL: "error",
      NODE_ENV: "development",
      SHOPIFY_API_KEY: running.store.config.apiKey,
      SHOPIFY_API_SECRET: SECRET,
      SCOPES: running.store.app.scopes.join(","),
      HOST: running.tunnelUrl,
      APP_URL: running.tunnelUrl,
      APP_ENV: "development",
      REMIX_DEV_ORIGIN: running.tunnelUrl,
      ...Object.fromEntries(["PORT", "SERVER_PORT", "FRONTEND_PORT", "BACKEND_PORT"].map((name) => [name, String(port)])), // prettier-ignore
    },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  return child;
}

test("the framed admin shows pages from source, which reload after edits through the tunnel; one command runs the worker too", async () => {
  const healthz = () =>
    fetch(`http://127.0.0.1:${port}/healthz`).then(
      ({ ok }) => ok,
      () => said,
    );
  await expect.poll(healthz, { timeout: 90_000 }).toBe(true);
  const page = await browser.newPage();
  const heard: string[] = [];
  page.on("console", (message) => heard.push(message.text()));
  const app = page.frameLocator("iframe[name=app-iframe]");
  await page.goto(`${running.url}/admin/apps/regulars/app`);
  await app
    .getByRole("heading", { name: "Home" })
    .or(page.getByRole("heading", { name: "Home" }))
    .first()
    .waitFor();
  await expect.poll(() => heard).toContain("[vite] connected.");

  createCustomer(running.store, shop, { firstName: "Devika", email: "devika@example.com" });
  await expect
    .poll(
      async () => {
        await page.goto(`${running.url}/admin/apps/regulars/app/customers`);
        await app.getByRole("heading", { level: 1 }).first().waitFor();
        return app.getByRole("link", { name: "Devika" }).isVisible();
      },
      { timeout: 60_000, message: said },
    )
    .toBe(true);
  await app.getByRole("link", { name: "Devika" }).click();
  await app.getByText("devika@example.com").first().waitFor();
  expect(browser.problems).toEqual([]);
});
