import { sql } from "../db.server.ts";

/** Whether the customer `c` is neither deleted nor merged into another. */
export const livingCustomer = sql`(c.deleted_at is null and c.merged_into is null)`;
