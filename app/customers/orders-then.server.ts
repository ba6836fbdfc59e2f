// Orders and lines as they were at a past moment, as far as the stored rows tell. Tests never count. An order that was deleted later
// was there.
import { sql, type Sql } from "../db.server.ts";
import type { Instant } from "../instant.ts";

const wasThere = (at: Instant): Sql => sql`not o.test and o.ordered_at <= ${at}::timestamptz
  and (o.deleted_at is null or o.deleted_at > ${at}::timestamptz)`;

/** True of an order `o` that no version after the moment may have edited. */
const unchangedSince = (at: Instant): Sql => sql`(o.updated_at is null or o.updated_at <= ${at}::timestamptz)`;

/** The table of the orders that there were, to stand in FROM. */
export const ordersAt = (at: Instant): Sql => sql`(select o.* from shop_order o where ${wasThere(at)})`;

/** The table of the lines of the orders that have not changed since, to stand in FROM. */
export const linesAt = (at: Instant): Sql => sql`(
  select l.shop_id, l.order_id, l.id, l.customer_id, l.product_id, l.quantity - l.removed as quantity, l.ordered_at
  from line_item l join shop_order o on o.shop_id = l.shop_id and o.id = l.order_id
  where (l.removed = 0 or l.removed < l.quantity) and ${wasThere(at)} and ${unchangedSince(at)})`;

/** The table of the orders whose lines of then are not known, since an edit may have changed the order. To stand in FROM. */
export const ordersOfUnknownLines = (at: Instant): Sql =>
  sql`(select o.* from shop_order o where ${wasThere(at)} and not ${unchangedSince(at)})`;
