// Writes the merchant's row of an offer. No other code writes the row. Each change raises the version and is kept in the audit.
// Each version of an offer that is not a draft is kept in offer_version.
import { randomUUID } from "node:crypto";
import { audit, changedParts, type Actor, type Change } from "../../audit.server.ts";
import { sql, type Tx } from "../../db.server.ts";
import { STALE, UserError } from "../../errors.ts";
import { freeHandle, handleOf } from "../../handle.ts";
import { lockUntilCommit } from "../../lock.server.ts";
import { enqueue } from "../../queue.server.ts";
import type { Shop } from "../../shop.server.ts";
import type { Offer, OfferDefinition, OfferTerms } from "../offer.ts";
import { moveExperiment } from "../experiment/move-experiment.server.ts";

export const changedMeanwhile = () => new UserError(STALE.key);

type New = OfferTerms & { narrowedId: string | null };

/** Inserts a draft and returns the draft's id. */
export async function insertOffer(shop: Shop, tx: Tx, offer: New, actor: Actor): Promise<string> {
  const id = randomUUID();
  const now = shop.now();
  await tx.run(sql`
    insert into offer (shop_id, id, handle, kind, name, segment_id, narrowed_id, settings, words, placements, holdout,
      starts_at, ends_at, created_at, updated_at)
    values (${shop.id}, ${id}, ${await chooseHandle(shop, tx, offer.name)}, ${offer.kind}, ${offer.name}, ${offer.segmentId},
      ${offer.narrowedId}, ${JSON.stringify(offer.settings)}::jsonb, ${JSON.stringify(offer.words)}::jsonb,
      ${offer.placements}, ${offer.holdout}, ${offer.startsAt}, ${offer.endsAt}, ${now}, ${now})`);
  await audit(shop, tx, { actor, subject: { kind: "offer", id }, action: "created", version: 1 });
  return id;
}

export type Done = Pick<Change, "actor" | "action">;

/**
 * Returns the test that the offer has after the change. Throws a UserError if the offer was changed since `before` was read.
 */
export async function updateOffer(
  shop: Shop,
  tx: Tx,
  { before, after, done }: { before: Offer; after: OfferDefinition; done: Done },
): Promise<string | null> {
  const experimentId = await moveExperiment(shop, tx, before, after);
  const [saved] = await tx.rows<{ version: number }>(sql`
    update offer set name = ${after.name}, segment_id = ${after.segmentId}, narrowed_id = ${after.narrowedId},
      settings = ${JSON.stringify(after.settings)}::jsonb, words = ${JSON.stringify(after.words)}::jsonb,
      placements = ${after.placements}, holdout = ${after.holdout}, experiment_id = ${experimentId}, wish = ${after.wish}, starts_at = ${after.startsAt}, ends_at = ${after.endsAt},
      version = version + 1, updated_at = ${shop.now()}
    where shop_id = ${shop.id} and id = ${before.id} and version = ${before.version} returning version`);
  if (!saved) throw changedMeanwhile();
  const { version } = saved;
  const changed = changedParts(partsOf(before), partsOf(after));
  await audit(shop, tx, { ...done, subject: { kind: "offer", id: before.id }, version, changed });
  if (after.wish === "draft") return experimentId;
  await keepVersion(shop, tx, { ...after, version });
  await enqueue("offers.publish", { shop: shop.id }, tx);
  return experimentId;
}

/** The parts of an offer that a merchant defines. */
const partsOf = (offer: OfferDefinition) => {
  const { kind, name, segmentId, narrowedId, settings, words, placements, holdout, wish, startsAt, endsAt } = offer;
  return { kind, name, segmentId, narrowedId, settings, words, placements, holdout, wish, startsAt, endsAt };
};

async function keepVersion(shop: Shop, tx: Tx, offer: OfferDefinition): Promise<void> {
  const definition = { handle: offer.handle, ...partsOf(offer) };
  await tx.run(sql`
    insert into offer_version (shop_id, offer_id, version, "from", definition)
    values (${shop.id}, ${offer.id}, ${offer.version}, ${shop.now()}, ${JSON.stringify(definition)}::jsonb)`);
}

/**
 * Chooses a free handle. The shop's offers take handles one at a time, since two offers of one name would find the same handle
 * free.
 */
async function chooseHandle(shop: Shop, tx: Tx, name: string): Promise<string> {
  const wanted = handleOf(name, "offer");
  await lockUntilCommit(tx, `offer handles ${shop.id}`);
  const rows = await tx.rows<{ handle: string }>(sql`
    select handle from offer where shop_id = ${shop.id} and starts_with(handle, ${wanted})`);
  return freeHandle(wanted, new Set(rows.map(({ handle }) => handle)));
}
