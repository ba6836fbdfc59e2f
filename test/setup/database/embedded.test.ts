import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterEach, describe, expect, it } from "vitest";
import { ensurePostgres, stopPostgres } from "../../../prisma/embedded.ts";
import { makeCheckout, type Person, runIn } from "./checkout.ts";

const isRoot = process.getuid?.() === 0;
const base = fs.existsSync("/var/tmp") ? "/var/tmp" : os.tmpdir();
const folders: string[] = [];

function newFolder(mode = 0o755): string {
  const folder = fs.mkdtempSync(path.join(base, "regulars-test-"));
  fs.chmodSync(folder, mode);
  folders.push(folder);
  return folder;
}

afterEach(() => {
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
});

async function ask<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client(url);
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

const visit = `
  import fs from "node:fs";
  import pg from "pg";
  import { ensurePostgres } from "./prisma/embedded.ts";
  const server = await ensurePostgres();
  const client = new pg.Client(server.url);
  await client.connect();
  const { rows } = await client.query("select lower('É') as lower, current_setting('TimeZone') as zone, current_setting('fsync') as fsync");
  const [row] = rows;
  await client.end();
  const owner = fs.statSync(".data/postgres/data").uid;
  await server.stop();
  console.log(JSON.stringify({ ...row, started: server.started, owner, stopped: !fs.existsSync(".data/postgres/data/postmaster.pid") }));
`;
const seen = { lower: "é", zone: "UTC", fsync: "on", started: true, stopped: true };

async function startAs(person: Person, mode: number) {
  const folder = newFolder();
  makeCheckout(folder);
  if (person.uid !== undefined) fs.chownSync(folder, person.uid, person.gid ?? person.uid);
  fs.chmodSync(folder, mode);
  return JSON.parse(await runIn(folder, person, visit).finished) as unknown;
}

describe("the embedded server starts", () => {
  it("as a user", async () => {
    const DAEMON = 1;
    const uid = isRoot ? DAEMON : (process.getuid?.() ?? 0);
    expect(await startAs(isRoot ? { uid, gid: uid } : {}, 0o700)).toEqual({ ...seen, owner: uid });
  });

  if (isRoot) {
    it("as root, under another user", async () => {
      expect(await startAs({}, 0o755)).toEqual({ ...seen, owner: 65_534 });
    });

    it("as root from a checkout that only root can enter", async () => {
      expect(await startAs({}, 0o700)).toEqual({ ...seen, owner: 65_534 });
    });
  }
});

describe("the embedded server", () => {
  it("is joined by a second process, and stopped by the last", async () => {
    const dataDir = path.join(newFolder(0o700), "postgres");
    const first = await ensurePostgres({ dataDir });
    await ask(first.url, "create table seen as select 1 as one");
    const second = await ensurePostgres({ dataDir });
    expect([first.started, second.started, second.url === first.url]).toEqual([true, false, true]);
    await first.stop();
    expect(await ask(second.url, "select one from seen")).toEqual([{ one: 1 }]);
    await second.stop();
    await expect(ask(second.url, "select 1")).rejects.toThrow("ECONNREFUSED");
  });

  it("is started once when several ask at once on a fresh machine", async () => {
    const dataDir = path.join(newFolder(0o700), "postgres");
    const servers = await Promise.all([1, 2, 3].map(() => ensurePostgres({ dataDir })));
    expect(servers.filter(({ started }) => started)).toHaveLength(1);
    expect(new Set(servers.map(({ url }) => url)).size).toBe(1);
    for (const server of servers) await server.stop();
  });

  it("keeps every committed row when it is killed, and starts again", async () => {
    const dataDir = path.join(newFolder(0o700), "postgres");
    const first = await ensurePostgres({ dataDir });
    await ask(first.url, "create table kept (n int)");
    const client = new pg.Client(first.url);
    client.on("error", () => undefined);
    await client.connect();
    const postmaster = Number.parseInt(fs.readFileSync(path.join(dataDir, "data/postmaster.pid"), "utf8"), 10);
    let committed = 0;
    setTimeout(() => process.kill(postmaster, "SIGKILL"), 300);
    await (async () => {
      for (;;) {
        await client.query("insert into kept values ($1)", [committed + 1]);
        committed += 1;
      }
    })().catch(() => undefined);
    expect(committed).toBeGreaterThan(0);
    const again = await ensurePostgres({ dataDir });
    const [row] = await ask<{ max: number; count: number }>(again.url, "select max(n), count(*)::int from kept");
    // The row that was being written when the server died may exist, although it was never acknowledged.
    expect([committed, committed + 1]).toContain(row?.max);
    expect(row?.count).toBe(row?.max);
    expect(again.started).toBe(true);
    await again.stop();
    await first.stop();
  });

  it("starts though another program has the number in postmaster.pid, and another its port", async () => {
    const dataDir = path.join(newFolder(0o700), "postgres");
    const first = await ensurePostgres({ dataDir });
    const lock = path.join(dataDir, "data/postmaster.pid");
    const text = fs.readFileSync(lock, "utf8");
    await first.stop();
    fs.writeFileSync(lock, text.replace(/^\d+/, String(process.pid)));
    const squatter = net.createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => squatter.listen(Number(new URL(first.url).port), "127.0.0.1", resolve));
    const second = await ensurePostgres({ dataDir });
    expect(new URL(second.url).port).not.toBe(new URL(first.url).port);
    expect(await ask(second.url, "select 1 as one")).toEqual([{ one: 1 }]);
    await second.stop();
    await new Promise((resolve) => squatter.close(resolve));
  });

  it("stays when it was started to stay, until it is told to stop", async () => {
    const dataDir = path.join(newFolder(0o700), "postgres");
    const server = await ensurePostgres({ dataDir, detached: true });
    await server.stop();
    expect(await ask(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
    await stopPostgres(dataDir);
    await expect(ask(server.url, "select 1")).rejects.toThrow("ECONNREFUSED");
  });

  it("asks for its password", async () => {
    const dataDir = path.join(newFolder(0o700), "postgres");
    const server = await ensurePostgres({ dataDir });
    const stranger = new URL(server.url);
    stranger.password = "guess";
    await expect(ask(stranger.href, "select 1")).rejects.toThrow("password authentication failed");
    await server.stop();
  });
});
