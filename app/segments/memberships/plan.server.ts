// Statistics lag behind a shop whose history was just read, and a plan made for an empty table takes minutes on a full one.
// So the shape of the plan follows from what we know: a batch probes indexes, a whole shop is joined as a whole.
import { setLocal, type Tx } from "../../db.server.ts";

const AVOIDED = {
  batch: ["enable_seqscan", "enable_hashjoin", "enable_mergejoin"],
  shop: ["enable_seqscan", "enable_nestloop"],
} as const;

/** The settings hold for the work and not for what the transaction does after it. */
export async function planned<T>(tx: Tx, kind: keyof typeof AVOIDED, work: () => Promise<T>): Promise<T> {
  const names = AVOIDED[kind];
  for (const name of names) await setLocal(tx, name, "off");
  const result = await work();
  for (const name of names) await setLocal(tx, name);
  return result;
}
