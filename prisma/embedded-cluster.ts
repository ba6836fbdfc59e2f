// The folder of an embedded server:
//   server.json  port and password, made once       data/       PostgreSQL's data
//   users/       one file per process that uses it  server.log
import { spawnSync } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { serverEnvironment, serverUser } from "./embedded-binaries.ts";

export interface Cluster {
  home: string;
  data: string;
  log: string;
}

export interface Settings {
  port: number;
  password: string;
}

export const DATABASE = "regulars";

export function openCluster(dataDir: string): Cluster {
  const home = path.resolve(dataDir);
  try {
    fs.mkdirSync(path.join(home, "users"), { recursive: true });
    fs.accessSync(path.join(home, "users"), fs.constants.R_OK | fs.constants.W_OK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EACCES") throw error;
    throw new Error(`${home} belongs to another user. Run this as that user, or remove the folder to begin anew.`);
  }
  return { home, data: path.join(home, "data"), log: path.join(home, "server.log") };
}

/** Has a password, which only the folder's owner can read, because every local user can reach a port on loopback. */
export async function readSettings({ home, data }: Cluster): Promise<Settings> {
  const file = path.join(home, "server.json");
  if (!fs.existsSync(file)) {
    if (fs.existsSync(data))
      throw new Error(`${file} is lost, and the password with it. Remove ${home} to begin anew.`);
    const draft = `${file}-${process.pid}`;
    writePrivately(draft, { port: await freePort(), password: randomBytes(18).toString("base64url") });
    try {
      // link() refuses an existing name: of two processes that begin at once, one makes the file and both read it.
      fs.linkSync(draft, file);
    } catch (error) {
      if (!fs.existsSync(file)) throw error;
    }
    fs.rmSync(draft);
  }
  return JSON.parse(fs.readFileSync(file, "utf8")) as Settings;
}

/** Chooses another port, when another program has taken the port while the server was down. */
export async function changePort({ home }: Cluster, settings: Settings) {
  const file = path.join(home, "server.json");
  const draft = `${file}-${process.pid}`;
  writePrivately(draft, { ...settings, port: await freePort() });
  fs.renameSync(draft, file);
}

function writePrivately(file: string, settings: Settings) {
  fs.writeFileSync(file, JSON.stringify(settings), { mode: 0o600, flush: true });
}

/** Chooses below the range of ephemeral ports, so that no outgoing connection has the port when the server starts again. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    const probe = net.createServer();
    const free = await new Promise<boolean>((resolve) => {
      probe.once("error", () => resolve(false));
      probe.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
}

/**
 * The path by which the server finds its data. Root's server runs as another user, who may not enter the parent folders. So the
 * server is started with the data folder as its working directory, and /proc/self/cwd names that folder directly.
 */
export function dataPath({ data }: Cluster): string {
  return serverUser.uid !== undefined && process.platform === "linux" ? "/proc/self/cwd" : data;
}

/** Makes the data folder under another name and renames it when complete: a half-made data folder is never used. */
export function createData(cluster: Cluster, binaries: string, { password }: Settings) {
  if (fs.existsSync(cluster.data)) return;
  removeDrafts(cluster);
  const draft = `${cluster.data}-${process.pid}`;
  fs.mkdirSync(draft, { mode: 0o700 });
  if (serverUser.uid !== undefined) fs.chownSync(draft, serverUser.uid, serverUser.gid ?? serverUser.uid);
  const at = dataPath({ ...cluster, data: draft });
  const run = (program: string, options: string[], input = "") => {
    const result = spawnSync(path.join(binaries, program), options, {
      ...serverUser,
      cwd: draft,
      env: serverEnvironment,
      input,
      encoding: "utf8",
    });
    if (result.status === 0) return;
    // A half-made folder would keep the disk full.
    fs.rmSync(draft, { recursive: true, force: true });
    throw new Error(`${program} failed: ${result.stderr || result.error}${mend(result.stderr)}`);
  };
  // The builtin locale sorts and folds case alike on every system.
  const locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8"];
  run("initdb", ["-D", at, "-U", "postgres", "--auth=trust", ...locale]);
  run(
    "postgres",
    ["--single", "-D", at, "postgres"],
    `ALTER ROLE postgres PASSWORD '${password}';\nCREATE DATABASE ${DATABASE};\n`,
  );
  fs.writeFileSync(path.join(draft, "pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n", { flush: true });
  try {
    fs.renameSync(draft, cluster.data);
  } catch (error) {
    fs.rmSync(draft, { recursive: true, force: true });
    if (!fs.existsSync(cluster.data)) throw error;
  }
}

const mend = (message: string) =>
  /No space left/.test(message)
    ? "The disk is full: make room."
    : /user does not exist/.test(message)
      ? "Give this user an entry in /etc/passwd, or set DATABASE_URL to a PostgreSQL server of yours (15 or newer)."
      : "";

function removeDrafts({ home }: Cluster) {
  for (const name of fs.readdirSync(home)) {
    const pid = Number(/^data-(\d+)$/.exec(name)?.[1]);
    if (pid && (pid === process.pid || !isAlive(pid)))
      fs.rmSync(path.join(home, name), { recursive: true, force: true });
  }
}

/** The identifier in the first bytes of PostgreSQL's control file, which differs from that of any other server on the port. */
export function systemIdentifier({ data }: Cluster): string | undefined {
  try {
    return fs
      .readFileSync(path.join(data, "global", "pg_control"))
      .readBigUInt64LE(0)
      .toString();
  } catch {
    return undefined;
  }
}

export function postmasterPid({ data }: Cluster): number | undefined {
  try {
    return Number.parseInt(fs.readFileSync(path.join(data, "postmaster.pid"), "utf8"), 10) || undefined;
  } catch {
    return undefined;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Removes a stale postmaster.pid: after a restart of the machine or container, its pid may be another program's. */
export function removeStalePid(cluster: Cluster) {
  const pid = postmasterPid(cluster);
  if (pid === undefined || (isAlive(pid) && isPostmasterOf(cluster, pid))) return;
  fs.rmSync(path.join(cluster.data, "postmaster.pid"), { force: true });
}

function isPostmasterOf(cluster: Cluster, pid: number): boolean {
  const name = clusterName(cluster);
  if (process.platform !== "linux") {
    return spawnSync("ps", ["-p", String(pid), "-o", "args="], { encoding: "utf8" }).stdout.includes(name);
  }
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(name);
  } catch {
    return false;
  }
}

/** Is on the server's command line, so that its process can be distinguished from any other. */
export const clusterName = (cluster: Cluster) => `regulars-${systemIdentifier(cluster) ?? "new"}`;
