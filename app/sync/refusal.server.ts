// What the database refuses of a row is that row's fault: all else in the transaction stands.
import { sql, trusted, type Tx } from "../db.server.ts";
import type { Fault } from "./held-up.ts";

/** A row that was refused so often is held up. */
export const TRIES = 5;
/** Data exceptions, broken constraints and limits are about the rows; all else is about the server, and passes. */
const isRefusal = (error: unknown) => /^(22|23|54)/.test((error as { code?: string }).code ?? "");

/** In a savepoint. `refused`: nothing of the work stands. Throws what is about the server. */
export async function unlessRefused<T>(tx: Tx, work: () => Promise<T>): Promise<{ value: T } | { refused: unknown }> {
  await tx.run(sql`savepoint unless_refused`);
  try {
    const value = await work();
    await tx.run(sql`release savepoint unless_refused`);
    return { value };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await tx.run(trusted(`rollback to savepoint unless_refused; release savepoint unless_refused`));
    return { refused: error };
  }
}

/** A row that was refused is tried again, and held up when its tries are used up. */
export function noteRefused(
  { seq, attempts }: { seq: string; attempts: number },
  outcome: { refused: Set<string>; poison: Map<string, Fault> },
): void {
  if (attempts + 1 < TRIES) outcome.refused.add(seq);
  else outcome.poison.set(seq, { key: "sync.poison.reason.failed", parameters: {} });
}
