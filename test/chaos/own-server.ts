// A PostgreSQL server of one test, in its own folder, which the test may kill.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { deployMigrations } from "../../prisma/deploy.ts";
import { isAlive } from "../../prisma/embedded-cluster.ts";
import { ensurePostgres, type EmbeddedPostgres } from "../../prisma/embedded.ts";
import { connectionUrls, type ConnectionUrls } from "../../prisma/urls.ts";

export type OwnServer = {
  urls: ConnectionUrls;
  /** kill -9 for every process of the server at once. */
  kill(): Promise<void>;
  /** Starts the server and recovers it, as the next process that needs the server does. */
  start(): Promise<void>;
  remove(): Promise<void>;
};

const base = fs.existsSync("/var/tmp") ? "/var/tmp" : os.tmpdir();

export async function openOwnServer(): Promise<OwnServer> {
  const folder = fs.mkdtempSync(path.join(base, "regulars-chaos-"));
  const dataDir = path.join(folder, "postgres");
  const joined: EmbeddedPostgres[] = [await ensurePostgres({ dataDir })];
  const urls = connectionUrls({ DATABASE_URL: joined[0]?.url ?? "" });
  await deployMigrations(urls.owner);
  const postmaster = () => Number.parseInt(fs.readFileSync(path.join(dataDir, "data", "postmaster.pid"), "utf8"), 10);
  return {
    urls,
    async kill() {
      const all = withChildren(postmaster());
      for (const pid of all) endAtOnce(pid);
      while (all.some(isAlive)) await sleep(5);
    },
    async start() {
      const server = await ensurePostgres({ dataDir });
      joined.push(server);
      if (server.url !== urls.owner) throw new Error("the server came back elsewhere: its port was taken");
    },
    async remove() {
      for (const server of joined) await server.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Each of the server's processes is in its own group. */
function withChildren(postmaster: number): number[] {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  const pairs = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  return [postmaster, ...pairs.flatMap(([pid = 0, parent]) => (parent === postmaster ? pid : []))];
}

/** When the postmaster ends, it ends some of the processes that would be killed next. */
function endAtOnce(pid: number): void {
  if (isAlive(pid)) process.kill(pid, "SIGKILL");
}
