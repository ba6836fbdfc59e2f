import { sql } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";

export type SegmentName = { id: string; name: string };

/** The merchant's own segments, for a choice in a form. */
export const segmentNames = (shop: Shop): Promise<SegmentName[]> =>
  shop.db.tx((tx) =>
    tx.rows<SegmentName>(
      sql`select id, name from segment where shop_id = ${shop.id} and archived_at is null and origin = 'merchant' order by name`,
    ),
  );
