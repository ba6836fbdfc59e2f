// An embedded PostgreSQL server on this machine. The first process that needs it starts it, further processes join it, and the last
// one stops it. The server outlives a process that is killed, and the next process joins it.
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { findBinaries, serverEnvironment, serverUser } from "./embedded-binaries.ts";
import {
  changePort,
  type Cluster,
  clusterName,
  createData,
  DATABASE,
  dataPath,
  isAlive,
  openCluster,
  postmasterPid,
  readSettings,
  removeStalePid,
  type Settings,
  systemIdentifier,
} from "./embedded-cluster.ts";

export interface EmbeddedPostgres {
  /** The owner's URL. It contains a password and must not be logged. */
  url: string;
  /** True: this call started the server. False: it joined a running server. */
  started: boolean;
  /** Stops the server, unless another process uses it or it was started `detached`. */
  stop: () => Promise<void>;
}

/** Long, because crash recovery of a large write-ahead log takes minutes. */
const START_TIMEOUT_MS = 300_000;
const ATTEMPTS = 20;
const KEEP_MS = 1000;
const LARGEST_LOG = 10_000_000;

export async function ensurePostgres({
  dataDir = ".data/postgres",
  detached = false,
  kept = false,
}: {
  dataDir?: string;
  /** Starts the server again if it ends while this process uses it, as on a full disk. */
  kept?: boolean;
  /** The server stays up after its last user has left, until `stopPostgres`. */
  detached?: boolean;
} = {}): Promise<EmbeddedPostgres> {
  const cluster = openCluster(dataDir);
  const leave = register(cluster, detached);
  try {
    const { url, started } = await joinOrStart(cluster);
    const stopKeeping = kept ? keepUp(cluster) : async () => undefined;
    const stop = async () => {
      await stopKeeping();
      leave();
      if (!isUsed(cluster)) await stopServer(cluster);
    };
    return { url, started, stop };
  } catch (error) {
    leave();
    throw error;
  }
}

/** Restarts the server whenever it has ended. Returns the function that ends this. */
function keepUp(cluster: Cluster): () => Promise<void> {
  const ending = new AbortController();
  const keeping = (async () => {
    while (!ending.signal.aborted) {
      await sleep(KEEP_MS, undefined, { ref: false, signal: ending.signal }).catch(() => undefined);
      const pid = postmasterPid(cluster);
      if (ending.signal.aborted || (pid !== undefined && isAlive(pid))) continue;
      // The server's log says why it did not start. The next round tries again.
      await joinOrStart(cluster).catch(() => undefined);
    }
  })();
  return async () => {
    ending.abort();
    await keeping;
  };
}

/** Stops the server even if other processes use it. */
export async function stopPostgres(dataDir = ".data/postgres") {
  const cluster = openCluster(dataDir);
  fs.rmSync(path.join(cluster.home, "users", "detached"), { force: true });
  await stopServer(cluster);
}

async function joinOrStart(cluster: Cluster): Promise<{ url: string; started: boolean }> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (let attempt = 1; ; attempt += 1) {
    const settings = await readSettings(cluster);
    const answer = await probe(cluster, settings);
    if (answer === "ours") return { url: ownerUrl(settings), started: false };
    if (answer === "starting" && Date.now() < deadline) {
      await sleep(100);
      attempt -= 1;
      continue;
    }
    const binaries = findBinaries();
    createData(cluster, binaries, settings);
    removeStalePid(cluster);
    const { running, log } = await startServer(cluster, binaries, settings);
    if (running) return { url: ownerUrl(settings), started: true };
    if (isFull(cluster)) throw new Error(`PostgreSQL does not start: the disk of ${cluster.home} is full. Make room.`);
    if (/could not bind|Address already in use/.test(log)) await changePort(cluster, settings);
    // Otherwise another process was faster, or processes of a killed server still run: look again.
    else if (attempt >= ATTEMPTS || /incompatible with server|Permission denied|wrong ownership/.test(log)) {
      throw new Error(`PostgreSQL did not start in ${cluster.home}. Its last words:\n${log}`);
    } else await sleep(250 + attempt * 50);
  }
}

const LEAST_ROOM = 1024 * 1024;

/** Asks the disk, because the server's log may have had no room for the error. */
function isFull({ home }: Cluster): boolean {
  const { bavail, bsize } = fs.statfsSync(home);
  return bavail * bsize < LEAST_ROOM;
}

const ownerUrl = ({ port, password }: Settings) => `postgres://postgres:${password}@127.0.0.1:${port}/${DATABASE}`;

/** Which server answers on our port. A server in crash recovery refuses connections: it is "starting". */
async function probe(cluster: Cluster, settings: Settings): Promise<"ours" | "starting" | "nobody"> {
  const client = new pg.Client({ connectionString: ownerUrl(settings), connectionTimeoutMillis: 5000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ id: string }>(
      "select system_identifier::text as id from pg_control_system()",
    );
    return rows[0]?.id === systemIdentifier(cluster) ? "ours" : "nobody";
  } catch (error) {
    const CANNOT_CONNECT_NOW = "57P03";
    return (error as { code?: string }).code === CANNOT_CONNECT_NOW ? "starting" : "nobody";
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function startServer(cluster: Cluster, binaries: string, settings: Settings) {
  const size = fs.statSync(cluster.log, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LARGEST_LOG) fs.truncateSync(cluster.log);
  const logStart = size > LARGEST_LOG ? 0 : size;
  const output = fs.openSync(cluster.log, "a", 0o600);
  // `detached` gives the server a process group of its own: Ctrl-C in a terminal ends the app, and the app then stops the server.
  const child = spawn(path.join(binaries, "postgres"), serverOptions(cluster, settings), {
    ...serverUser,
    cwd: cluster.data,
    env: serverEnvironment,
    stdio: ["ignore", output, output],
    detached: true,
  });
  fs.closeSync(output);
  child.unref();
  let gone = false;
  child.once("exit", () => (gone = true));
  child.once("error", () => (gone = true));
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!gone && Date.now() < deadline) {
    if ((await probe(cluster, settings)) === "ours" && postmasterPid(cluster) === child.pid) {
      return { running: true, log: "" };
    }
    await sleep(30);
  }
  if (!gone) child.kill("SIGQUIT");
  return { running: false, log: fs.readFileSync(cluster.log, "utf8").slice(logStart).slice(-4000) };
}

function serverOptions(cluster: Cluster, { port }: Settings): string[] {
  const options = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    cluster_name: clusterName(cluster),
    max_connections: 200,
    timezone: "UTC",
    log_timezone: "UTC",
    shared_buffers: "256MB",
    max_wal_size: "2GB",
    log_checkpoints: "off",
    // Below this level the server would log failed statements with rows, and erased personal data would stay in its log.
    log_min_messages: "log",
  };
  const flags = Object.entries(options).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return ["-D", dataPath(cluster), "-p", String(port), ...flags];
}

async function stopServer(cluster: Cluster) {
  const pid = postmasterPid(cluster);
  if (pid === undefined) return;
  for (const signal of ["SIGINT", "SIGQUIT"] as const) {
    if (!isAlive(pid)) return;
    process.kill(pid, signal);
    const deadline = Date.now() + 30_000;
    while (Date.now() < deadline) {
      if (postmasterPid(cluster) !== pid || !isAlive(pid)) return;
      await sleep(20);
    }
  }
}

let calls = 0;

function register({ home }: Cluster, detached: boolean): () => void {
  if (detached) fs.writeFileSync(path.join(home, "users", "detached"), "");
  calls += 1;
  const file = path.join(home, "users", `${process.pid}-${calls}`);
  fs.writeFileSync(file, "");
  return () => fs.rmSync(file, { force: true });
}

function isUsed({ home }: Cluster): boolean {
  const names = fs.readdirSync(path.join(home, "users"));
  const dead = names.filter((name) => name !== "detached" && !isAlive(Number.parseInt(name, 10)));
  for (const name of dead) fs.rmSync(path.join(home, "users", name), { force: true });
  return names.length > dead.length;
}
