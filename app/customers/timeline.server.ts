import { empty, sql } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";

export type TimelineEntry = { id: string; kind: string; at: string; source: string; data: Record<string, unknown> };

/** Newest first, a page at a time; `before` is the id of the last entry of the page before. */
export async function readTimeline(
  shop: Shop,
  customerId: string,
  before: string | null,
  limit = 50,
): Promise<TimelineEntry[]> {
  const after = before
    ? sql`and (at, id) < (select at, id from event where shop_id = ${shop.id} and id = ${before})`
    : empty;
  return shop.db.tx((tx) =>
    tx.rows<TimelineEntry>(sql`
      select id, kind, at, source, data from event
      where shop_id = ${shop.id} and customer_id = ${customerId} ${after}
      order by at desc, id desc limit ${limit}`),
  );
}
