// A synchronous loop in a plugin: no time limit ends it, but the watchdog's thread does.
import { spawn } from "node:child_process";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { forShop, sql } from "../../app/db.server.ts";
import { loyalty } from "../../app/plugins/loyalty/plugin.server.ts";
import { registryFor } from "../../app/plugins/installed.server.ts";
import { listPlugins } from "../../app/plugins/state.server.ts";
import { openShop } from "../../app/shop.server.ts";
import { recorder } from "../setup/stack.ts";
import { PRODUCTION, PROJECT } from "./entries.ts";

const [LOOPED, OTHER] = ["looped.myshopify.com", "other.myshopify.com"];

beforeAll(async () => {
  for (const id of [LOOPED, OTHER])
    await forShop(id).tx((tx) =>
      tx.run(
        sql`insert into shop (id, domain, time_zone, currency, installed_at) values (${id}, ${id}, 'UTC', 'USD', now())`,
      ),
    );
});

async function run(
  way: "plugin" | "attribute" | "ours",
): Promise<{ signal: string | null; code: number | null; said: string }> {
  const { PATH, ROWS_SEEN, APP_DATABASE_URL = "", DOOR_DATABASE_URL = "" } = process.env;
  const program = [...recorder(), path.join(PROJECT, "test/chaos/looping-plugin.ts"), LOOPED, way];
  const child = spawn(process.execPath, program, {
    env: { PATH, ROWS_SEEN, NODE_ENV: "production", ...PRODUCTION, APP_DATABASE_URL, DOOR_DATABASE_URL },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve) => child.once("close", (code, signal) => resolve({ code, signal, said })));
}

const viewOf = async (domain: string) => {
  const shop = await openShop(domain);
  if (!shop) throw new Error("the shop is there");
  const [view] = await listPlugins(shop, [loyalty]);
  const { plugins } = await registryFor(shop);
  return { enabled: view?.enabled, fault: view?.fault, runs: plugins.includes(loyalty) };
};

const audited = (domain: string) =>
  forShop(domain).tx((tx) => tx.rows(sql`select actor, action, version from audit where shop_id = ${domain}`));

test("a plugin that loops is named and switched off in its shop, and the process ends so that it is started again", async () => {
  const { signal, said } = await run("plugin");
  expect(signal).toBe("SIGKILL");
  expect(said).toMatch(/"plugin":"loyalty","place":"app\/plugins\/loyalty\/plugin\.server\.ts:\d+","shops":\["looped/);
  expect(said).not.toContain("went on");
  expect(await viewOf(LOOPED)).toEqual({
    enabled: false,
    fault: expect.stringMatching(
      /^recount: let nothing else run for 2 s at app\/plugins\/loyalty\/plugin\.server\.ts:\d+$/,
    ),
    runs: false,
  });
  expect(await viewOf(OTHER)).toEqual({ enabled: true, fault: null, runs: true });
  expect(await audited(LOOPED)).toEqual([{ actor: "worker", action: "switched off", version: 1 }]);
});

test("a loop outside plugins is logged with its place and is not ended", async () => {
  const { code, said } = await run("ours");
  expect(said).toMatch(/"place":"test\/chaos\/looping-plugin\.ts:\d+","msg":"nothing else has run for 2 s"/);
  expect(said).toContain("went on");
  expect(code).toBe(0);
});

test("an attribute that loops runs without a known shop, so its plugin is switched off in every shop", async () => {
  const { signal, said } = await run("attribute");
  expect(signal).toBe("SIGKILL");
  expect(said).toMatch(/"plugin":"loyalty","place":"app\/plugins\/loyalty\/plugin\.server\.ts:\d+","shops":\[\]/);
  const fault = expect.stringMatching(/^attribute: let nothing else run for 2 s at /) as string;
  expect(await viewOf(LOOPED)).toEqual({ enabled: false, fault, runs: false });
  expect(await viewOf(OTHER)).toEqual({ enabled: false, fault, runs: false });
});
