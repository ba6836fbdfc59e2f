// The table publication: which customers' metafields must be written again. A customer is marked in the transaction that changes
// the membership; the metafield is written later.
import { openStay } from "../../../customers/open-stay.server.ts";
import { sql, type Sql, type Tx } from "../../../db.server.ts";
import { laterThan } from "../../../later-than.server.ts";
import { enqueue } from "../../../queue.server.ts";
import type { Shop } from "../../../shop.server.ts";
import { assignMembers } from "../../experiment/assign-members.server.ts";
import { segmentOf } from "../../offer.ts";
import { isInArm, markDirty } from "../audiences/audience-rows.server.ts";
import { usedOnce } from "../../standing/used-once.server.ts";
import type { Instant } from "../../../instant.ts";

type Moves = readonly { segment: string; customer: string }[];

/**
 * The offers whose audience's key is in metafields. A paused offer's key stays, so that resuming the offer is quick. The key of
 * an offer whose discount the merchant stopped or changed in Shopify is removed.
 */
const offeredAt = (now: Instant): Sql => sql`
  from offer o left join offer_publication held on held.shop_id = o.shop_id and held.offer_id = o.id
  where o.wish in ('on', 'paused') and (o.ends_at is null or o.ends_at > ${now}) and held.withdrawn is not true`;

const texts = (values: readonly string[]): Sql => sql`${values as string[]}::text[]`;

/** The segments whose audiences' keys are in metafields. */
export async function offeredSegments(shop: Shop, tx: Tx): Promise<string[]> {
  const rows = await tx.rows<{ id: string }>(sql`
    select distinct coalesce(o.narrowed_id, o.segment_id) as id ${offeredAt(shop.now())}
      and o.shop_id = ${shop.id} and coalesce(o.narrowed_id, o.segment_id) is not null`);
  return rows.map(({ id }) => id);
}

/**
 * Marks the audience and the customers of moves in segments that offers have. Runs in the transaction of the moves, and costs one
 * short read if no offer has the segments. If the merchant's segment of a narrowed offer moved, its query may have changed, so
 * publishing is queued.
 */
export async function markPublications(shop: Shop, tx: Tx, moves: Moves): Promise<void> {
  if (moves.length === 0) return;
  const ids = texts([...new Set(moves.map(({ segment }) => segment))]);
  const offered = await tx.rows<{ segment: string }>(sql`
    select distinct coalesce(o.narrowed_id, o.segment_id) as segment ${offeredAt(shop.now())}
      and o.shop_id = ${shop.id} and (o.segment_id = any (${ids}) or o.narrowed_id = any (${ids}))`);
  if (offered.length === 0) return;
  const segments = new Set(offered.map(({ segment }) => segment));
  const moved = moves.filter(({ segment }) => segments.has(segment));
  if (moved.length > 0) {
    const dirty = moved.map(({ segment }) => segment);
    await markDirty(shop, tx, dirty);
    await markCustomers(shop, tx, [...new Set(moved.map(({ customer }) => customer))]);
  }
  await enqueue("offers.publish", { shop: shop.id }, tx);
}

// A later time than any mark before, however coarse the clock: a run that is writing the customer must see the new mark.
const MARK_AGAIN = sql`
  on conflict (shop_id, customer_id) do update
  set dirty_at = ${laterThan(sql`publication.dirty_at`, sql`excluded.dirty_at`)}, fault = null`;

export const markCustomers = (shop: Shop, tx: Tx, customerIds: readonly string[]): Promise<number> =>
  tx.run(sql`
    insert into publication (shop_id, customer_id, dirty_at)
    select ${shop.id}, id, ${shop.now()} from unnest(${texts(customerIds)}) id
    ${MARK_AGAIN}`);

/**
 * Marks the segment's audience, the segment's members, and the customers whose metafields still contain the key. Called when an
 * offer begins or ceases to have the segment.
 */
export async function markSegment(shop: Shop, tx: Tx, segmentId: string): Promise<void> {
  const keys = await markDirty(shop, tx, [segmentId]);
  await tx.run(sql`
    insert into publication (shop_id, customer_id, dirty_at)
    select m.shop_id, m.customer_id, ${shop.now()} from membership m
    where m.shop_id = ${shop.id} and m.segment_id = ${segmentId} and ${openStay}
    ${MARK_AGAIN}`);
  await tx.run(sql`
    update publication set dirty_at = ${shop.now()}
    where shop_id = ${shop.id} and dirty_at is null and published && ${texts(keys)}`);
}

/** Marks the segments of these offers. */
export async function markWhom(shop: Shop, tx: Tx, offers: readonly Parameters<typeof segmentOf>[0][]): Promise<void> {
  const segments = new Set(offers.flatMap((offer) => segmentOf(offer) ?? []));
  for (const segment of [...segments].toSorted()) await markSegment(shop, tx, segment);
}

/** A key that no audience has. A customer with this key as `published` is always written. */
const UNKNOWN = sql`array['unknown']`;

/** Marks every customer with a metafield. Used where Shopify may have deleted the app's metafields. */
export const markAll = (shop: Shop, tx: Tx): Promise<number> =>
  tx.run(sql`
    update publication set dirty_at = ${shop.now()}, published = ${UNKNOWN}
    where shop_id = ${shop.id} and published <> '{}'`);

/**
 * Marks kept customers after merges. Shopify moves the deleted customer's metafield to the kept customer, unless the kept
 * customer had one. Shopify does not report which case it was, so the kept customer gets the key that no audience has.
 */
export const inheritPublications = (shop: Shop, tx: Tx): Promise<number> =>
  tx.run(sql`
    insert into publication (shop_id, customer_id, published, dirty_at)
    select distinct c.shop_id, c.merged_into, ${UNKNOWN}, ${shop.now()}::timestamptz
    from publication p join customer c on c.shop_id = p.shop_id and c.id = p.customer_id
    where p.shop_id = ${shop.id} and p.dirty_at is not null and p.published <> '{}' and c.merged_into is not null
    ${MARK_AGAIN}, published = excluded.published`);

/** The rows of `usedOnce` whose customers are not marked, and whose keys are not in the customers' metafields. */
export const usedUnsaid = (shop: Shop): Sql => sql`
  from ${usedOnce(shop)} used where not exists (
    select from publication p where p.shop_id = ${shop.id} and p.customer_id = used.customer_id
      and (used.key = any (p.published) or p.dirty_at is not null or p.fault is not null))`;

/** Marks the customers who have used a code that each customer may use once. */
export const markUsedOnce = (shop: Shop, tx: Tx): Promise<number> =>
  tx.run(sql`
    insert into publication (shop_id, customer_id, dirty_at)
    select distinct ${shop.id}, used.customer_id, ${shop.now()}::timestamptz ${usedUnsaid(shop)}
    ${MARK_AGAIN}`);

export type Dirty = {
  customerId: string;
  /** Null: Shopify has no such customer, or no longer. */
  platformId: string | null;
  dirtyAt: Instant;
  published: string[];
  desired: string[];
};

/**
 * The next customers to write, with the keys that their metafields should contain: of audiences, and of codes that they have used up. A
 * customer who is not in a discount's list does not get the key of the audience. The customers are read before their arms and their
 * keys: a customer who enters a segment meanwhile is marked again.
 */
export async function nextDirty(shop: Shop, tx: Tx, offered: readonly string[], limit: number): Promise<Dirty[]> {
  const next = await tx.rows<{ id: string; at: Instant }>(sql`
    select customer_id as id, dirty_at as at from publication
    where shop_id = ${shop.id} and dirty_at is not null order by dirty_at, customer_id limit ${limit}`);
  const ids = next.map(({ id }) => id);
  await assignMembers(shop, tx, ids);
  return tx.rows<Dirty>(sql`
    select p.customer_id as "customerId", next.at as "dirtyAt", p.published,
      case when c.deleted_at is null then coalesce(c.platform_id, c.id) end as "platformId",
      coalesce(array_agg(a.key order by a.key) filter (
        where a.key is not null and (a.context is distinct from 'customers' or p.customer_id = any (a.customer_ids))
      ), '{}') || array(
        select distinct used.key from ${usedOnce(shop)} used where used.customer_id = p.customer_id order by 1
      ) as desired
    from unnest(${ids}::text[], ${next.map(({ at }) => at)}::timestamptz[]) as next (id, at)
    join publication p on p.shop_id = ${shop.id} and p.customer_id = next.id
    left join customer c on c.shop_id = p.shop_id and c.id = p.customer_id
    left join membership m on m.shop_id = p.shop_id and m.customer_id = p.customer_id and ${openStay}
      and m.segment_id = any (${texts(offered)})
    left join audience a on a.shop_id = m.shop_id and a.segment_id = m.segment_id and ${isInArm}
    group by p.customer_id, next.at, p.published, c.deleted_at, c.platform_id, c.id
    order by next.at, p.customer_id`);
}

export type Settled = Dirty & { fault: string | null };

/** Stores what was written. A customer who was marked again meanwhile stays marked. */
export async function settle(shop: Shop, tx: Tx, rows: readonly Settled[]): Promise<void> {
  await tx.run(sql`
    update publication p
    set published = case when d.fault is null then d.desired else p.published end, published_at = ${shop.now()},
      fault = d.fault, dirty_at = case when p.dirty_at = d."dirtyAt" then null else p.dirty_at end
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as d("customerId" text, "dirtyAt" timestamptz, desired text[], fault text)
    where p.shop_id = ${shop.id} and p.customer_id = d."customerId"`);
  // A row without keys, mark and fault says nothing.
  await tx.run(sql`
    delete from publication where shop_id = ${shop.id} and dirty_at is null and published = '{}' and fault is null
      and customer_id = any (${texts(rows.map(({ customerId }) => customerId))})`);
}

export const countDirty = async (shop: Shop, tx: Tx): Promise<number> => {
  const [row] = await tx.rows<{ count: number }>(
    sql`select count(*)::int as count from publication where shop_id = ${shop.id} and dirty_at is not null`,
  );
  return row?.count ?? 0;
};
