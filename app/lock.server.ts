// Locks: `locked` across all processes, `underway` within one process.
import pg from "pg";
import { sql, type Tx } from "./db.server.ts";
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

const running = new Map<string, Promise<unknown>>();

/** Callers in this process that use the same key while `work` is under way share one run and its result. */
export function underway<T>(key: string, work: () => Promise<T>): Promise<T> {
  const pending = (running.get(key) as Promise<T> | undefined) ?? work().finally(() => running.delete(key));
  running.set(key, pending);
  return pending;
}
