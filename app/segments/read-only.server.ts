// Statements that write nothing, and run no longer than a person waits.
import { type Sql, sql } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";
import { planned } from "./plan.server.ts";

const QUERY_CANCELED = "57014";

/** Rows of each statement, all of one moment; null where it took longer than `patience` (ms; 0 for any time). */
export async function readOnly<Row>(shop: Shop, patience: number, statements: Sql[]): Promise<Row[][] | null> {
  try {
    return await shop.db.tx(async (tx) => {
      await tx.run(sql`set transaction read only`);
      // What a whole shop is joined by stays in memory: a million customers take 50 MB.
      await tx.rows(
        sql`select set_config('statement_timeout', ${String(patience)}, true), set_config('work_mem', '64MB', true)`,
      );
      return planned(tx, "shop", async () => {
        const results: Row[][] = [];
        for (const statement of statements) results.push(await tx.rows<Row>(statement));
        return results;
      });
    });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === QUERY_CANCELED) return null;
    throw error;
  }
}
