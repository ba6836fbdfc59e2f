// Locks: `locked` across all processes, `underway` within one process.
import { setTimeout } from "node:timers/promises";
import pg from "pg";
import { sql, trusted, type Tx } from "./db.server.ts";
import { env } from "./env.server.ts";

/** For connecting to the database; waiting for the lock has no limit. */
const TIMEOUT_MS = 10_000;

/**
 * Holds an advisory lock while `work` runs. The lock has a connection of its own: waiters on the pool's connections could take all
 * connections that the lock's owner needs. The lock belongs to a transaction, because a pooler may share sessions. It is released
 * when the process dies.
 */
export async function locked<T>(name: string, work: () => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: env.APP_DATABASE_URL, connectionTimeoutMillis: TIMEOUT_MS });
  // A lost connection loses the lock while `work` runs on: `work` must guard its own writes.
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.query("BEGIN");
    await client.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [name]);
    return await work();
  } finally {
    await client.end();
  }
}

/** Waits for an advisory lock and holds it until the transaction ends. */
export async function lockUntilCommit(tx: Tx, name: string): Promise<void> {
  await tx.rows(sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))::text`);
}

/** Like `lockUntilCommit`, but holders that share the lock do not wait for each other. */
export async function shareUntilCommit(tx: Tx, name: string): Promise<void> {
  await tx.rows(sql`select pg_advisory_xact_lock_shared(hashtextextended(${name}, 0))::text`);
}

/**
 * Milliseconds: how long a try waits, how long others may take the lock between tries, and all tries together. Measured on two cores: a
 * plugin writes 5,000 records in 300 and 20,000 in 1000, and a try must be longer than such a write. Beside writes of 600 that overlap
 * without a gap, the lock is taken after 500. Beside one long write, an answer waits 320 on average and 1000 at most; with a pause of
 * 50 it waits 770 on average.
 */
const TRY_MS = 1000;
const PAUSE_MS = 250;
const TRIES_MS = 60_000;
/** https://www.postgresql.org/docs/18/errcodes-appendix.html */
const LOCK_NOT_AVAILABLE = "55P03";

/** True of PostgreSQL's lock_timeout. */
export const isLockTimeout = (error: unknown): boolean => (error as { code?: string }).code === LOCK_NOT_AVAILABLE;

/**
 * Like `lockUntilCommit`, but while a transaction shares the lock for long, others can share it too: who asks to share a lock
 * waits behind who waits to have it alone, so each try ends. A try sees transactions end that are shorter than the try. After
 * `TRIES_MS` it waits as `lockUntilCommit` does.
 */
export async function lockBetweenSharers(tx: Tx, name: string): Promise<void> {
  for (let left = TRIES_MS; left > 0; left -= TRY_MS + PAUSE_MS) {
    await tx.run(trusted(`savepoint lock_try; set local lock_timeout = ${TRY_MS}`));
    try {
      await lockUntilCommit(tx, name);
      await tx.run(trusted("set local lock_timeout to default; release savepoint lock_try"));
      return;
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      await tx.run(trusted("rollback to savepoint lock_try; release savepoint lock_try"));
      await setTimeout(PAUSE_MS);
    }
  }
  await lockUntilCommit(tx, name);
}

const running = new Map<string, Promise<unknown>>();

/** Callers in this process that use the same key while `work` is under way share one run and its result. */
export function underway<T>(key: string, work: () => Promise<T>): Promise<T> {
  const pending = (running.get(key) as Promise<T> | undefined) ?? work().finally(() => running.delete(key));
  running.set(key, pending);
  return pending;
}
