import { sql } from "../db.server.ts";

/** True of a customer `c` who is neither deleted nor merged into another customer. */
export const livingCustomer = sql`(c.deleted_at is null and c.merged_into is null)`;
