// Read-only transactions with a limit of time, for queries that a merchant waits for. They have connections of their own, two at a
// time for each shop, so that one merchant's slow queries delay no page and no other shop.
import { openBounded } from "./bounded-db.server.ts";
import { setLocal, sql, type Tx } from "./db.server.ts";
import { env } from "./env.server.ts";
import type { Shop } from "./shop.server.ts";
import { NoAnswer } from "./time-limit.ts";

const CONNECTIONS = 6;
const AT_ONCE = 2;

const database = openBounded({ connections: Math.min(CONNECTIONS, env.DATABASE_POOL), each: AT_ONCE });

/** True of PostgreSQL's statement_timeout. https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const isOverTime = (error: unknown): boolean => (error as { code?: string }).code === "57014";

export type TimedRead = {
  /** For the whole transaction with its wait for a connection. 0: no limit. */
  timeoutMs: number;
  /** The kind of read. Each kind has its own turns: a list does not wait for previews. */
  what: "list" | "preview";
  /** Ends the transaction early, when nobody waits for it any more. */
  signal?: AbortSignal;
};

/** Runs `work` in one transaction. Null: the transaction took too long, or the signal ended it. */
export async function readWithin<T>(
  shop: Shop,
  { timeoutMs, what, signal }: TimedRead,
  work: (tx: Tx) => Promise<T>,
): Promise<T | null> {
  const read = async (tx: Tx) => {
    // A hash join over a whole shop stays in memory: a million customers take 50 MB.
    await setLocal(tx, "work_mem", "64MB");
    return work(tx);
  };
  if (timeoutMs === 0) {
    return shop.db.tx(async (tx) => {
      await tx.run(sql`set transaction read only`);
      return read(tx);
    });
  }
  const asked = {
    shopId: shop.id,
    key: `${shop.id} ${what}`,
    bounds: { whole: timeoutMs, idle: timeoutMs },
    begin: "SET TRANSACTION READ ONLY",
    ...(signal ? { signal } : {}),
  };
  try {
    return await database.tx(asked, read);
  } catch (error) {
    if (isOverTime(error) || error instanceof NoAnswer || signal?.aborted) return null;
    throw error;
  }
}
