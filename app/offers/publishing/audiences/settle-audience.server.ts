// Limits a discount to its audience: by a list of the customers while there are few, by a native segment on our metafield when
// there are many, and by a list again if Shopify refuses that segment.
import type { AdminApi } from "../../../shopify/admin-api.server.ts";
import { sql } from "../../../db.server.ts";
import { enqueue } from "../../../queue.server.ts";
import type { Shop } from "../../../shop.server.ts";
import { countDirty, markCustomers, markWhom } from "../customers/publication.server.ts";
import { MOST_A_RUN } from "../customers/write-customers.server.ts";
import { isolated, refusedAtTop, type Finding } from "../findings.server.ts";
import { segmentOf, type Offer } from "../../offer.ts";
import { NATIVE_FROM, MAX_LISTED, nextContext } from "../../discount-context.ts";
import {
  dropAudience,
  membersOf,
  readAudiences,
  saveAudience,
  settleUnused,
  unnamedAudiences,
  type Audience,
  type Settled,
  type StoredAudience,
} from "./audience-rows.server.ts";
import { ensureNativeSegment, removeNativeSegment } from "./native-segment.server.ts";

const REFUSAL_HOLDS_MS = 3_600_000;

type Member = { id: string; platformId: string };

/** The members who entered first, at most as many as a discount can name. */
const firstMembers = (shop: Shop, key: string): Promise<Member[]> =>
  shop.db.tx((tx) =>
    tx.rows<Member>(sql`
      select c.id, coalesce(c.platform_id, c.id) as "platformId"
      from audience a cross join lateral ${membersOf(shop)} m
      join customer c on c.shop_id = a.shop_id and c.id = m.customer_id and c.deleted_at is null
      where a.shop_id = ${shop.id} and a.key = ${key} and coalesce(c.platform_id, c.id) ~ '^[0-9]+$'
      order by m.entered_recorded_at, c.id limit ${MAX_LISTED}`),
  );

type Chosen = Pick<Settled, "context" | "reason" | "platformSegmentId">;
/** `dirty`: the number of customers whose metafields are not written yet. */
type Situation = { appId: string; before: StoredAudience; dirty: number };

async function chooseContext(shop: Shop, admin: AdminApi, situation: Situation): Promise<Chosen> {
  const { appId, before, dirty } = situation;
  const { key, name, platformSegmentId } = before;
  const few: Chosen = { context: "customers", reason: "few", platformSegmentId };
  if (nextContext(before.count, before.context) === "customers") return few;
  const refused: Chosen = { ...few, reason: "refused" };
  const asked = before.reason === "refused" ? before.updatedAt.getTime() : 0;
  // A refusal that is dated in the future was noted by a clock that was ahead.
  if (Math.abs(shop.now().getTime() - asked) < REFUSAL_HOLDS_MS) return refused;
  // The native segment finds customers by their metafields, which this run wrote before. While more metafields wait than a run
  // writes, the list stays, so that no customer loses the discount.
  if (before.context === "customers" && dirty > MOST_A_RUN) return { ...few, reason: before.reason };
  const native = await ensureNativeSegment(admin, appId, { key, name, knownId: platformSegmentId });
  if (native.ok) return chosenOf(native, situation);
  if (native.waits) return few;
  shop.log.warn({ audience: key, refusal: native.message }, "native segment refused");
  return refused;
}

/**
 * Shopify takes a while to find the members of a segment. Until then the discount has a list, as long as the list is not too
 * long.
 */
function chosenOf({ id, count }: { id: string; count: number }, { before, dirty }: Situation): Chosen {
  const isNew = before.context === null;
  const found = count >= before.count - (isNew ? 0 : dirty);
  const named = isNew ? before.count <= MAX_LISTED : before.context === "customers";
  return named && !found
    ? { context: "customers", reason: "few", platformSegmentId: id }
    : { context: "segment", reason: "many", platformSegmentId: id };
}

async function settleAudience(shop: Shop, admin: AdminApi, appId: string, before: StoredAudience): Promise<Audience> {
  const dirty = await shop.db.tx((tx) => countDirty(shop, tx));
  const chosen = await chooseContext(shop, admin, { appId, before, dirty });
  const first = chosen.context === "customers" ? await firstMembers(shop, before.key) : [];
  const customerIds = first.map(({ id }) => id);
  const waits = chosen.context === "customers" && (before.count >= NATIVE_FROM || chosen.reason === "refused");
  await shop.db.tx(async (tx) => {
    await saveAudience(shop, tx, before, { key: before.key, ...chosen, customerIds, waits });
    // Customers who entered or left the list get or lose the offer, so their metafields must be written.
    if (before.context === "customers" && chosen.context === "customers")
      await markCustomers(shop, tx, differing(before.customerIds, customerIds));
  });
  return { key: before.key, ...chosen, named: first.map(({ platformId }) => platformId) };
}

function differing(a: readonly string[], b: readonly string[]): string[] {
  const [inA, inB] = [new Set(a), new Set(b)];
  return [...a.filter((id) => !inB.has(id)), ...b.filter((id) => !inA.has(id))];
}

export type Audiences = { audiences: Map<string, Audience>; findings: Finding[] };

/**
 * Settles the marked audiences that a discount needs or needed. An audience's list is kept up to date for all offers to the
 * audience. `offersOf`: by key, the live offers to the audience, and whether one of them has a discount. A failure of one
 * audience becomes a fault of its own offers only.
 */
export async function settleAudiences(
  shop: Shop,
  admin: AdminApi,
  appId: string,
  offersOf: ReadonlyMap<string, { ids: string[]; hasDiscount: boolean }>,
): Promise<Audiences> {
  const stored = [...(await readAudiences(shop)).values()];
  const isUsed = ({ key, context }: StoredAudience): boolean => {
    const offers = offersOf.get(key);
    return offers !== undefined && (offers.hasDiscount || context !== null);
  };
  const audiences = new Map<string, Audience>();
  const findings: Finding[] = [];
  for (const audience of stored.filter(isUsed)) {
    if (audience.dirtyAt === null && audience.context !== null) audiences.set(audience.key, audience);
    else
      findings.push(
        ...(await isolated(offersOf.get(audience.key)?.ids ?? [], async () => {
          try {
            audiences.set(audience.key, await settleAudience(shop, admin, appId, audience));
            return null;
          } catch (error) {
            const message = refusedAtTop(error);
            if (message === null) throw error;
            return { key: "offers.fault.audience_refused", parameters: { message } };
          }
        })),
      );
  }
  await settleUnused(
    shop,
    stored.filter((audience) => !isUsed(audience)),
  );
  return { audiences, findings };
}

/**
 * Makes the audience of offers to a segment without an audience, for the next run. Until then the offer is shown to nobody:
 * without the key of an audience, the offer would be shown to everybody.
 */
export async function findUnaddressed(shop: Shop, offers: readonly Offer[]): Promise<Finding[]> {
  const unaddressed = offers.filter((offer) => segmentOf(offer) !== null && offer.audienceKey === null);
  if (unaddressed.length === 0) return [];
  await shop.db.tx(async (tx) => {
    await markWhom(shop, tx, unaddressed);
    await enqueue("offers.publish", { shop: shop.id }, tx);
  });
  return unaddressed.map(({ id }) => ({ offerId: id, fault: { key: "offers.fault.no_audience_yet" } }));
}

/**
 * Deletes audiences whose segment or test no offer has any more, then their native segments. If the run ends in between, the nightly
 * comparison deletes the native segment.
 */
export async function forgetAudiences(shop: Shop, admin: AdminApi): Promise<void> {
  for (const { key } of await unnamedAudiences(shop)) {
    const platformSegmentId = await dropAudience(shop, key);
    if (platformSegmentId) await removeNativeSegment(admin, platformSegmentId);
  }
}
