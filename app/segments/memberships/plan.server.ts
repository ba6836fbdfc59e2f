// Decides the shape of PostgreSQL's plans. Statistics lag behind a shop whose history was just read, and a plan made for an empty
// table takes minutes on a full one. A batch is looked up in indexes; a whole shop is joined by hash or merge joins.
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
