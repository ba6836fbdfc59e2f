// Statements over a whole shop that write nothing, and run no longer than a person waits.
import type { Tx } from "../db.server.ts";
import { readWithin } from "../timed-read.server.ts";
import type { Shop } from "../shop.server.ts";
import { planned } from "./memberships/plan.server.ts";

/** All of one transaction; null where it took longer than `limitMs` (0 for any time). */
export const readOnly = <T>(
  shop: Shop,
  limitMs: number,
  work: (tx: Tx) => Promise<T>,
  signal?: AbortSignal,
): Promise<T | null> =>
  readWithin(shop, { timeoutMs: limitMs, what: "preview", ...(signal ? { signal } : {}) }, (tx) =>
    planned(tx, "shop", () => work(tx)),
  );
