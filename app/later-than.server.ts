import { sql, type Sql } from "./db.server.ts";

/** `now`, or one millisecond after what is stored: within a millisecond, and by a clock that is behind, a change has a time of its own. */
export const laterThan = (stored: Sql, now: Sql): Sql =>
  sql`greatest(${now}, (${stored} at time zone 'UTC' + interval '1 ms') at time zone 'UTC')`;
