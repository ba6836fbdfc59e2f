// When a stay in a segment is open. Segments write the stays, customers show them, and customers may not import segments.
import { type Sql, sql } from "../db.server.ts";

/** True of an open stay: the customer is a member now. `stay`: an alias of the table membership. */
export const openStayOf = (stay: Sql): Sql => sql`${stay}.left_at is null`;

/** True of an open stay `m`. */
export const openStay = openStayOf(sql`m`);
