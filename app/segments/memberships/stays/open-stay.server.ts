import { sql } from "../../../db.server.ts";

/** Whether the stay `m` is open: the customer is a member now. */
export const openStay = sql`m.left_at is null`;
