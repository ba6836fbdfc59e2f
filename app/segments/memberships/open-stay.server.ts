import { sql } from "../../db.server.ts";

/** Whether the stay `m` goes on: its customer is in the segment now. */
export const openStay = sql`m.left_at is null`;
