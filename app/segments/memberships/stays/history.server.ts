// Reads a segment's past members and the changes of its member count from the stays.
import { openStay } from "../../../customers/open-stay.server.ts";
import { empty, sql, type Sql } from "../../../db.server.ts";
import type { Shop } from "../../../shop.server.ts";
import { figures } from "../../figures.server.ts";
import type { Instant } from "../../../instant.ts";

/** Ids of the customers who were in the segment at that instant. */
export async function membersAt(shop: Shop, segmentId: string, at: Instant): Promise<string[]> {
  const rows = await shop.db.tx((tx) =>
    tx.rows<{ id: string }>(sql`
      select m.customer_id as id from membership m
      where m.shop_id = ${shop.id} and m.segment_id = ${segmentId} and m.entered_at <= ${at.toISOString()}::timestamptz
        and (${openStay} or m.left_at > ${at.toISOString()}::timestamptz)
      order by m.customer_id`),
  );
  return rows.map(({ id }) => id);
}

const DAY = 86_400_000;

/**
 * `changes`: the customers who entered minus the customers who left on each of the last days (of 24 hours), oldest first, by the
 * date of the move. A move that is dated before the recording began, and was recorded after that, counts on the first day.
 * `since`: when the recording began, where that is within the requested days: `changes` then starts there. Null: the
 * recording covers all requested days.
 */
export type Growth = { changes: number[]; since: Instant | null };

/**
 * The instant from which a segment's moves count as growth: its present query was completely evaluated with the shop's zone and
 * currency, and the shop's history was read. Members who entered before were members all along. Null: not yet.
 */
const followed = (shop: Shop): Sql => sql`
  select s.id, case when not read.open then greatest(coalesce(f.counted_since, s.updated_at), read.at) end as since from segment s ${figures} cross join
    (select coalesce(bool_or(b.state not in ('done', 'failed')), false) as open, max(b.finished_at) as at from backfill b
     where b.shop_id = ${shop.id} and b.kind <> 'changes') read
  where s.shop_id = ${shop.id} and s.archived_at is null and f.evaluated_at is not null`;

type Followed = { id: string; since: Instant | null };

/** By segment. A segment whose moves do not count as growth yet is left out. */
export async function readGrowth(
  shop: Shop,
  { days = 30, segment = null }: { days?: number; segment?: string | null } = {},
): Promise<Map<string, Growth>> {
  const now = shop.now().getTime();
  const from = new Date(now - days * DAY);
  const of = segment === null ? empty : sql`and m.segment_id = ${segment}`;
  const { starts, rows } = await shop.db.tx(async (tx) => ({
    starts: await tx.rows<Followed>(followed(shop)),
    rows: await tx.rows<{ segment: string; day: number; net: number }>(sql`
      with followed as (${followed(shop)}),
      moved as (
        select m.segment_id as segment, m.entered_at as at, m.entered_recorded_at as recorded, 1 as by from membership m
        where m.shop_id = ${shop.id} and m.entered_recorded_at > ${from}::timestamptz ${of}
        union all
        select m.segment_id, m.left_at, m.left_recorded_at, -1 from membership m
        where m.shop_id = ${shop.id} and m.left_recorded_at > ${from}::timestamptz ${of}
      ),
      dated as (
        select moved.segment, greatest(moved.at, followed.since) as at, moved.by
        from moved join followed on followed.id = moved.segment and moved.recorded > followed.since
      )
      select segment, least(${days - 1}::int, floor(extract(epoch from at - ${from}::timestamptz) / 86400)::int) as day,
        sum(by)::int as net
      from dated where at > ${from}::timestamptz group by 1, 2`),
  }));
  const growths = new Map<string, Growth>();
  for (const { id, since } of starts) {
    if (since === null) continue;
    const first = Math.max(0, Math.min(days - 1, Math.floor((since.getTime() - from.getTime()) / DAY)));
    const own = rows.filter((row) => row.segment === id);
    const changes = Array.from(
      { length: days - first },
      (_, at) => own.find(({ day }) => day === first + at)?.net ?? 0,
    );
    growths.set(id, {
      changes: own.length > 0 ? changes : [],
      since: since > from ? since : null,
    });
  }
  return growths;
}
