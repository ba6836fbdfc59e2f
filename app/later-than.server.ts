import { sql, type Sql } from "./db.server.ts";

/** `now`, or one millisecond after `stored` if that is later, so that each change has a later time than the change before. */
export const laterThan = (stored: Sql, now: Sql): Sql =>
  sql`greatest(${now}, (${stored} at time zone 'UTC' + interval '1 ms') at time zone 'UTC')`;
