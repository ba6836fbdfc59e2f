// Reading on a person's behalf: nothing is written, and no statement runs longer than the person waits.
import { sql, type Tx } from "./db.server.ts";
import type { Shop } from "./shop.server.ts";

/** A statement that took longer than its limit. https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const isOverTime = (error: unknown): boolean => (error as { code?: string }).code === "57014";

/** All of one transaction; null where a statement took longer than `patience` (ms; 0 for any time). */
export async function readWithin<T>(shop: Shop, patience: number, work: (tx: Tx) => Promise<T>): Promise<T | null> {
  try {
    return await shop.db.tx(async (tx) => {
      await tx.run(sql`set transaction read only`);
      // What a whole shop is joined by stays in memory: a million customers take 50 MB.
      await tx.rows(
        sql`select set_config('statement_timeout', ${String(patience)}, true), set_config('work_mem', '64MB', true)`,
      );
      return work(tx);
    });
  } catch (error) {
    if (isOverTime(error)) return null;
    throw error;
  }
}
