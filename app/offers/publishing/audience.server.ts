// How an offered segment becomes a discount's limit: customers named one by one while they are few, a native segment on
// our metafield when they are many, and named again where the store refuses that filter.
import { openStay } from "../../segments/memberships/open-stay.server.ts";
import type { AdminApi } from "../../shopify/admin-api.server.ts";
import { sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import type { Target } from "./grants/discount.server.ts";
import { ensureNativeSegment, removeNativeSegment } from "./native-segment.server.ts";
import { countDirty, markCustomers } from "./publication.server.ts";
import { MOST_A_RUN } from "./write-customers.server.ts";
import { MANY, MOST_NAMED, nextWay, type Way, type WayReason } from "../way.ts";
import type { Instant } from "../../instant.ts";

export type Audience = {
  segmentId: string;
  way: Way;
  reason: WayReason;
  platformSegmentId: string | null;
  /** Whom the discounts name, where the way is `customers`; as Shopify calls them. */
  named: string[];
};
type Stored = Omit<Audience, "named"> & { customerIds: string[]; updatedAt: Instant };

const REFUSAL_HOLDS_MS = 3_600_000;

const readAudience = async (shop: Shop, tx: Tx, segmentId: string): Promise<Stored | null> => {
  const [row] = await tx.rows<Stored>(sql`
    select segment_id as "segmentId", way, reason, platform_segment_id as "platformSegmentId",
      customer_ids as "customerIds", updated_at as "updatedAt"
    from audience where shop_id = ${shop.id} and segment_id = ${segmentId}`);
  return row ?? null;
};

type Members = { name: string; count: number; first: { id: string; platformId: string }[] };

/** Those who were there first, as many as a discount may name. */
async function readMembers(shop: Shop, tx: Tx, segmentId: string): Promise<Members> {
  const [row] = await tx.rows<Members>(sql`
    with member as (
      select c.id, coalesce(c.platform_id, c.id) as "platformId", m.entered_recorded_at from membership m
      join customer c on c.shop_id = m.shop_id and c.id = m.customer_id and c.deleted_at is null
      where m.shop_id = ${shop.id} and m.segment_id = ${segmentId} and ${openStay}
    )
    select coalesce((select name from segment where shop_id = ${shop.id} and id = ${segmentId}), '') as name,
      (select count(*)::int from member) as count,
      (select coalesce(jsonb_agg(first), '[]') from (
        select id, "platformId" from member where "platformId" ~ '^[0-9]+$' order by entered_recorded_at, id limit ${MOST_NAMED}
      ) first) as first`);
  return row ?? { name: "", count: 0, first: [] };
}

type Next = Omit<Stored, "updatedAt">;

async function saveAudience(shop: Shop, before: Stored | null, after: Next): Promise<void> {
  const { segmentId, way, reason, platformSegmentId, customerIds } = after;
  await shop.db.tx(async (tx) => {
    await tx.run(sql`
      insert into audience (shop_id, segment_id, way, platform_segment_id, customer_ids, reason, updated_at)
      values (${shop.id}, ${segmentId}, ${way}, ${platformSegmentId}, ${customerIds}, ${reason}, ${shop.now()})
      on conflict (shop_id, segment_id) do update
      set way = excluded.way, platform_segment_id = excluded.platform_segment_id, customer_ids = excluded.customer_ids,
        reason = excluded.reason, updated_at = excluded.updated_at`);
    // Whoever came under the ceiling, or fell beyond it, is shown accordingly.
    if (before?.way === "customers" && way === "customers")
      await markCustomers(shop, tx, differing(before.customerIds, customerIds));
  });
}

function differing(a: readonly string[], b: readonly string[]): string[] {
  const [inA, inB] = [new Set(a), new Set(b)];
  return [...a.filter((id) => !inB.has(id)), ...b.filter((id) => !inA.has(id))];
}

const alike = (a: Next, b: Next): boolean =>
  a.way === b.way &&
  a.reason === b.reason &&
  a.platformSegmentId === b.platformSegmentId &&
  differing(a.customerIds, b.customerIds).length === 0;

type Chosen = Pick<Audience, "way" | "reason" | "platformSegmentId">;

type Situation = { appId: string; segmentId: string; before: Stored | null; members: Members; dirty: number };

async function chooseWay(shop: Shop, admin: AdminApi, situation: Situation): Promise<Chosen> {
  const { appId, segmentId, before, members, dirty } = situation;
  const platformSegmentId = before?.platformSegmentId ?? null;
  const few: Chosen = { way: "customers", reason: "few", platformSegmentId };
  if (nextWay(members.count, before?.way ?? null) === "customers") return few;
  const refused: Chosen = { ...few, reason: "refused" };
  const asked = before?.reason === "refused" ? before.updatedAt.getTime() : 0;
  // A refusal of a time to come was noted by a clock that was ahead.
  if (Math.abs(shop.now().getTime() - asked) < REFUSAL_HOLDS_MS) return refused;
  // The native segment finds only whom the metafields name, and they are written first: as long as this run does not reach
  // all of them, nobody who has the discount may lose it.
  if (before?.way === "customers" && dirty > MOST_A_RUN) return { ...few, reason: before.reason };
  const native = await ensureNativeSegment(admin, appId, {
    key: segmentId,
    name: members.name,
    knownId: platformSegmentId,
  });
  if (native.ok) return chosenOf(native, situation);
  if (native.waits) return few;
  shop.log.warn({ segment: segmentId, refusal: native.message }, "native segment refused");
  return refused;
}

/** Shopify needs a while to find the members of a segment: until it has, they are named, as far as one can name them. */
function chosenOf({ id, count }: { id: string; count: number }, { before, members, dirty }: Situation): Chosen {
  const found = before ? count >= members.count - dirty : count >= members.count;
  const named = before ? before.way === "customers" : members.count <= MOST_NAMED;
  return named && !found
    ? { way: "customers", reason: "few", platformSegmentId: id }
    : { way: "segment", reason: "many", platformSegmentId: id };
}

/** Audiences that stay named although they are many, until Shopify shows their segment or its members. */
export async function audiencesWait(shop: Shop, tx: Tx): Promise<boolean> {
  const waiting = await tx.rows(sql`
    select 1 from audience a join segment s on s.shop_id = a.shop_id and s.id = a.segment_id
    where a.shop_id = ${shop.id} and a.way = 'customers' and a.reason = 'few' and s.member_count >= ${MANY} limit 1`);
  return waiting.length > 0;
}

export async function settleAudience(shop: Shop, admin: AdminApi, appId: string, segmentId: string): Promise<Audience> {
  const { before, members, dirty } = await shop.db.tx(async (tx) => ({
    before: await readAudience(shop, tx, segmentId),
    members: await readMembers(shop, tx, segmentId),
    dirty: await countDirty(shop, tx),
  }));
  const chosen = await chooseWay(shop, admin, { appId, segmentId, before, members, dirty });
  const first = chosen.way === "customers" ? members.first : [];
  const after = { segmentId, ...chosen, customerIds: first.map(({ id }) => id) };
  if (!before || !alike(before, after)) await saveAudience(shop, before, after);
  return { segmentId, ...chosen, named: first.map(({ platformId }) => platformId) };
}

/** Those that a discount has used before: whom they name is kept up to date for its segment's other offers too. */
export async function knownAudiences(shop: Shop): Promise<Set<string>> {
  const rows = await shop.db.tx((tx) =>
    tx.rows<{ id: string }>(sql`select segment_id as id from audience where shop_id = ${shop.id}`),
  );
  return new Set(rows.map(({ id }) => id));
}

/** As it was last settled; null where no discount used it yet. */
export async function knownAudience(shop: Shop, segmentId: string): Promise<Audience | null> {
  return shop.db.tx(async (tx) => {
    const stored = await readAudience(shop, tx, segmentId);
    if (!stored) return null;
    const people = await tx.rows<{ platformId: string }>(sql`
      select coalesce(platform_id, id) as "platformId" from customer
      where shop_id = ${shop.id} and id = any (${stored.customerIds}::text[])`);
    return { ...stored, named: people.map(({ platformId }) => platformId) };
  });
}

export const targetOf = (audience: Audience | null): Target => {
  if (!audience) return { to: "all" };
  return audience.way === "segment" && audience.platformSegmentId
    ? { to: "segment", id: audience.platformSegmentId }
    : { to: "customers", ids: audience.named.toSorted() };
};

/** Audiences that no offer names any more: their native segment goes with them. */
export async function forgetAudiences(shop: Shop, admin: AdminApi): Promise<void> {
  const gone = await shop.db.tx((tx) =>
    tx.rows<{ segmentId: string; platformSegmentId: string | null }>(sql`
      select a.segment_id as "segmentId", a.platform_segment_id as "platformSegmentId" from audience a
      where a.shop_id = ${shop.id} and not exists (
        select from offer o where o.shop_id = a.shop_id and coalesce(o.audience_id, o.segment_id) = a.segment_id)`),
  );
  for (const { segmentId, platformSegmentId } of gone) {
    if (platformSegmentId) await removeNativeSegment(admin, platformSegmentId);
    await shop.db.tx((tx) =>
      tx.run(sql`delete from audience where shop_id = ${shop.id} and segment_id = ${segmentId}`),
    );
  }
}
