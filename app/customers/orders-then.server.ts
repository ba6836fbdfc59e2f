// Orders and line items at a past moment, as far as the stored rows show them. Test orders never count. An order that was deleted
// after the moment counts.
import { sql, type Sql } from "../db.server.ts";
import type { Instant } from "../instant.ts";

const wasThere = (at: Instant): Sql => sql`not o.test and o.ordered_at <= ${at}::timestamptz
  and (o.deleted_at is null or o.deleted_at > ${at}::timestamptz)`;

/** True of an order `o` that was not edited after the moment, as far as its stored version shows. */
const unchangedSince = (at: Instant): Sql => sql`(o.updated_at is null or o.updated_at <= ${at}::timestamptz)`;

/** The orders that existed at the moment, as a table for FROM. */
export const ordersAt = (at: Instant): Sql => sql`(select o.* from shop_order o where ${wasThere(at)})`;

/** The line items of the orders that were not edited after the moment, as a table for FROM. */
export const linesAt = (at: Instant): Sql => sql`(
  select l.shop_id, l.order_id, l.id, l.customer_id, l.product_id, l.quantity - l.removed as quantity, l.ordered_at
  from line_item l join shop_order o on o.shop_id = l.shop_id and o.id = l.order_id
  where (l.removed = 0 or l.removed < l.quantity) and ${wasThere(at)} and ${unchangedSince(at)})`;

/** The orders that may have been edited after the moment, so that their line items then are not known. A table for FROM. */
export const ordersOfUnknownLines = (at: Instant): Sql =>
  sql`(select o.* from shop_order o where ${wasThere(at)} and not ${unchangedSince(at)})`;
