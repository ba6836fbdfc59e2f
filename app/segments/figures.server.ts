// What the worker found of a segment, beside the segment `s` itself.
import { sql } from "../db.server.ts";

/** The figures `f` of the query as it is now; those of an earlier wording are left out. */
export const figures = sql`
  left join segment_figures f on f.shop_id = s.shop_id and f.segment_id = s.id and f.version = s.query_version`;

/** How many are in it now, whichever wording of the query they fit. */
export const memberCount = sql`
  coalesce((select held.member_count from segment_figures held where held.shop_id = s.shop_id and held.segment_id = s.id), 0)`;
