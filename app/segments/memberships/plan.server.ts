// Sets how PostgreSQL plans a statement. Statistics lag behind after the history of a shop was read, and a plan made for an empty
// table takes minutes on a full table. For a batch, indexes are used. For a whole shop, hash and merge joins are used.
import { setLocal, type Tx } from "../../db.server.ts";

const AVOIDED = {
  batch: ["enable_seqscan", "enable_hashjoin", "enable_mergejoin"],
  shop: ["enable_seqscan", "enable_nestloop"],
} as const;

/** The settings apply to `work` only, not to later statements of the transaction. */
export async function planned<T>(tx: Tx, kind: keyof typeof AVOIDED, work: () => Promise<T>): Promise<T> {
  const names = AVOIDED[kind];
  for (const name of names) await setLocal(tx, name, "off");
  const result = await work();
  for (const name of names) await setLocal(tx, name);
  return result;
}
