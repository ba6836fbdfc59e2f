// SQL fragments that join a segment `s` with the worker's results.
import { sql } from "../db.server.ts";

/** Joins the figures `f` of the present query. Figures of an earlier version of the query are left out. */
export const figures = sql`
  left join segment_figures f on f.shop_id = s.shop_id and f.segment_id = s.id and f.version = s.query_version`;

/** The number of members now, also where they match only an earlier version of the query. */
export const memberCount = sql`
  coalesce((select held.member_count from segment_figures held where held.shop_id = s.shop_id and held.segment_id = s.id), 0)`;
