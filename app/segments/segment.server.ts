import { randomUUID } from "node:crypto";
import { sql, type Sql, type Tx } from "../db.server.ts";
import { withoutInvisible } from "../invisible.ts";
import { STALE, UserError } from "../errors.ts";
import { enqueue } from "../queue.server.ts";
import type { Shop } from "../shop.server.ts";
import { type Growth, readGrowth } from "./memberships/history.server.ts";
import type { Revenue } from "./memberships/revenue.server.ts";
import { type Engine, faultText, lockMembership, readOnce } from "./memberships/live-segment.server.ts";
import type { Instant } from "../instant.ts";

const MAX_NAME = 255;
const MAX_SEGMENTS = 6000;

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
  s.id, s.name, s.query, s.origin, s.member_count as count, s.evaluated_at as "evaluatedAt", s.fault,
  coalesce(s.fault is null and coalesce(s.next_evaluation_at, case when s.evaluated_at is null then s.updated_at end)
    < ${new Date(shop.now().getTime() - LATE_MS)}::timestamptz, false) as "isLate", s.updated_at as "updatedAt",
  s.updated_at::text as version`;

type Uses = { offers: number; surveys: number };
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
const named = usedBy(sql`o.wish <> 'deleted'`, sql`v.state <> 'deleted'`);

export async function listSegments(shop: Shop): Promise<ListedSegment[]> {
  const rows = await shop.db.tx((tx) =>
    tx.rows<SegmentRow & Uses & Kept>(
      sql`select ${columnsAt(shop)}, ${usesAt(shop)}, s.revenue::text as amount, s.revenue_share as share, s.revenue_at as "asOf" from segment s where s.shop_id = ${shop.id} and s.archived_at is null
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
      sql`select ${columnsAt(shop)}, ${usesAt(shop)} from segment s where s.shop_id = ${shop.id} and s.id = ${id} and s.archived_at is null`,
    ),
  );
  if (!row) return null;
  const { offers, surveys, ...segment } = row;
  return { ...segment, uses: { offers, surveys } };
}

/** `seen`: the version that was changed; left out, whatever is there is changed. */
export type SegmentDraft = {
  id?: string | undefined;
  seen?: string | undefined;
  name: string;
  query: string;
  origin?: SegmentRow["origin"];
};

function checkDraft({ name, query }: SegmentDraft, engine: Engine): string {
  const given = withoutInvisible(name.replaceAll("\u0000", "")).trim();
  if (given === "") throw new UserError("segments.refused.name_blank", {}, "name");
  if ([...given].length > MAX_NAME) throw new UserError("segments.refused.name_too_long", { max: MAX_NAME }, "name");
  const read = readOnce(query, engine);
  if (Array.isArray(read)) throw new UserError("segments.refused.query", { message: faultText(read) }, "query");
  return given;
}

async function refuseStale(shop: Shop, tx: Tx, { id, seen }: SegmentDraft): Promise<void> {
  if (id === undefined || seen === undefined) return;
  const [stale] = await tx.rows<{ isStale: boolean }>(sql`
    select updated_at::text <> ${seen} as "isStale" from segment where shop_id = ${shop.id} and id = ${id} for update`);
  if (stale?.isStale) throw new UserError(STALE.key);
}

/** Saves and has it evaluated. Within the caller's transaction where one is given. */
export async function saveSegment(shop: Shop, given: SegmentDraft, engine: Engine, within?: Tx): Promise<string> {
  const draft = { ...given, query: withoutInvisible(given.query) };
  const name = checkDraft(draft, engine);
  const id = draft.id ?? randomUUID();
  const now = shop.now().toISOString();
  const save = async (tx: Tx): Promise<void> => {
    await refuseStale(shop, tx, draft);
    const changed = draft.id
      ? await tx.rows<{ version: number }>(sql`
          update segment s set name = ${name}, query = ${draft.query},
            updated_at = greatest(${now}::timestamptz, (s.updated_at at time zone 'UTC' + interval '1 ms') at time zone 'UTC'),
            query_version = s.query_version + case when s.query = ${draft.query} then 0 else 1 end,
            evaluated_at = case when s.query = ${draft.query} then s.evaluated_at end,
            fault = case when s.query = ${draft.query} then s.fault end,
            next_evaluation_at = case when s.fault is null then s.next_evaluation_at end,
            revenue_at = case when s.query = ${draft.query} then s.revenue_at end
          where s.shop_id = ${shop.id} and s.id = ${draft.id} and s.archived_at is null returning query_version as version`)
      : await tx.rows<{ version: number }>(sql`
          insert into segment (shop_id, id, name, query, origin, created_at, updated_at)
          select ${shop.id}, ${id}, ${name}, ${draft.query}, ${draft.origin ?? "merchant"}, ${now}::timestamptz, ${now}::timestamptz
          where (select count(*) from segment where shop_id = ${shop.id} and archived_at is null) < ${MAX_SEGMENTS}
          returning query_version as version`);
    const [saved] = changed;
    if (!saved) throw new UserError(draft.id ? "segments.refused.missing" : "segments.refused.limit");
    await tx.run(sql`
      insert into segment_version (shop_id, segment_id, version, query, "from")
      values (${shop.id}, ${id}, ${saved.version}, ${draft.query}, ${now}::timestamptz) on conflict do nothing`);
    await enqueue("segments.evaluate", { shop: shop.id, segment: id }, tx);
  };
  await (within ? save(within) : shop.db.tx(save));
  return id;
}

export async function duplicateSegment(shop: Shop, id: string, name: string, engine: Engine): Promise<string> {
  const segment = await readSegment(shop, id);
  if (!segment) throw new UserError("segments.refused.missing");
  return saveSegment(shop, { name: [...name].slice(0, MAX_NAME).join(""), query: segment.query }, engine);
}

/** Out of every list; its stays end, and its history stays readable. Refused while an offer or a survey is for it. */
export async function archiveSegment(shop: Shop, id: string): Promise<void> {
  const now = shop.now().toISOString();
  await shop.db.tx(async (tx) => {
    await lockMembership(shop, tx);
    const [segment] = await tx.rows<Uses>(
      sql`select ${named} from segment s where s.shop_id = ${shop.id} and s.id = ${id} and s.archived_at is null for update`,
    );
    if (!segment) throw new UserError("segments.refused.missing");
    if (segment.offers + segment.surveys > 0) throw new UserError("segments.refused.in_use");
    await tx.run(sql`
      update membership set left_at = greatest(${now}::timestamptz, entered_at), left_recorded_at = ${now}::timestamptz,
        left_version = entered_version, left_cause = 'archived'
      where shop_id = ${shop.id} and segment_id = ${id} and left_at is null`);
    await tx.run(sql`update segment set archived_at = ${now}::timestamptz, next_evaluation_at = null, member_count = 0
      where shop_id = ${shop.id} and id = ${id}`);
  });
}

/** Back into the lists, with its history; who is in it now is found anew. */
export async function restoreSegment(shop: Shop, id: string): Promise<void> {
  await shop.db.tx(async (tx) => {
    const restored = await tx.rows(sql`
      update segment set archived_at = null, evaluated_at = null
      where shop_id = ${shop.id} and id = ${id} and archived_at is not null
        and (select count(*) from segment where shop_id = ${shop.id} and archived_at is null) < ${MAX_SEGMENTS}
      returning id`);
    if (restored.length === 0) throw new UserError("segments.refused.limit");
    await enqueue("segments.evaluate", { shop: shop.id, segment: id }, tx);
  });
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
