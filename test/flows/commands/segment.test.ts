import { spawn } from "node:child_process";
import { afterAll, expect, test } from "vitest";
import pg from "pg";
import { runOn } from "../../../prisma/schema-engine.ts";
import { connectionUrls } from "../../../prisma/urls.ts";
import { makeWorld } from "../../replay/world.ts";

type Ran = { exit: number | null; out: string; said: string };

const run = (...words: string[]): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["test/replay/segment.ts", ...words], {
      env: { ...process.env, LOG_LEVEL: "info" },
    });
    let out = "";
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.once("error", reject);
    child.once("close", (exit) => resolve({ exit, out, said }));
  });

const urls = connectionUrls({ ...process.env, DATABASE_URL: process.env["DATABASE_URL"] ?? "" });
const worlds: string[] = [];
afterAll(async () => {
  for (const name of worlds) await runOn(urls.owner, `drop database "${name}" with (force)`);
});

async function addShop(id: string, customers: string[], url = urls.app) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("select set_config('app.shop', $1, false)", [id]);
  await client.query(
    `insert into shop (id, domain, time_zone, currency, installed_at) values ($1, $1, 'Europe/London', 'GBP', now())`,
    [id],
  );
  await client.query("insert into shop_profile (shop_id) values ($1)", [id]);
  await client.query(
    `insert into customer (shop_id, id, number_of_orders) select $1, n, n::int % 5 from unnest($2::text[]) n`,
    [id, customers],
  );
  await client.end();
}

/** Adds a shop as a replay leaves it. */
async function addReplayed(id: string, customers: string[]) {
  const world = await makeWorld(urls, id);
  worlds.push(new URL(world.urls.owner).pathname.slice(1));
  await addShop(id, customers, world.urls.app);
  await world.leave();
}

const numbered = (from: number, count: number) => Array.from({ length: count }, (_, at) => String(from + at));

test("the command answers in one line: count and sample, or faults, or only the check", async () => {
  const query = "number_of_orders >= 1";
  expect(await run(query)).toEqual({ exit: 0, out: '{"count":null,"sample":[]}\n', said: "" });
  const faulty = await run("customer_tags = 'x'");
  expect(faulty).toEqual({
    exit: 2,
    out: `{"faults":[{"start":14,"end":15,"message":"Line 1 Column 14: customer_tags does not support operator '='"}]}\n`,
    said: "",
  });
  expect((await run("not a valid segment query ???")).out).toBe(
    `{"faults":[{"start":6,"end":11,"message":"Line 1 Column 6: 'valid' is unexpected."},` +
      `{"start":4,"end":5,"message":"Line 1 Column 4: 'a' filter cannot be found."}]}\n`,
  );

  await addShop("first.myshopify.com", numbered(998, 6));
  expect(JSON.parse((await run(query)).out)).toEqual({ count: 5, sample: ["998", "999", "1001", "1002", "1003"] });
  await addShop("second.myshopify.com", ["7"]);
  expect(await run(query)).toMatchObject({ exit: 64, out: "", said: expect.stringContaining("--shop") });
  await addReplayed("log.myshopify.com", numbered(12346, 100));
  const many = JSON.parse((await run(query)).out);
  expect(many).toEqual({ count: 80, sample: expect.arrayContaining(["12346", "12347"]) });
  expect(many.sample).toHaveLength(20);

  await addReplayed("other-log.myshopify.com", ["9"]);
  expect(await run(query)).toMatchObject({
    exit: 64,
    out: "",
    said: expect.stringContaining("other-log.myshopify.com"),
  });
  expect(JSON.parse((await run("--shop", "second.myshopify.com", query)).out)).toEqual({ count: 1, sample: ["7"] });
  const onDay = (day: string, text: string) => run("--shop", "second.myshopify.com", "--on", day, text);
  expect((await onDay("2026-01-31", "customer_tags IS NULL")).out).toContain("can't be used for a past day");
  expect(JSON.parse((await onDay("2026-01-31", query)).out)).toEqual({ count: 0, sample: [] });
  expect(JSON.parse((await onDay("2999-01-31", query)).out)).toEqual({ count: 1, sample: ["7"] });
  expect(await onDay("yesterday", query)).toMatchObject({ exit: 64, said: expect.stringContaining("is not a day") });
  const unknown = await run("--shop", "nobody.myshopify.com", query);
  expect(unknown).toMatchObject({ exit: 64, out: "" });
  expect(unknown.said).toContain("There is no shop nobody.myshopify.com here.");
  expect(await run()).toMatchObject({ exit: 64, out: "", said: expect.stringContaining("usage:") });
  expect(await run("--sample", "3")).toMatchObject({ exit: 64, out: "" });
  expect((await run("--shop", "second.myshopify.com", "")).out).toBe(
    `{"faults":[{"start":0,"end":0,"message":"Query can't be blank"}]}\n`,
  );
});
