// What the stays tell of the past: who was in a segment at a moment, and how its size moved.
import { sql } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";

/** Ids of the customers who were in the segment at that instant. */
export async function membersAt(shop: Shop, segmentId: string, at: Date): Promise<string[]> {
  const rows = await shop.db.tx((tx) =>
    tx.rows<{ id: string }>(sql`
      select customer_id as id from membership
      where shop_id = ${shop.id} and segment_id = ${segmentId} and entered_at <= ${at.toISOString()}::timestamptz
        and (left_at is null or left_at > ${at.toISOString()}::timestamptz)
      order by customer_id`),
  );
  return rows.map(({ id }) => id);
}

const DAYS = 30;
const DAY = 86_400_000;

/** Per segment the members who joined less those who left, on each of the last 30 days (of 24 hours), oldest first. */
export async function netChanges(shop: Shop): Promise<Map<string, number[]>> {
  const since = new Date(shop.now().getTime() - DAYS * DAY).toISOString();
  const rows = await shop.db.tx((tx) =>
    tx.rows<{ segment: string; day: number; net: number }>(sql`
      select moved.segment, least(${DAYS - 1}::int, floor(extract(epoch from moved.at - ${since}::timestamptz) / 86400)::int) as day,
        sum(moved.by)::int as net
      from (
        select segment_id as segment, entered_at as at, 1 as by from membership
        where shop_id = ${shop.id} and entered_at > ${since}::timestamptz
        union all
        select segment_id, left_at, -1 from membership where shop_id = ${shop.id} and left_at > ${since}::timestamptz
      ) moved
      group by 1, 2`),
  );
  const changes = new Map<string, number[]>();
  for (const { segment, day, net } of rows) {
    const days = changes.get(segment) ?? Array.from({ length: DAYS }, () => 0);
    days[day] = net;
    changes.set(segment, days);
  }
  return changes;
}
