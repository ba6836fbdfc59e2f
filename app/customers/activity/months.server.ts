import { directory, sql } from "../../db.server.ts";

/** Makes the partitions of the next months, and drops the oldest. The database's clock decides which. */
export async function keepMonths(): Promise<void> {
  await directory<object>(sql`select keep_activity()::text`);
}
