// Who names a person outside of the apply lock shares this lock before looking the person up. A redaction and a merge take the lock
// alone, so that they find every row that names the person, and later rows name who the person is then.
import type { Tx } from "../../../db.server.ts";
import { lockUntilCommit, shareUntilCommit } from "../../../lock.server.ts";

const nameOf = (shopId: string): string => `people ${shopId}`;

export const sharePeople = (tx: Tx, shopId: string): Promise<void> => shareUntilCommit(tx, nameOf(shopId));

/** Waits for the transactions that share the lock. */
export const lockPeople = (tx: Tx, shopId: string): Promise<void> => lockUntilCommit(tx, nameOf(shopId));
