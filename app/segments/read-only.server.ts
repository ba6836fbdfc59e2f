// Statements over a whole shop that write nothing, and run no longer than a person waits.
import type { Sql } from "../db.server.ts";
import { readWithin } from "../patience.server.ts";
import type { Shop } from "../shop.server.ts";
import { planned } from "./memberships/plan.server.ts";

/** Rows of each statement, all of one transaction; null where it took longer than `limitMs` (0 for any time). */
export const readOnly = <Row>(
  shop: Shop,
  limitMs: number,
  statements: Sql[],
  signal?: AbortSignal,
): Promise<Row[][] | null> =>
  readWithin(shop, { limitMs, what: "preview", ...(signal ? { signal } : {}) }, (tx) =>
    planned(tx, "shop", async () => {
      const results: Row[][] = [];
      for (const statement of statements) results.push(await tx.rows<Row>(statement));
      return results;
    }),
  );
