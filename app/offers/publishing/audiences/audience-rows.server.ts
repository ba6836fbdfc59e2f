// The table audience. Customers' metafields, native segments and the storefront know an audience by its key only. The key is
// random, so that no two audiences of a shop ever have the same key.
import { randomBytes } from "node:crypto";
import { column } from "../../../columns.ts";
import { openStay } from "../../../customers/open-stay.server.ts";
import { sql, type Sql, type Tx } from "../../../db.server.ts";
import { laterThan } from "../../../later-than.server.ts";
import { memberCount } from "../../../segments/figures.server.ts";
import type { Shop } from "../../../shop.server.ts";
import type { Target } from "../grants/discount.server.ts";
import { NATIVE_FROM, type DiscountContext, type ContextReason } from "../../discount-context.ts";
import type { Instant } from "../../../instant.ts";

export type Audience = {
  key: string;
  /** Null: no discount needs the audience. */
  context: DiscountContext | null;
  reason: ContextReason | null;
  platformSegmentId: string | null;
  /** Where the context is `customers`: the customers in the discount's list, by their Shopify ids. */
  named: string[];
};

export type StoredAudience = Audience & {
  segmentId: string;
  /** The segment's name. `count`: the audience's members. */
  name: string;
  count: number;
  customerIds: string[];
  dirtyAt: Instant | null;
  updatedAt: Instant;
};

/** A key of 80 bits in lower case, because filters of Shopify's segments may ignore case. */
const newKey = (): string => randomBytes(10).toString("hex");

/** Whether the member `m` of the segment is in the audience `a`. An arm has the members to whom the test has given the arm. */
export const isInArm: Sql = sql`(a.experiment is null or exists (
  select from assignment held where held.shop_id = m.shop_id and held.experiment_id = a.experiment
    and held.customer_id = m.customer_id and held.arm = a.arm))`;

/** The members of the audience `a`, as a table. */
export const membersOf = (shop: Shop): Sql => sql`(
  select m.customer_id, m.entered_recorded_at from membership m
  where m.shop_id = ${shop.id} and m.segment_id = a.segment_id and ${openStay} and ${isInArm})`;

type Named = { segment: string; experiment: string | null; arm: string | null };

/**
 * Marks the audiences of these segments, so that the next run settles them. Makes the audiences that the offers need: one for all
 * members, or one for each arm of a test. Returns the audiences' keys.
 */
export async function markDirty(shop: Shop, tx: Tx, segmentIds: readonly string[]): Promise<string[]> {
  const ids = [...new Set(segmentIds)];
  const named = await tx.rows<Named>(sql`
    select coalesce(o.narrowed_id, o.segment_id) as segment, o.experiment_id as experiment, e.arm
    from offer o left join experiment_arm e on e.shop_id = o.shop_id and e.experiment_id = o.experiment_id
    where o.shop_id = ${shop.id} and o.wish in ('on', 'paused') and coalesce(o.narrowed_id, o.segment_id) = any (${ids}::text[])
    union select segment_id, experiment, arm from audience where shop_id = ${shop.id} and segment_id = any (${ids}::text[])
    order by 1, 2, 3`);
  const rows = await tx.rows<{ key: string }>(sql`
    insert into audience as held (shop_id, segment_id, experiment, arm, key, dirty_at, updated_at)
    select ${shop.id}, segment, experiment, arm, key, ${shop.now()}::timestamptz, ${shop.now()}::timestamptz
    from unnest(${column(named, ({ segment }) => segment)}::text[], ${column(named, ({ experiment }) => experiment)}::text[],
      ${column(named, ({ arm }) => arm)}::text[], ${named.map(newKey)}::text[]) as asked(segment, experiment, arm, key)
    on conflict (shop_id, segment_id, experiment, arm) do update
    set dirty_at = ${laterThan(sql`held.dirty_at`, sql`excluded.dirty_at`)}
    returning key`);
  return rows.map(({ key }) => key);
}

/** Marks every audience. Called at night, since a merchant may have changed our native segments in the admin. */
export const markAllDirty = (shop: Shop): Promise<number> =>
  shop.db.tx((tx) =>
    tx.run(sql`update audience set dirty_at = ${shop.now()} where shop_id = ${shop.id} and dirty_at is null`),
  );

/** The audiences by key, as they were last settled. */
export async function readAudiences(shop: Shop): Promise<Map<string, StoredAudience>> {
  const rows = await shop.db.tx((tx) =>
    tx.rows<StoredAudience>(sql`
      select a.key, a.segment_id as "segmentId", a.context, a.reason, a.platform_segment_id as "platformSegmentId",
        a.customer_ids as "customerIds", a.dirty_at as "dirtyAt", a.updated_at as "updatedAt",
        coalesce(s.name, '') as name, (case when a.experiment is null then ${memberCount} else (select count(*) from ${membersOf(shop)} arm) end)::int as count,
        array(select coalesce(c.platform_id, c.id) from customer c
          where c.shop_id = a.shop_id and c.id = any (a.customer_ids)) as named
      from audience a left join segment s on s.shop_id = a.shop_id and s.id = a.segment_id
      where a.shop_id = ${shop.id}`),
  );
  return new Map(rows.map((row) => [row.key, row]));
}

export type Settled = Pick<StoredAudience, "key" | "reason" | "platformSegmentId" | "customerIds"> & {
  context: DiscountContext;
  /** Shopify has not found all members yet. The next run checks again. */
  waits: boolean;
};

/** Stores a settled audience. An audience that was marked again meanwhile stays marked. */
export const saveAudience = (shop: Shop, tx: Tx, before: StoredAudience, after: Settled): Promise<number> =>
  tx.run(sql`
    update audience set context = ${after.context}, platform_segment_id = ${after.platformSegmentId},
      customer_ids = ${after.customerIds}, reason = ${after.reason}, updated_at = ${shop.now()},
      dirty_at = case when dirty_at = ${before.dirtyAt} and not ${after.waits}::boolean then null else dirty_at end
    where shop_id = ${shop.id} and key = ${after.key}`);

/** Removes the marks of audiences that no discount needs. When an offer goes live, its audience is marked again. */
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

/**
 * Whether an audience of many customers still has a list, because Shopify does not show the native segment or its members yet.
 */
export async function audiencesWait(shop: Shop, tx: Tx): Promise<boolean> {
  const waiting = await tx.rows(sql`
    select 1 from audience a join segment_figures f on f.shop_id = a.shop_id and f.segment_id = a.segment_id
    where a.shop_id = ${shop.id} and a.dirty_at is not null and a.context = 'customers' and a.reason = 'few'
      and f.member_count >= ${NATIVE_FROM} limit 1`);
  return waiting.length > 0;
}

export const targetOf = (audience: Audience | null): Target => {
  if (!audience) return { to: "all" };
  return audience.context === "segment" && audience.platformSegmentId
    ? { to: "segment", id: audience.platformSegmentId }
    : { to: "customers", ids: audience.named.toSorted() };
};

const unnamed = sql`not exists (
  select from offer o where o.shop_id = a.shop_id and coalesce(o.narrowed_id, o.segment_id) = a.segment_id
    and o.experiment_id is not distinct from a.experiment)`;

/** The audiences whose segment or test no offer has any more. */
export const unnamedAudiences = (shop: Shop): Promise<{ key: string }[]> =>
  shop.db.tx((tx) =>
    tx.rows<{ key: string }>(sql`select a.key from audience a where a.shop_id = ${shop.id} and ${unnamed}`),
  );

/**
 * Deletes the audience and returns its native segment, which is still in the store. Null: the audience has no native segment, or
 * an offer has the audience's segment again. The lock waits for an offer that is moving to the segment, and the next statement
 * sees that offer.
 */
export const dropAudience = (shop: Shop, key: string): Promise<string | null> =>
  shop.db.tx(async (tx) => {
    await tx.rows(sql`select 1 from audience where shop_id = ${shop.id} and key = ${key} for update`);
    const [dropped] = await tx.rows<{ platformSegmentId: string | null }>(sql`
      delete from audience a where a.shop_id = ${shop.id} and a.key = ${key} and ${unnamed}
      returning a.platform_segment_id as "platformSegmentId"`);
    return dropped?.platformSegmentId ?? null;
  });
