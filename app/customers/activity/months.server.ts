import { directory, sql } from "../../db.server.ts";

/**
 * Makes the partitions of the next months, and drops the oldest. The database's clock decides which. A clock that jumps ahead by
 * months drops months that are still young, and nothing brings their rows back: a guard by the newest row would keep what is
 * too old for as long as a storefront is quiet.
 */
export async function keepMonths(): Promise<void> {
  await directory<object>(sql`select keep_activity()::text`);
}
