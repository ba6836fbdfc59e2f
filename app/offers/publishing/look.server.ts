// The job offers.look: compares offers' discounts with Shopify's, one after a webhook, all at night. The merchant sees what was
// changed in Shopify's admin, and the app does not undo it. The offer is shown to nobody until the merchant corrects it. At night
// the app also ends duplicates and leftovers.
import { adminFor, type AdminApi } from "../../shopify/admin-api.server.ts";
import { sql } from "../../db.server.ts";
import type { Fault } from "../../errors.ts";
import { locked } from "../../lock.server.ts";
import { enqueue } from "../../queue.server.ts";
import type { Shop } from "../../shop.server.ts";
import { markAllDirty, readAudiences } from "./audiences/audience-rows.server.ts";
import { DELETED, STARTED, breaksPromise, differences } from "./grants/differences.server.ts";
import type { DiscountWanted } from "./grants/discount.server.ts";
import { numberOf, readDiscount, type Found } from "./grants/find-discount.server.ts";
import { printOf, STOPPED, wantedOf } from "./grants/publish-discounts.server.ts";
import { claimCode, keepCode } from "./grants/code-history.server.ts";
import { keepTitle } from "./grants/title-history.server.ts";
import { endLeftovers } from "./leftovers.server.ts";
import { segmentOf, type Offer } from "../offer.ts";
import { readOffers } from "../offer-rows.server.ts";
import type { OfferEngine } from "./audiences/narrow-audience.server.ts";
import { markSegment } from "./customers/publication.server.ts";
import { forgetResolutions, noteFound } from "./publication-row.server.ts";
import { resolveOffer } from "../resolve.server.ts";
import { isLive } from "../standing/seen-as.ts";

/**
 * Handles a webhook about a discount: queues a comparison if the discount is one of ours, which the merchant may have changed.
 */
export async function noticeDiscount(shop: Shop, discountGid: string): Promise<void> {
  const ours = await shop.db.tx((tx) =>
    tx.rows<{ id: string }>(sql`
      select o.id from offer o join offer_publication p on p.shop_id = o.shop_id and p.offer_id = o.id
      where o.shop_id = ${shop.id} and o.wish <> 'deleted'
        and split_part(p.discount_id, '/', 5) = ${numberOf(discountGid)}`),
  );
  for (const { id } of ours) await enqueue("offers.look", { shop: shop.id, offer: id });
}

/** `offerId` null: all offers. Holds the lock of publishing, so that no discount is compared while the app changes it. */
export async function lookAtOffers(
  shop: Shop,
  engine: OfferEngine,
  offerId: string | null,
  api?: AdminApi,
): Promise<void> {
  await locked(`offers.publish ${shop.id}`, async () => {
    const admin = api ?? (await adminFor(shop));
    const which = offerId === null ? sql`true` : sql`o.id = ${offerId}`;
    const offers = await shop.db.tx((tx) => readOffers(shop, tx, sql`p.discount_id is not null and ${which}`));
    for (const offer of offers) {
      const found = await readDiscount(admin, offer.publication.discountId ?? "");
      const said = await compare(shop, engine, admin, { offer, found });
      if (said) await tellFound(shop, offer, said);
    }
    if (offerId !== null) return;
    await endLeftovers(shop, admin);
    // Failed steps are tried again, and nothing is taken over from earlier results.
    await forgetResolutions(shop);
    await markAllDirty(shop);
    await enqueue("offers.publish", { shop: shop.id });
  });
}

type Pair = { offer: Offer; found: Found | null };

/** Null: no comparison is possible, because a change by the app is not finished. */
async function compare(
  shop: Shop,
  engine: OfferEngine,
  admin: AdminApi,
  { offer, found }: Pair,
): Promise<Fault[] | null> {
  const { publishedAs, found: foundBefore } = offer.publication;
  if (publishedAs === null) return null;
  if (!found) {
    await keepTitle(shop, offer.id, null, "");
    await keepCode(shop, offer.id, null);
  } else if (found.method === "automatic") await keepTitle(shop, offer.id, found.body.title ?? null, found.id);
  else await followCodes(shop, offer.id, found);
  const live = isLive(offer.state);
  if (publishedAs === STOPPED) return !live && found && !found.expired ? [STARTED] : [];
  const wanted = live ? await wantedNow(shop, engine, offer) : null;
  // The offer may now agree with what the merchant changed in Shopify.
  if (!wanted || (printOf(wanted) !== publishedAs && foundBefore.length === 0)) return null;
  return found ? differences(admin, found, wanted, { now: shop.now(), currency: shop.currency }) : [DELETED];
}

/** The merchant may give the discount another code: orders with that code use the offer. Of several codes one is read. */
async function followCodes(shop: Shop, offerId: string, { body }: Found): Promise<void> {
  const code = body.codes?.nodes[0]?.code;
  if (code === undefined) return;
  await claimCode(shop, offerId, code);
  if (body.codesCount?.count === 1) await keepCode(shop, offerId, code);
}

/** The discount that the offer should have, for the audience as it was last settled. Null: unknown. */
async function wantedNow(shop: Shop, engine: OfferEngine, offer: Offer): Promise<DiscountWanted | null> {
  const resolved = await resolveOffer(shop, engine.offerKinds, offer);
  if (!resolved.ok || !resolved.discount) return null;
  const audience = segmentOf(offer) === null ? null : (await readAudiences(shop)).get(offer.audienceKey ?? "");
  if (audience === undefined || audience?.context === null) return null;
  return wantedOf(offer, resolved.discount, audience);
}

async function tellFound(shop: Shop, offer: Offer, said: Fault[]): Promise<void> {
  if (JSON.stringify(said) === JSON.stringify(offer.publication.found)) return;
  const withdrawn = isLive(offer.state) && said.some(breaksPromise);
  await shop.db.tx(async (tx) => {
    await noteFound(shop, tx, offer.id, { found: said, withdrawn });
    if (withdrawn === offer.publication.withdrawn) return;
    const segment = segmentOf(offer);
    if (segment) await markSegment(shop, tx, segment);
    await enqueue("offers.publish", { shop: shop.id }, tx);
  });
}
