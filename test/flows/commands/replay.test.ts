// The commands as a person runs them, beside a running stack on the same database server.
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isAlive } from "../../../prisma/embedded-cluster.ts";
import { runOn } from "../../../prisma/schema-engine.ts";
import { connectionUrls } from "../../../prisma/urls.ts";
import { addShop } from "../../dev-store/store.ts";
import { buildIfStale } from "../../setup/build-if-stale.ts";
import { PROJECT, startStack, type Stack } from "../../setup/stack.ts";

const HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";
const ROWS = [
  HEADER,
  "1,A,Tea,2,2011-01-01 10:00:00,1.50,7.0,France",
  "1,B,Cup,1,2011-01-01 10:00:00,4.00,7.0,France",
  "2,A,Tea,1,2011-01-02 10:00:00,1.50,7.0,Atlantis",
  "3,B,Cup,1,2011-01-03 10:00:00,3.00,,EIRE",
  "C4,A,Tea,-1,2011-01-04 10:00:00,1.50,7.0,France",
  "C5,A,Tea,-1,2011-01-04 10:00:00,1.50,8.0,France",
  "",
];

const urls = connectionUrls({ ...process.env, DATABASE_URL: process.env["DATABASE_URL"] ?? "" });
let folder: string;
let stack: Stack;

beforeAll(async () => {
  buildIfStale();
  folder = mkdtempSync(path.join(tmpdir(), "replay-"));
  stack = await startStack({ urls, processes: "two" });
  await stack.install(addShop(stack.store, "beside.myshopify.com"));
});
afterAll(async () => {
  await stack.stop();
  const mine = "select datname from pg_database where starts_with(datname, current_database() || '_replay_')";
  for (const { datname } of await runOn<{ datname: string }>(urls.owner, mine))
    await runOn(urls.owner, `drop database "${datname}" with (force)`);
  rmSync(folder, { recursive: true });
});

const holding = (name: string, lines: string[]): string => {
  const file = path.join(folder, name);
  writeFileSync(file, lines.join("\n"));
  return file;
};

type Ran = { exit: number | null; out: string; said: string };

const run = (command: string, ...args: string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, [`test/replay/${command}.ts`, ...args], { cwd: PROJECT }, (_, out, said) =>
      resolve({ exit: child.exitCode, out, said }),
    );
  });

const figures = (table: string): Record<string, string> =>
  Object.fromEntries(
    table
      .trim()
      .split("\n")
      .map((line) => [line.slice(0, 28).trim(), line.slice(28).trim()]),
  );

test("a log can be replayed repeatedly beside a running app, and its shop answers", async () => {
  const file = holding("own_log.csv", ROWS);
  for (let time = 1; time <= 5; time += 1) {
    const { exit, out, said } = await run("replay", file);
    expect(said).toBe('These countries are unknown, so their addresses have no country code: "Atlantis" (1 rows).\n');
    expect(figures(out)).toMatchObject({
      "rows read": "6",
      orders: "3",
      guests: "1",
      customers: "2",
      refunds: "1",
      unmatched: "1",
      "webhooks sent": "8",
      applied: "8",
    });
    expect(exit).toBe(0);
  }
  // The worker of the running stack got no work of the replayed shop.
  expect(stack.worker?.log()).not.toContain("own-log");
  const answer = { exit: 0, said: "" };
  expect(await run("segment", "number_of_orders = 2")).toEqual({ ...answer, out: '{"count":1,"sample":["7"]}\n' });
  const named = await run("segment", "--shop", "own-log.myshopify.com", "customer_countries CONTAINS 'FR'");
  expect(named).toEqual({ ...answer, out: '{"count":2,"sample":["7","8"]}\n' });
});

test("wrong input is reported before anything starts", async () => {
  const broken = holding("broken.csv", [...ROWS.slice(0, 2), "9,A,Tea,1,2011-13-01 10:00:00,1.50,7.0,France"]);
  // A server that nobody can reach.
  const refused = await new Promise<Ran>((resolve) => {
    const env = { ...process.env, DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" };
    const child = execFile(process.execPath, ["test/replay/replay.ts", broken], { env }, (_, out, said) =>
      resolve({ exit: child.exitCode, out, said }),
    );
  });
  const sentence = `${broken}, line 3: InvoiceDate "2011-13-01 10:00:00" is not a date and time: write it as 2010-12-01 08:26:00.\n`;
  expect(refused).toEqual({ exit: 65, out: "", said: sentence });
  expect(await run("replay", broken, "--zone", "Mars/Base")).toMatchObject({ exit: 64, out: "" });
});

/** The processes of the app that this process started. */
async function childrenOf(pid: number): Promise<number[]> {
  const listed = await new Promise<string>((resolve) => {
    execFile("ps", ["-e", "-o", "pid=,ppid=,args="], { maxBuffer: 1e8 }, (_, out) => resolve(out));
  });
  return listed.split("\n").flatMap((line) => {
    const [own, parent] = line.trim().split(/\s+/).map(Number);
    return own && parent === pid && line.includes("/app/entry.") ? [own] : [];
  });
}

async function within(ms: number, isSo: () => Promise<boolean> | boolean): Promise<boolean> {
  for (const deadline = Date.now() + ms; Date.now() < deadline; await sleep(50)) if (await isSo()) return true;
  return false;
}

test("a replay that is killed ends the app's processes too, and the next replay succeeds", async () => {
  const file = holding("killed.csv", ROWS);
  const child = spawn(process.execPath, ["test/replay/replay.ts", file, "--speed", "1"], { stdio: "ignore" });
  let started: number[] = [];
  const two = async () => (started = await childrenOf(child.pid ?? 0)).length === 2;
  expect(await within(60_000, two)).toBe(true);
  await sleep(1_000);
  child.kill("SIGKILL");
  expect(await within(10_000, () => !started.some(isAlive))).toBe(true);
  expect(await run("replay", file)).toMatchObject({ exit: 0 });
});
