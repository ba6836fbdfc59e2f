// The disk of the database is full: webhooks are refused and never lost, the process says why it is not ready, and work continues
// once there is room. A disk of its own needs root. Without root only the server that ends is tested.
import { spawnSync } from "node:child_process";
import { createHmac, randomBytes, randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensurePostgres } from "../../prisma/embedded.ts";
import { PRODUCTION, portOf, PROJECT, start, type Started } from "./entries.ts";

const SHOP = "full.myshopify.com";
const DISK_MB = 192;
const LOCK = "postgres/data/postmaster.pid";
const isRoot = process.getuid?.() === 0 && process.platform === "linux";
let folder = "";
let disk = "";
let web: Started;
let url = "";

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(PROJECT, ".data", "full-"));
  disk = path.join(folder, ".data");
  fs.mkdirSync(disk);
  fs.symlinkSync(path.join(PROJECT, "app"), path.join(folder, "app"));
  if (isRoot) {
    const { status, stderr } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_MB}m,mode=755`, "tmpfs", disk]);
    expect(status, String(stderr)).toBe(0);
  }
  // No setting names a database, so the process starts its own server in the folder in which it runs.
  const none = { DATABASE_URL: "", APP_DATABASE_URL: "", DOOR_DATABASE_URL: "" };
  web = start("entry.web.ts", { ...PRODUCTION, ...none, LOG_LEVEL: "info" }, folder);
  url = `http://127.0.0.1:${await portOf(web)}`;
  await owner(`insert into shop (id, domain, installed_at) values ('${SHOP}', '${SHOP}', now())`);
});

afterAll(async () => {
  web.child.kill("SIGTERM");
  await web.ended;
  if (isRoot) spawnSync("umount", ["-l", disk]);
  fs.rmSync(folder, { recursive: true, force: true });
});

async function owner(statement: string): Promise<Record<string, unknown>[]> {
  const { port, password } = JSON.parse(fs.readFileSync(path.join(disk, "postgres/server.json"), "utf8")) as {
    port: number;
    password: string;
  };
  const client = new pg.Client(`postgres://postgres:${password}@127.0.0.1:${port}/regulars`);
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

async function webhook(): Promise<number> {
  // Random bytes, which the inbox cannot compress.
  const body = JSON.stringify({ id: randomUUID(), note: randomBytes(20_000).toString("base64") });
  const headers = {
    "x-shopify-topic": "products/delete",
    "x-shopify-shop-domain": SHOP,
    "x-shopify-event-id": randomUUID(),
    "x-shopify-hmac-sha256": createHmac("sha256", PRODUCTION["SHOPIFY_API_SECRET"] ?? "")
      .update(body)
      .digest("base64"),
  };
  return (await fetch(`${url}/webhooks`, { method: "POST", headers, body })).status;
}

/** Fills the disk to the last byte. */
function fill(name: string): void {
  const file = fs.openSync(name, "w");
  for (let size = 1024 * 1024; size >= 1;) {
    try {
      fs.writeSync(file, Buffer.alloc(size));
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe("ENOSPC");
      size = Math.floor(size / 16);
    }
  }
  fs.closeSync(file);
}

type Ready = { ready: boolean; checks: { name: string; ok: boolean; reason: string }[] };
async function readyz(): Promise<{ status: number; reasons: string[] }> {
  const answer = await fetch(`${url}/readyz`);
  const { checks } = (await answer.json()) as Ready;
  return { status: answer.status, reasons: checks.filter(({ ok }) => !ok).map(({ reason }) => reason) };
}

const comesBack = () => expect.poll(async () => (await readyz()).status, { timeout: 90_000, interval: 500 }).toBe(200);

test("an embedded server that ended is started again by the process that uses it", async () => {
  expect(await webhook()).toBe(200);
  process.kill(Number.parseInt(fs.readFileSync(path.join(disk, LOCK), "utf8"), 10), "SIGKILL");
  await expect.poll(async () => (await readyz()).status, { interval: 20 }).toBe(503);
  await comesBack();
  await expect.poll(webhook).toBe(200);
});

if (isRoot)
  test("on a full disk only webhooks that are stored are acknowledged, and readiness says why", async () => {
    const filler = path.join(disk, "filler");
    const before = Number((await owner("select count(*)::int as count from inbox"))[0]?.["count"]);
    fill(filler);
    let acknowledged = 0;
    for (let status = 200; status === 200;) {
      status = await webhook();
      if (status === 200) acknowledged += 1;
      else expect(status).toBe(503);
    }
    const { status, reasons } = await readyz();
    expect(status).toBe(503);
    expect(reasons.join("; ")).toMatch(/disk is full|does not answer/);
    expect(reasons.join("; ")).not.toMatch(/ENCRYPTION_KEY|npm run migrate/);
    // The server may continue, or end with its last record unwritten.
    process.kill(Number.parseInt(fs.readFileSync(path.join(disk, LOCK), "utf8"), 10), "SIGKILL");
    await sleep(3000);
    fs.rmSync(filler);
    await comesBack();
    await expect.poll(webhook).toBe(200);
    const [row] = await owner("select count(*)::int as count from inbox");
    expect(Number(row?.["count"])).toBeGreaterThanOrEqual(before + acknowledged + 1);
  });

if (isRoot)
  test("a server that has no room to start says that the disk is full", async () => {
    const small = path.join(folder, "small");
    fs.mkdirSync(small);
    spawnSync("mount", ["-t", "tmpfs", "-o", "size=96m,mode=755", "tmpfs", small]);
    try {
      const dataDir = path.join(small, "postgres");
      await (await ensurePostgres({ dataDir })).stop();
      const filler = path.join(small, "filler");
      fill(filler);
      await expect(ensurePostgres({ dataDir })).rejects.toThrow(/the disk .*is full/i);
      fs.rmSync(filler);
      await (await ensurePostgres({ dataDir })).stop();
    } finally {
      spawnSync("umount", ["-l", small]);
    }
  });
