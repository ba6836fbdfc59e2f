// Audiences as the database holds them. What customers' metafields, native segments and the storefront know of an audience
// is its key, which is drawn at random: no two audiences of a shop ever had the same.
import { randomBytes } from "node:crypto";
import { sql, type Tx } from "../../../db.server.ts";
import { laterThan } from "../../../later-than.server.ts";
import { memberCount } from "../../../segments/figures.server.ts";
import type { Shop } from "../../../shop.server.ts";
import type { Target } from "../grants/discount.server.ts";
import { MANY, type DiscountContext, type ContextReason } from "../../discount-context.ts";
import type { Instant } from "../../../instant.ts";

export type Audience = {
  key: string;
  /** Null while no discount needs it. */
  context: DiscountContext | null;
  reason: ContextReason | null;
  platformSegmentId: string | null;
  /** Whom the discounts name, where the context is `customers`; as Shopify calls them. */
  named: string[];
};

export type StoredAudience = Audience & {
  segmentId: string;
  /** The segment's name, and how many are in it. */
  name: string;
  count: number;
  customerIds: string[];
  dirtyAt: Instant | null;
  updatedAt: Instant;
};

/** 80 bits, in lower case: a filter of Shopify's segments need not tell capitals apart. */
const newKey = (): string => randomBytes(10).toString("hex");

/** The audiences of these segments are settled by the next run. Returns their keys; an audience that is not there yet is made. */
export async function markDirty(shop: Shop, tx: Tx, segmentIds: readonly string[]): Promise<string[]> {
  const ids = [...new Set(segmentIds)].toSorted();
  const rows = await tx.rows<{ key: string }>(sql`
    insert into audience as held (shop_id, segment_id, key, dirty_at, updated_at)
    select ${shop.id}, segment, key, ${shop.now()}::timestamptz, ${shop.now()}::timestamptz
    from unnest(${ids}::text[], ${ids.map(newKey)}::text[]) as asked(segment, key)
    on conflict (shop_id, segment_id, experiment, arm) do update
    set dirty_at = ${laterThan(sql`held.dirty_at`, sql`excluded.dirty_at`)}
    returning key`);
  return rows.map(({ key }) => key);
}

/** By night: a merchant may have changed our native segments in the admin. */
export const markAllDirty = (shop: Shop): Promise<number> =>
  shop.db.tx((tx) =>
    tx.run(sql`update audience set dirty_at = ${shop.now()} where shop_id = ${shop.id} and dirty_at is null`),
  );

/** As they were last settled, by key. */
export async function readAudiences(shop: Shop): Promise<Map<string, StoredAudience>> {
  const rows = await shop.db.tx((tx) =>
    tx.rows<StoredAudience>(sql`
      select a.key, a.segment_id as "segmentId", a.context, a.reason, a.platform_segment_id as "platformSegmentId",
        a.customer_ids as "customerIds", a.dirty_at as "dirtyAt", a.updated_at as "updatedAt",
        coalesce(s.name, '') as name, ${memberCount} as count,
        array(select coalesce(c.platform_id, c.id) from customer c
          where c.shop_id = a.shop_id and c.id = any (a.customer_ids)) as named
      from audience a left join segment s on s.shop_id = a.shop_id and s.id = a.segment_id
      where a.shop_id = ${shop.id}`),
  );
  return new Map(rows.map((row) => [row.key, row]));
}

export type Settled = Pick<StoredAudience, "key" | "reason" | "platformSegmentId" | "customerIds"> & {
  context: DiscountContext;
  /** Shopify has not found everybody yet: the next run looks again. */
  waits: boolean;
};

/** One that was marked again meanwhile stays dirty. */
export const saveAudience = (shop: Shop, tx: Tx, before: StoredAudience, after: Settled): Promise<number> =>
  tx.run(sql`
    update audience set context = ${after.context}, platform_segment_id = ${after.platformSegmentId},
      customer_ids = ${after.customerIds}, reason = ${after.reason}, updated_at = ${shop.now()},
      dirty_at = case when dirty_at = ${before.dirtyAt} and not ${after.waits}::boolean then null else dirty_at end
    where shop_id = ${shop.id} and key = ${after.key}`);

/** Audiences that no discount needs now have nothing to be settled: going live marks them again. */
export async function settleUnused(shop: Shop, unused: readonly StoredAudience[]): Promise<void> {
  const dirty = unused.filter(({ dirtyAt }) => dirtyAt !== null);
  if (dirty.length === 0) return;
  await shop.db.tx((tx) =>
    tx.run(sql`
      update audience a set dirty_at = null
      from unnest(${dirty.map(({ key }) => key)}::text[], ${dirty.map(({ dirtyAt }) => dirtyAt)}::timestamptz[])
        as seen(key, at)
      where a.shop_id = ${shop.id} and a.key = seen.key and a.dirty_at = seen.at`),
  );
}

/** Audiences that stay named although they are many, until Shopify shows their segment or its members. */
export async function audiencesWait(shop: Shop, tx: Tx): Promise<boolean> {
  const waiting = await tx.rows(sql`
    select 1 from audience a join segment_figures f on f.shop_id = a.shop_id and f.segment_id = a.segment_id
    where a.shop_id = ${shop.id} and a.dirty_at is not null and a.context = 'customers' and a.reason = 'few'
      and f.member_count >= ${MANY} limit 1`);
  return waiting.length > 0;
}

export const targetOf = (audience: Audience | null): Target => {
  if (!audience) return { to: "all" };
  return audience.context === "segment" && audience.platformSegmentId
    ? { to: "segment", id: audience.platformSegmentId }
    : { to: "customers", ids: audience.named.toSorted() };
};

const unnamed = sql`not exists (
  select from offer o where o.shop_id = a.shop_id and coalesce(o.narrowed_id, o.segment_id) = a.segment_id)`;

/** Those whose segment no offer names any more. */
export const unnamedAudiences = (shop: Shop): Promise<{ key: string }[]> =>
  shop.db.tx((tx) =>
    tx.rows<{ key: string }>(sql`select a.key from audience a where a.shop_id = ${shop.id} and ${unnamed}`),
  );

/**
 * Returns the audience's native segment, which is still in the store. Null: it has none, or an offer names the audience's
 * segment again. An offer that moves to the segment marks the audience: the lock waits until the offer is committed, and the
 * next statement sees it.
 */
export const dropAudience = (shop: Shop, key: string): Promise<string | null> =>
  shop.db.tx(async (tx) => {
    await tx.rows(sql`select 1 from audience where shop_id = ${shop.id} and key = ${key} for update`);
    const [dropped] = await tx.rows<{ platformSegmentId: string | null }>(sql`
      delete from audience a where a.shop_id = ${shop.id} and a.key = ${key} and ${unnamed}
      returning a.platform_segment_id as "platformSegmentId"`);
    return dropped?.platformSegmentId ?? null;
  });
