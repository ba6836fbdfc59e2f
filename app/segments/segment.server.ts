import { sql, type Sql, type Tx } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";
import { type Growth, readGrowth } from "./memberships/stays/history.server.ts";
import type { Revenue } from "./memberships/revenue.server.ts";
import { figures, memberCount } from "./figures.server.ts";
import type { Instant } from "../instant.ts";

export type SegmentRow = {
  id: string;
  /** Changes with each save. */
  version: string;
  name: string;
  query: string;
  /** `offer`: the segment is the audience of an offer, made by the offer's kind. */
  origin: "merchant" | "offer";
  count: number;
  /** When `count` was counted, or last changed since. */
  countedAt: Instant | null;
  /** Null until the first evaluation of the query is done. */
  evaluatedAt: Instant | null;
  fault: string | null;
  /** The segment has been due for an evaluation for more than LATE_MS. */
  isLate: boolean;
  updatedAt: Instant;
};
/** `uses`: the number of offers and surveys that use the segment and have not ended. */
export type ListedSegment = SegmentRow & {
  uses: { offers: number; surveys: number };
  /** The last 30 days; null until the recording of moves begins. */
  growth: Growth | null;
  /** Null until computed for this query. */
  revenue: (Revenue & { asOf: Instant }) | null;
};

/** The worker looks for due segments every minute, so a longer delay is a fault. */
const LATE_MS = 600_000;

const columnsAt = (shop: Shop): Sql => sql`
  s.id, s.name, s.query, s.origin, ${memberCount} as count, f.evaluated_at as "evaluatedAt",
  coalesce(f.counted_at, f.evaluated_at) as "countedAt", f.fault,
  coalesce(f.fault is null and coalesce(f.next_evaluation_at, case when f.evaluated_at is null then s.updated_at end)
    < ${new Date(shop.now().getTime() - LATE_MS)}::timestamptz, false) as "isLate", s.updated_at as "updatedAt",
  s.updated_at::text as version`;

type Uses = { offers: number; surveys: number };
type Kept = { amount: string | null; share: number | null; asOf: Instant | null };

// Counts rows of other domains in SQL: segments may not import offers and surveys.
const usedBy = (offers: Sql, surveys: Sql): Sql => sql`
  (select count(*)::int from offer o where o.shop_id = s.shop_id and (o.segment_id = s.id or o.narrowed_id = s.id)
    and ${offers}) as offers,
  (select count(*)::int from survey v where v.shop_id = s.shop_id and v.segment_id = s.id and ${surveys}) as surveys`;
const isOpenOffer = (shop: Shop): Sql =>
  sql`(o.wish = 'draft' or o.wish in ('on', 'paused') and (o.ends_at is null or o.ends_at > ${shop.now()}))`;
const usesAt = (shop: Shop): Sql => usedBy(isOpenOffer(shop), sql`v.state <> all ('{ended,deleted}')`);

/** An offer or a survey that keeps the segment from being archived. */
export type Holder = { kind: "offer" | "survey"; id: string; name: string };

/** Offers that have not ended. Surveys that have ended too: a survey can be published again. */
export const readHolders = (shop: Shop, tx: Tx, id: string): Promise<Holder[]> =>
  tx.rows<Holder>(sql`
    select 'offer' as kind, o.id, o.name from offer o
      where o.shop_id = ${shop.id} and (o.segment_id = ${id} or o.narrowed_id = ${id}) and ${isOpenOffer(shop)}
    union all
    select 'survey' as kind, v.id, v.name from survey v where v.shop_id = ${shop.id} and v.segment_id = ${id}
    order by kind, name, id`);

export async function listSegments(shop: Shop): Promise<ListedSegment[]> {
  const rows = await shop.db.tx((tx) =>
    tx.rows<SegmentRow & Uses & Kept>(
      sql`select ${columnsAt(shop)}, ${usesAt(shop)}, f.revenue::text as amount, f.revenue_share as share, f.revenue_at as "asOf" from segment s ${figures}
          where s.shop_id = ${shop.id} and s.archived_at is null
          order by lower(s.name), s.id`,
    ),
  );
  const growths = await readGrowth(shop);
  return rows.map(({ offers, surveys, amount, share, asOf, ...row }) => ({
    ...row,
    uses: { offers, surveys },
    growth: growths.get(row.id) ?? null,
    revenue: amount === null || share === null || asOf === null ? null : { amount, share, asOf },
  }));
}

/** The merchant's segments, for choosing one. */
export const segmentNames = (shop: Shop): Promise<{ id: string; name: string }[]> =>
  shop.db.tx((tx) =>
    tx.rows(sql`select id, name from segment where shop_id = ${shop.id} and archived_at is null and origin = 'merchant'
      order by lower(name), id`),
  );

/** Null where the shop has no segment with the id, or the segment is archived. */
export async function readSegment(shop: Shop, id: string): Promise<(SegmentRow & { uses: Uses }) | null> {
  const [row] = await shop.db.tx((tx) =>
    tx.rows<SegmentRow & Uses>(
      sql`select ${columnsAt(shop)}, ${usesAt(shop)} from segment s ${figures}
        where s.shop_id = ${shop.id} and s.id = ${id} and s.archived_at is null`,
    ),
  );
  if (!row) return null;
  const { offers, surveys, ...segment } = row;
  return { ...segment, uses: { offers, surveys } };
}

/** True if the merchant has the segment, which then cannot be archived until the transaction ends. */
export async function holdSegment(shop: Shop, tx: Tx, id: string): Promise<boolean> {
  const rows = await tx.rows(sql`
    select 1 from segment where shop_id = ${shop.id} and id = ${id} and archived_at is null and origin = 'merchant' for share`);
  return rows.length > 0;
}

export type ArchivedLine = { id: string; name: string; query: string; archivedAt: Instant };

/** The merchant's archived segments, last archived first. */
export const listArchived = (shop: Shop): Promise<ArchivedLine[]> =>
  shop.db.tx((tx) =>
    tx.rows<ArchivedLine>(sql`
      select id, name, query, archived_at as "archivedAt" from segment
      where shop_id = ${shop.id} and archived_at is not null and origin = 'merchant' order by archived_at desc, id`),
  );

/** Null where the segment is not archived. */
export async function readArchived(shop: Shop, id: string): Promise<{ id: string; name: string } | null> {
  const [segment] = await shop.db.tx((tx) =>
    tx.rows<{ id: string; name: string }>(
      sql`select id, name from segment where shop_id = ${shop.id} and id = ${id} and archived_at is not null`,
    ),
  );
  return segment ?? null;
}
