// Publishes, pauses, ends, deletes and copies offers. Each change queues the publishing job in the same transaction.
import type { Actor } from "../../audit.server.ts";
import { own } from "../../own.ts";
import { sql, type Tx } from "../../db.server.ts";
import { UserError } from "../../errors.ts";
import { holdSegment } from "../../segments/segment.server.ts";
import type { Shop } from "../../shop.server.ts";
import type { Offer, OfferDefinition } from "../offer.ts";
import { readOffer, readOffers, stateOf } from "../offer-rows.server.ts";
import { narrowAudience, type OfferEngine } from "../publishing/audiences/narrow-audience.server.ts";
import { markWhom } from "../publishing/customers/publication.server.ts";
import { forgetFound, forgetPrint } from "../publishing/publication-row.server.ts";
import { resolveOffer, type OfferKinds } from "../resolve.server.ts";
import { isLive, saysNothing } from "../standing/seen-as.ts";
import { changedMeanwhile, insertOffer, updateOffer, type Done } from "./definition-row.server.ts";
import { ENDED, readExpected } from "./save-offer.server.ts";

/**
 * Publishes a draft, or resumes a paused offer. The kind is called before the transaction, because a plugin's code may be slow.
 */
export async function publishOffer(
  shop: Shop,
  engine: OfferEngine,
  id: string,
  { expectedVersion = null, actor }: { expectedVersion?: number | null; actor: Actor },
): Promise<void> {
  const asked = await readExpected(shop, id, expectedVersion);
  if (asked.state === "ended") throw new UserError(ENDED.key);
  if (!own(engine.offerKinds, asked.kind)) throw new UserError("offers.fault.kind_missing");
  if (asked.endsAt && asked.endsAt <= shop.now()) throw new UserError("offers.fault.ends_in_the_past", {}, "ends");
  const resolved = await resolveOffer(shop, engine.offerKinds, asked);
  if (!resolved.ok) throw new UserError(resolved.fault.key, resolved.fault.parameters);
  if (resolved.content.shape === "message" && saysNothing(asked))
    throw new UserError("offers.fault.says_nothing", {}, "words.en.title");
  await moveOffer(shop, id, { actor, action: "published" }, async (offer, tx) => {
    if (offer.version !== asked.version) throw changedMeanwhile();
    if (offer.segmentId && !(await holdSegment(shop, tx, offer.segmentId)))
      throw new UserError("offers.fault.no_segment", {}, "segment");
    return { wish: "on", narrowedId: await narrowAudience(shop, tx, engine, offer, actor) };
  });
}

export const pauseOffer = (shop: Shop, id: string, actor: Actor): Promise<void> =>
  moveOffer(shop, id, { actor, action: "paused" }, ({ state }) => (isLive(state) ? { wish: "paused" } : null));

/** Queues the job that writes the offer's discount anew, and so undoes what the merchant changed in Shopify. */
export async function mendOffer(shop: Shop, id: string, actor: Actor): Promise<void> {
  await moveOffer(shop, id, { actor, action: "mended" }, async (_offer, tx) => {
    await forgetPrint(shop, tx, id);
    return {};
  });
}

/** Ends the offer at once. An ended offer cannot begin again; a copy of it can be made. */
export const endOffer = (shop: Shop, id: string, actor: Actor): Promise<void> =>
  moveOffer(shop, id, { actor, action: "ended" }, endNow(shop));

/** Ends every offer that has not ended, in one transaction. Used before the merchant uninstalls the app. */
export const endAllOffers = (shop: Shop, actor: Actor): Promise<void> =>
  shop.db.tx(async (tx) => {
    const offers = await readOffers(shop, tx, sql`${stateOf(shop.now())} in ('scheduled', 'active', 'paused')`);
    for (const { id } of offers)
      await moveWithin(shop, tx, id, { done: { actor, action: "ended" }, decide: endNow(shop) });
  });

const endNow =
  (shop: Shop): Decide =>
  ({ state, endsAt, startsAt }) => {
    if (state === "ended" || state === "draft") return null;
    const now = shop.now();
    return { wish: "ended", endsAt: endsAt && endsAt < now ? endsAt : now, startsAt: startsAt > now ? now : startsAt };
  };

/** Deletes the offer. The row of a published offer stays, hidden, until the discount is deleted in Shopify. */
export const deleteOffer = (shop: Shop, id: string, actor: Actor): Promise<void> =>
  moveOffer(shop, id, { actor, action: "deleted" }, () => ({ wish: "deleted" }));

type Move = Partial<Pick<OfferDefinition, "wish" | "startsAt" | "endsAt" | "narrowedId">>;
/** Null: nothing changes, and nothing is written. */
type Decide = (offer: Offer, tx: Tx) => Move | null | Promise<Move>;

const moveOffer = (shop: Shop, id: string, done: Done, decide: Decide): Promise<void> =>
  shop.db.tx((tx) => moveWithin(shop, tx, id, { done, decide }));

type Wanted = { done: Done; decide: Decide };

async function moveWithin(shop: Shop, tx: Tx, id: string, { done, decide }: Wanted): Promise<void> {
  await tx.rows(sql`select 1 from offer where shop_id = ${shop.id} and id = ${id} for update`);
  const offer = await readOffer(shop, tx, id);
  if (!offer) throw new UserError("offers.fault.gone");
  const move = await decide(offer, tx);
  if (!move) return;
  const after = { ...offer, ...move };
  await updateOffer(shop, tx, { before: offer, after, done });
  await forgetFound(shop, tx, id);
  // A draft is in no customer's metafield.
  if (offer.wish !== "draft" || after.wish === "on") await markWhom(shop, tx, [offer, after]);
}

/**
 * Makes a draft from an offer and returns the draft's id. The draft starts now at the earliest. Settings that must be unique are
 * left out.
 */
export const duplicateOffer = (
  shop: Shop,
  kinds: OfferKinds,
  id: string,
  { name, actor }: { name: string; actor: Actor },
): Promise<string> =>
  shop.db.tx(async (tx) => {
    const offer = await readOffer(shop, tx, id);
    if (!offer) throw new UserError("offers.fault.gone");
    // The segment of an ended offer may be archived. The copy can be published only once the merchant chooses another segment.
    if (offer.segmentId && offer.state !== "ended" && !(await holdSegment(shop, tx, offer.segmentId)))
      throw new UserError("offers.fault.no_segment", {}, "segment");
    const now = shop.now();
    const unique: readonly string[] = own(kinds, offer.kind)?.unique ?? [];
    const settings = Object.fromEntries(Object.entries(offer.settings).filter(([each]) => !unique.includes(each)));
    const startsAt = offer.startsAt > now ? offer.startsAt : now;
    const endsAt = offer.endsAt && offer.endsAt > now ? offer.endsAt : null;
    return insertOffer(shop, tx, { ...offer, name, settings, startsAt, endsAt, narrowedId: null }, actor);
  });
