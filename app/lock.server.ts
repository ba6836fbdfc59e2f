// One at a time across all processes.
import pg from "pg";
import { env } from "./env.server.ts";

/** To reach the database; not to get the lock. */
const PATIENCE_MS = 10_000;

/**
 * Holds an advisory lock while work runs. The lock sits on a connection of its own: taken from the pool, those who wait
 * could hold every connection that the owner of the lock needs. It is a transaction's, so that a pooler in between may
 * share sessions; it goes when the process dies.
 */
export async function locked<T>(name: string, work: () => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: env.APP_DATABASE_URL, connectionTimeoutMillis: PATIENCE_MS });
  // A lost connection loses the lock; the work still has to guard what it writes.
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

const running = new Map<string, Promise<unknown>>();

/** Those within this process who ask for the same thing while it is under way share its outcome. */
export function underway<T>(key: string, work: () => Promise<T>): Promise<T> {
  const pending = (running.get(key) as Promise<T> | undefined) ?? work().finally(() => running.delete(key));
  running.set(key, pending);
  return pending;
}
