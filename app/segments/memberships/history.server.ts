// What the stays tell of the past: who was in a segment at a moment, and how its size moved.
import { empty, sql } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";

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

const DAY = 86_400_000;

/** Per segment the members who joined less those who left, on each of the last days (of 24 hours), oldest first. */
export async function netChanges(
  shop: Shop,
  { days = 30, segment = null }: { days?: number; segment?: string | null } = {},
): Promise<Map<string, number[]>> {
  const since = new Date(shop.now().getTime() - days * DAY).toISOString();
  const of = segment === null ? empty : sql`and segment_id = ${segment}`;
  const rows = await shop.db.tx((tx) =>
    tx.rows<{ segment: string; day: number; net: number }>(sql`
      select moved.segment, least(${days - 1}::int, floor(extract(epoch from moved.at - ${since}::timestamptz) / 86400)::int) as day,
        sum(moved.by)::int as net
      from (
        select segment_id as segment, entered_at as at, 1 as by from membership
        where shop_id = ${shop.id} and entered_at > ${since}::timestamptz ${of}
        union all
        select segment_id, left_at, -1 from membership
        where shop_id = ${shop.id} and left_at > ${since}::timestamptz ${of}
      ) moved
      group by 1, 2`),
  );
  const changes = new Map<string, number[]>();
  for (const { segment, day, net } of rows) {
    const nets = changes.get(segment) ?? Array.from({ length: days }, () => 0);
    nets[day] = net;
    changes.set(segment, nets);
  }
  return changes;
}
