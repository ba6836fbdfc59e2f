// Isolates the rows that the database refuses, so that the rest of the transaction is kept.
import { sql, trusted, type Tx } from "../../db.server.ts";
import type { Fault } from "./held-up.ts";

/** A row that was refused this many times is held up. */
export const TRIES = 5;
/** Rows cause data exceptions, broken constraints and exceeded limits. The server causes other errors, which are temporary. */
const isRefusal = (error: unknown) => /^(22|23|54)/.test((error as { code?: string }).code ?? "");

/** Runs `work` in a savepoint. `refused` is the error of the rows, after which nothing of `work` is kept. Throws other errors. */
export async function unlessRefused<T>(tx: Tx, work: () => Promise<T>): Promise<{ value: T } | { refused: unknown }> {
  await tx.run(sql`savepoint unless_refused`);
  const before = tx.beforeCommit.length;
  try {
    const value = await work();
    await tx.run(sql`release savepoint unless_refused`);
    return { value };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    tx.beforeCommit.length = before;
    await tx.run(trusted(`rollback to savepoint unless_refused; release savepoint unless_refused`));
    return { refused: error };
  }
}

/** A refused row is tried again, and is held up after TRIES attempts. */
export function noteRefused(
  { seq, attempts }: { seq: string; attempts: number },
  outcome: { refused: Set<string>; poison: Map<string, Fault> },
): void {
  if (attempts + 1 < TRIES) outcome.refused.add(seq);
  else outcome.poison.set(seq, { key: "sync.poison.reason.failed", parameters: {} });
}
