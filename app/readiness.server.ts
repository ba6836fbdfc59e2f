// The checks of /readyz: the database answers, is migrated and stores writes, and ENCRYPTION_KEY decrypts its secrets.
import fs from "node:fs";
import path from "node:path";
import type pg from "pg";
import { atDatabaseClose, directory, forShop, openPool, sql } from "./db.server.ts";
import { checkTombstoneKeys } from "./tombstone-key.server.ts";
import { log } from "./log.server.ts";
import { PROJECT } from "./project.server.ts";
import { checkSealed } from "./shopify/session-rows.server.ts";

type Check = { name: "database" | "migrations" | "secrets" | "writes"; ok: boolean; reason: string };
export type Readiness = { ready: boolean; checks: Check[] };
type Holds = () => Promise<boolean>;

const TIMEOUT_MS = 3000;
const MIGRATIONS = path.join(PROJECT, "prisma", "migrations");
const AWAY = "the database does not answer";
const UNMIGRATED = "migrations are missing: run `npm run migrate -- deploy`";
const SEALED = "secrets in the database can't be decrypted: ENCRYPTION_KEY is not the key that encrypted them";
const OTHER_VERSION = "the database has the tables of another version of the app: start that version";
/** https://www.postgresql.org/docs/18/errcodes-appendix.html */
const UNWRITTEN: Record<string, string> = {
  "53100": "the database's disk is full: free some space",
  "25006": "the database accepts no writes: it is a standby or read-only",
};

let own: pg.Pool | undefined;

/** A pool of its own with one connection: a process whose pool is busy is still ready. */
function ownPool(): pg.Pool {
  own ??= openPool(1, TIMEOUT_MS, { query_timeout: TIMEOUT_MS });
  return own;
}

atDatabaseClose(async () => {
  const ending = own;
  own = undefined;
  await ending?.end();
});

let underWay: Promise<Readiness> | undefined;

/** Callers at the same time share one answer. */
export function readiness(): Promise<Readiness> {
  underWay ??= look().finally(() => (underWay = undefined));
  return underWay;
}

async function look(): Promise<Readiness> {
  const database = await check("database", answers, () => AWAY);
  const rest: [Check["name"], Holds, (code: string) => string][] = [
    ["migrations", migrated, () => UNMIGRATED],
    ["secrets", secretsOpen, (code) => (code.startsWith("42") ? OTHER_VERSION : SEALED)],
    ["writes", writes, (code) => UNWRITTEN[code] ?? `the database stores nothing (${code || "no answer"})`],
  ];
  const checks = database.ok
    ? await Promise.all(rest.map((each) => check(...each)))
    : // The other checks cannot be made without the database.
      rest.map(([name]) => ({ name, ok: false, reason: `not known: ${AWAY}` }));
  return { ready: [database, ...checks].every(({ ok }) => ok), checks: [database, ...checks] };
}

async function check(name: Check["name"], holds: Holds, reasonFor: (code: string) => string): Promise<Check> {
  const late = new Promise<"late">((resolve) => setTimeout(resolve, TIMEOUT_MS, "late").unref());
  try {
    const ok = await Promise.race([holds(), late]);
    if (ok === true) return { name, ok, reason: "" };
    return { name, ok: false, reason: ok === "late" ? `not known: ${AWAY} in time` : reasonFor("") };
  } catch (error) {
    log.warn({ err: error, check: name }, "not ready");
    const { code = "" } = error as { code?: string };
    return { name, ok: false, reason: isAway(code) && name !== "database" ? `not known: ${AWAY}` : reasonFor(code) };
  }
}

/** True of error codes of connections and of a server that starts or stops. */
const isAway = (code: string) => /^(?:E[A-Z]+|08\w{3}|57P0[1-3]|53300)$/.test(code);

/**
 * Writes a page of a temporary table and a record of the write-ahead log, which need room on the disk and free it again. The three
 * statements of one query are one transaction.
 */
async function writes(): Promise<boolean> {
  await ownPool().query(`
    create temporary table if not exists readiness (filler text) on commit delete rows;
    insert into pg_temp.readiness values (repeat('x', 4000));
    select pg_logical_emit_message(true, 'regulars', 'readiness')`);
  return true;
}

async function answers(): Promise<boolean> {
  const rows = await directory<{ one: number }>(sql`select 1 as one`, ownPool);
  return rows.length === 1;
}

/** Throws an Error with a sentence if a migration is missing. */
export async function assertMigrated(): Promise<void> {
  if (!(await migrated())) throw new Error("Migrations are missing: run `npm run migrate -- deploy`.");
}

async function migrated(): Promise<boolean> {
  const wanted = fs.readdirSync(MIGRATIONS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const applied = await directory<{ name: string }>(
    sql`select migration_name as name from _prisma_migrations where finished_at is not null and rolled_back_at is null`,
    ownPool,
  );
  const names = new Set(applied.map(({ name }) => name));
  return wanted.every(({ name }) => names.has(name));
}

/** Checks the newest shop alone: all shops' secrets are encrypted with the same key. */
async function secretsOpen(): Promise<boolean> {
  const [shop] = await directory<{ id: string }>(
    sql`select id from shop where installed_at is not null and uninstalled_at is null order by installed_at desc limit 1`,
    ownPool,
  );
  if (shop) {
    const own = forShop(shop.id, ownPool);
    await checkSealed(shop.id, own);
    await checkTombstoneKeys(shop.id, own);
  }
  return true;
}
