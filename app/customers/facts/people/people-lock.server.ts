// The people lock of a shop. A transaction that writes a row about a person without the apply lock shares this lock before it
// reads the person. A redaction and a merge take the lock alone: they find every row that was written before, and later
// transactions read the person as the redaction or the merge left the person.
import type { Tx } from "../../../db.server.ts";
import { lockBetweenSharers, shareUntilCommit } from "../../../lock.server.ts";

const nameOf = (shopId: string): string => `people ${shopId}`;

export const sharePeople = (tx: Tx, shopId: string): Promise<void> => shareUntilCommit(tx, nameOf(shopId));

/** Waits for the transactions that share the lock. A plugin may write for long: a shopper's answer is stored meanwhile. */
export const lockPeople = (tx: Tx, shopId: string): Promise<void> => lockBetweenSharers(tx, nameOf(shopId));
