import { empty, sql } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";

export type TimelineEntry = { id: string; kind: string; at: string; source: string; data: Record<string, unknown> };

/** What happened, and the segments that she came into and left: those are kept as intervals. */
const entriesOf = (shop: Shop, customerId: string) => sql`
  select id, kind, at, source, data from event where shop_id = ${shop.id} and customer_id = ${customerId}
  union all
  select concat_ws(' ', moved.kind, m.segment_id, extract(epoch from moved.at)), moved.kind, moved.at, 'segments',
    jsonb_build_object('segment', s.name)
  from membership m
  join segment s on s.shop_id = m.shop_id and s.id = m.segment_id and s.origin = 'merchant'
  cross join lateral (values ('segment.entered', m.entered_at), ('segment.left', m.left_at)) moved (kind, at)
  where m.shop_id = ${shop.id} and m.customer_id = ${customerId} and moved.at is not null`;

/** Newest first, a page at a time; `before` is the id of the last entry of the page before. */
export async function readTimeline(
  shop: Shop,
  customerId: string,
  before: string | null,
  limit = 50,
): Promise<TimelineEntry[]> {
  const after = before ? sql`where (at, id) < (select at, id from entry where id = ${before})` : empty;
  return shop.db.tx((tx) =>
    tx.rows<TimelineEntry>(sql`
      with entry as (${entriesOf(shop, customerId)})
      select id, kind, at, source, data from entry ${after} order by at desc, id desc limit ${limit}`),
  );
}
