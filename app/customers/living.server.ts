import { sql, type Sql } from "../db.server.ts";
import type { Instant } from "../instant.ts";

/** True of a customer `c` who is neither deleted nor merged into another customer. */
export const livingCustomer = sql`(c.deleted_at is null and c.merged_into is null)`;

/**
 * True of a customer `c` who was not deleted by the moment. False for a merged customer: the orders that the customer had then
 * are not known.
 */
export const livingCustomerAt = (at: Instant): Sql =>
  sql`((c.deleted_at is null or c.deleted_at > ${at}::timestamptz) and c.merged_into is null)`;
