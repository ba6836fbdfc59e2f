import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { forShop, sql } from "../../app/db.server.ts";

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

const addShop = (id: string, replayed: boolean, customers: string[]) =>
  forShop(id).tx(async (tx) => {
    await tx.run(sql`insert into shop (id, domain, time_zone, currency, installed_at)
      values (${id}, ${id}, 'Europe/London', 'GBP', now())`);
    await tx.run(sql`insert into shop_profile (shop_id, settings)
      values (${id}, ${JSON.stringify(replayed ? { replayed: true } : {})}::jsonb)`);
    await tx.run(sql`insert into customer (shop_id, id, number_of_orders)
      select ${id}, n, n::int % 5 from unnest(${customers}::text[]) n`);
  });

const numbered = (from: number, count: number) => Array.from({ length: count }, (_, at) => String(from + at));

test("the command answers in one line: count and sample, faults, or only the check", async () => {
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

  await addShop("first.myshopify.com", false, numbered(998, 6));
  expect(JSON.parse((await run(query)).out)).toEqual({ count: 5, sample: ["998", "999", "1001", "1002", "1003"] });
  await addShop("second.myshopify.com", false, ["7"]);
  expect(await run(query)).toMatchObject({ exit: 1, out: "", said: expect.stringContaining("--shop") });
  await addShop("log.myshopify.com", true, numbered(12346, 100));
  const many = JSON.parse((await run(query)).out);
  expect(many).toEqual({ count: 80, sample: expect.arrayContaining(["12346", "12347"]) });
  expect(many.sample).toHaveLength(20);

  expect(JSON.parse((await run("--shop", "second.myshopify.com", query)).out)).toEqual({ count: 1, sample: ["7"] });
  const unknown = await run("--shop", "nobody.myshopify.com", query);
  expect(unknown).toMatchObject({ exit: 1, out: "" });
  expect(unknown.said).toContain("There is no shop nobody.myshopify.com here.");
  expect(await run()).toMatchObject({ exit: 1, out: "", said: expect.stringContaining("usage:") });
  expect(await run("--sample", "3")).toMatchObject({ exit: 1, out: "" });
  expect((await run("")).out).toBe(`{"faults":[{"start":0,"end":0,"message":"Query can't be blank"}]}\n`);
}, 120_000);
