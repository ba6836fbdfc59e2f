// The merchant's row of an offer, written here alone. Each change counts the version on and stands in the audit; what is not a
// draft any more is kept as a version, too.
import { randomUUID } from "node:crypto";
import { audit, changedParts, type Actor, type Change } from "../../audit.server.ts";
import { sql, type Tx } from "../../db.server.ts";
import { STALE, UserError } from "../../errors.ts";
import { enqueue } from "../../queue.server.ts";
import type { Shop } from "../../shop.server.ts";
import { segmentOf, type Offer, type OfferDefinition, type OfferTerms } from "../offer.ts";
import { markSegment } from "../publishing/customers/publication.server.ts";

export const changedMeanwhile = () => new UserError(STALE.key);

type New = OfferTerms & { narrowedId: string | null };

/** Returns the id of a draft. */
export async function insertOffer(shop: Shop, tx: Tx, offer: New, actor: Actor): Promise<string> {
  const id = randomUUID();
  const now = shop.now();
  await tx.run(sql`
    insert into offer (shop_id, id, handle, kind, name, segment_id, narrowed_id, settings, words, placements,
      starts_at, ends_at, created_at, updated_at)
    values (${shop.id}, ${id}, ${await freeHandle(shop, tx, offer.name)}, ${offer.kind}, ${offer.name}, ${offer.segmentId},
      ${offer.narrowedId}, ${JSON.stringify(offer.settings)}::jsonb, ${JSON.stringify(offer.words)}::jsonb,
      ${offer.placements}, ${offer.startsAt}, ${offer.endsAt}, ${now}, ${now})`);
  await audit(shop, tx, { actor, subject: { kind: "offer", id }, action: "created", version: 1 });
  return id;
}

export type Done = Pick<Change, "actor" | "action">;

/** Refused where another change came first. */
export async function updateOffer(
  shop: Shop,
  tx: Tx,
  { before, after, done }: { before: Offer; after: OfferDefinition; done: Done },
): Promise<void> {
  const [saved] = await tx.rows<{ version: number }>(sql`
    update offer set name = ${after.name}, segment_id = ${after.segmentId}, narrowed_id = ${after.narrowedId},
      settings = ${JSON.stringify(after.settings)}::jsonb, words = ${JSON.stringify(after.words)}::jsonb,
      placements = ${after.placements}, wish = ${after.wish}, starts_at = ${after.startsAt}, ends_at = ${after.endsAt},
      version = version + 1, updated_at = ${shop.now()}
    where shop_id = ${shop.id} and id = ${before.id} and version = ${before.version} returning version`);
  if (!saved) throw changedMeanwhile();
  const { version } = saved;
  const changed = changedParts(partsOf(before), partsOf(after));
  await audit(shop, tx, { ...done, subject: { kind: "offer", id: before.id }, version, changed });
  if (after.wish === "draft") return;
  await keepVersion(shop, tx, { ...after, version });
  await enqueue("offers.publish", { shop: shop.id }, tx);
}

/** Whom the offer was and is for: customers' metafields may have to say something else. */
export async function markWhom(shop: Shop, tx: Tx, ...offers: OfferDefinition[]): Promise<void> {
  const segments = new Set(offers.flatMap((offer) => segmentOf(offer) ?? []));
  for (const segment of [...segments].toSorted()) await markSegment(shop, tx, segment);
}

/** All that a merchant says of an offer. */
const partsOf = (offer: OfferDefinition) => {
  const { kind, name, segmentId, narrowedId, settings, words, placements, wish, startsAt, endsAt } = offer;
  return { kind, name, segmentId, narrowedId, settings, words, placements, wish, startsAt, endsAt };
};

async function keepVersion(shop: Shop, tx: Tx, offer: OfferDefinition): Promise<void> {
  const definition = { handle: offer.handle, ...partsOf(offer) };
  await tx.run(sql`
    insert into offer_version (shop_id, offer_id, version, "from", definition)
    values (${shop.id}, ${offer.id}, ${offer.version}, ${shop.now()}, ${JSON.stringify(definition)}::jsonb)`);
}

const LONGEST_HANDLE = 50;

/** Of the name: `winter-tea`, then `winter-tea-2`. An offer keeps it whatever it is called later. */
async function freeHandle(shop: Shop, tx: Tx, name: string): Promise<string> {
  const base =
    name
      .normalize("NFKD")
      .replace(/\p{Mark}/gu, "")
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .slice(0, LONGEST_HANDLE)
      .replace(/^-|-$/g, "") || "offer";
  // One at a time: two offers of one name that are made together would find the same handle free.
  await tx.rows(sql`select pg_advisory_xact_lock(hashtextextended(${`offer handles ${shop.id}`}, 0))`);
  const rows = await tx.rows<{ handle: string }>(sql`
    select handle from offer where shop_id = ${shop.id} and (handle = ${base} or handle like ${`${base}-%`})`);
  const taken = new Set(rows.map(({ handle }) => handle));
  let handle = base;
  for (let number = 2; taken.has(handle); number += 1) handle = `${base}-${number}`;
  return handle;
}
