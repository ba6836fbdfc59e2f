// Read-only statements over a whole shop, with a time limit.
import type { Tx } from "../db.server.ts";
import { readWithin } from "../timed-read.server.ts";
import type { Shop } from "../shop.server.ts";
import { planned } from "./memberships/plan.server.ts";

/** Runs `work` in one transaction. Null where the transaction took longer than `timeoutMs`; 0 is no limit. */
export const readOnly = <T>(
  shop: Shop,
  timeoutMs: number,
  work: (tx: Tx) => Promise<T>,
  signal?: AbortSignal,
): Promise<T | null> =>
  readWithin(shop, { timeoutMs, what: "preview", ...(signal ? { signal } : {}) }, (tx) =>
    planned(tx, "shop", () => work(tx)),
  );
