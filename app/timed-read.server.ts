// Reading on a person's behalf: nothing is written, and the whole of it takes no longer than the person waits. It has
// connections of its own, two at a time of each shop: one merchant's slow queries keep no page and no other shop waiting.
import { openBounded } from "./bounded-db.server.ts";
import { setLocal, sql, type Tx } from "./db.server.ts";
import { env } from "./env.server.ts";
import type { Shop } from "./shop.server.ts";
import { NoAnswer } from "./time-limit.ts";

const CONNECTIONS = 6;
const AT_ONCE = 2;

const database = openBounded({ connections: Math.min(CONNECTIONS, env.DATABASE_POOL), each: AT_ONCE });

/** A statement that took longer than its limit. https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const isOverTime = (error: unknown): boolean => (error as { code?: string }).code === "57014";

export type TimedRead = {
  /** Milliseconds for all of it, the wait for a turn included; 0 for any time. */
  timeoutMs: number;
  /** What is read: a list does not wait for previews. */
  what: "list" | "preview";
  /** Ends it sooner: nobody waits for it any more. */
  signal?: AbortSignal;
};

/** All of one transaction; null where it was given up. */
export async function readWithin<T>(
  shop: Shop,
  { timeoutMs, what, signal }: TimedRead,
  work: (tx: Tx) => Promise<T>,
): Promise<T | null> {
  const read = async (tx: Tx) => {
    // What a whole shop is joined by stays in memory: a million customers take 50 MB.
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
