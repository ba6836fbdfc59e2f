import { sql, type Sql } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";
import { type Growth, readGrowth } from "./memberships/history.server.ts";
import type { Revenue } from "./memberships/revenue.server.ts";
import { figures, memberCount } from "./figures.server.ts";
import type { Instant } from "../instant.ts";

export type SegmentRow = {
  id: string;
  /** Another one after each save. */
  version: string;
  name: string;
  query: string;
  /** `offer`: the audience that an offer kind added. */
  origin: "merchant" | "offer";
  count: number;
  /** Null while the first build runs. */
  evaluatedAt: Instant | null;
  fault: string | null;
  /** Time should have moved members, and it was not looked at. */
  isLate: boolean;
  updatedAt: Instant;
};
/** `uses` counts the offers and surveys that are for this segment and not over. */
export type ListedSegment = SegmentRow & {
  uses: { offers: number; surveys: number };
  /** Of the last 30 days; null while it is not followed yet. */
  growth: Growth | null;
  /** Null until it was added up for this query. */
  revenue: (Revenue & { asOf: Instant }) | null;
};

/** The clock looks every minute. */
const LATE_MS = 600_000;

const columnsAt = (shop: Shop): Sql => sql`
  s.id, s.name, s.query, s.origin, ${memberCount} as count, f.evaluated_at as "evaluatedAt", f.fault,
  coalesce(f.fault is null and coalesce(f.next_evaluation_at, case when f.evaluated_at is null then s.updated_at end)
    < ${new Date(shop.now().getTime() - LATE_MS)}::timestamptz, false) as "isLate", s.updated_at as "updatedAt",
  s.updated_at::text as version`;

export type Uses = { offers: number; surveys: number };
type Kept = { amount: string | null; share: number | null; asOf: Instant | null };

// Other domains' rows, told by the database: segments stand below offers and surveys and know nothing of their code.
const usedBy = (offers: Sql, surveys: Sql): Sql => sql`
  (select count(*)::int from offer o where o.shop_id = s.shop_id and (o.segment_id = s.id or o.narrowed_id = s.id)
    and ${offers}) as offers,
  (select count(*)::int from survey v where v.shop_id = s.shop_id and v.segment_id = s.id and ${surveys}) as surveys`;
const usesAt = (shop: Shop): Sql =>
  usedBy(
    sql`(o.wish = 'draft' or o.wish in ('on', 'paused') and (o.ends_at is null or o.ends_at > ${shop.now()}))`,
    sql`v.state <> all ('{ended,deleted}')`,
  );
/** An ended offer may be looked at, and a survey asked again. */
export const named = usedBy(sql`o.wish <> 'deleted'`, sql`v.state <> 'deleted'`);

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

/** Id and name of each, for those who choose one. */
export const segmentNames = (shop: Shop): Promise<{ id: string; name: string }[]> =>
  shop.db.tx((tx) =>
    tx.rows(sql`select id, name from segment where shop_id = ${shop.id} and archived_at is null and origin = 'merchant'
      order by lower(name), id`),
  );

/** Null where the shop has no such segment, or it is archived. */
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

export type ArchivedLine = { id: string; name: string; query: string; archivedAt: Instant };

/** Those that a merchant put away, the last first. */
export const listArchived = (shop: Shop): Promise<ArchivedLine[]> =>
  shop.db.tx((tx) =>
    tx.rows<ArchivedLine>(sql`
      select id, name, query, archived_at as "archivedAt" from segment
      where shop_id = ${shop.id} and archived_at is not null and origin = 'merchant' order by archived_at desc, id`),
  );

/** Null where it is not archived. */
export async function readArchived(shop: Shop, id: string): Promise<{ id: string; name: string } | null> {
  const [segment] = await shop.db.tx((tx) =>
    tx.rows<{ id: string; name: string }>(
      sql`select id, name from segment where shop_id = ${shop.id} and id = ${id} and archived_at is not null`,
    ),
  );
  return segment ?? null;
}
