import { directory, sql } from "../../db.server.ts";

/**
 * Makes the partitions of the next months and drops the oldest. The database's clock decides which. If that clock jumps ahead by
 * months, months that should be kept are dropped, and their rows are lost. A check against the newest row would prevent that, but
 * would keep outdated rows for as long as a storefront is quiet.
 */
export async function keepMonths(): Promise<void> {
  await directory<object>(sql`select keep_activity()::text`);
}
