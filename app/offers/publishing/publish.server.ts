// The job offers.publish: brings the store to what the offers say. Every step looks first and may be broken off anywhere;
// the next run goes on. The order keeps a promise: what a shopper is shown, the checkout grants her.
import type { Instant } from "../../instant.ts";
import { adminFor, type AdminApi } from "../../shopify/admin-api.server.ts";
import { readAppData, writeAppData, type AppData } from "../../shopify/app-data.server.ts";
import { sql } from "../../db.server.ts";
import { locked } from "../../lock.server.ts";
import { enqueue } from "../../queue.server.ts";
import type { Shop } from "../../shop.server.ts";
import { audiencesWait, forgetAudiences, knownAudiences, settleAudience, type Audience } from "./audience.server.ts";
import { buildCatalogue, fitCatalogue } from "./catalogue.ts";
import { UserError, type Fault } from "../../errors.ts";
import { keyOf, type Offer } from "../offer.ts";
import { noteShown, readOffers } from "../offer-rows.server.ts";
import { archiveUnused, narrowAudience, type OfferEngine } from "./narrow-audience.server.ts";
import { publishDiscounts, removeDeleted, stopDiscounts, tell, type Live } from "./grants/publish-discounts.server.ts";
import { markAll, markSegment } from "./publication.server.ts";
import { KIND_FAILED, resolveOffer } from "../resolve.server.ts";
import { apart, refusedAtTop, type Unfinished } from "./unfinished.server.ts";
import { writeCustomers } from "./write-customers.server.ts";

/** At least once, one at a time a shop. */
export async function publishOffers(shop: Shop, engine: OfferEngine, api?: AdminApi): Promise<void> {
  await locked(`offers.publish ${shop.id}`, async () => {
    const admin = api ?? (await adminFor(shop));
    const unfinished: Unfinished = { errors: [], offers: new Set() };
    await settleStates(shop);
    const unnarrowed = await narrowAgain(shop, engine);
    const offers = await shop.db.tx((tx) => readOffers(shop, tx));
    const { live, lost } = await resolveAll(shop, engine, offers, unnarrowed);
    const over = offers.filter(({ state }) => state === "paused" || state === "ended");
    await stopDiscounts(shop, admin, [...over, ...lost], unfinished);
    await removeDeleted(shop, admin, unfinished);
    const published = await readAppData(admin, "offers");
    // An uninstall takes what the app wrote; customers' metafields go with the catalogue.
    if (published.json === null) await shop.db.tx((tx) => markAll(shop, tx));
    const audiences = await settleAudiences(shop, admin, { published, live, unfinished });
    const named = live.filter(({ offer }) => audiences.get(keyOf(offer) ?? "")?.way !== "segment");
    await publishDiscounts(shop, admin, named, { audiences, unfinished });
    const owed = await writeCustomers(shop, admin);
    const others = live.filter((one) => !named.includes(one));
    await publishDiscounts(shop, admin, others, { audiences, unfinished });
    await publishCatalogue(shop, admin, { published, live, unfinished });
    await forgetAudiences(shop, admin);
    await archiveUnused(shop);
    if (owed) await enqueue("offers.publish", { shop: shop.id });
    const [first] = unfinished.errors;
    if (first) throw first;
  });
}

/**
 * What the clock changed since the last run. Who ends an offer sets its end: one that has ended before its end was ended by
 * a clock that was ahead. What is paused stays paused, for the same reason.
 */
async function settleStates(shop: Shop): Promise<void> {
  const now = shop.now();
  await shop.db.tx(async (tx) => {
    const moved = await tx.rows<{ key: string | null }>(sql`
      update offer set state = case when ends_at <= ${now} then 'ended' else 'active' end where shop_id = ${shop.id}
        and ((state in ('scheduled', 'active') and ends_at <= ${now}) or (state = 'ended' and ends_at > ${now}))
      returning coalesce(audience_id, segment_id) as key`);
    for (const { key } of moved) if (key) await markSegment(shop, tx, key);
    await tx.run(sql`
      update offer set state = 'active' where shop_id = ${shop.id} and state = 'scheduled' and starts_at <= ${now}`);
  });
}

/** By offer. */
type Unnarrowed = Map<string, Fault>;

/**
 * The merchant may have changed the segment that a kind narrows. Where the narrowing fails, that offer is told so and stays
 * published as it is; the other offers go on.
 */
async function narrowAgain(shop: Shop, engine: OfferEngine): Promise<Unnarrowed> {
  const unnarrowed: Unnarrowed = new Map();
  await shop.db.tx(async (tx) => {
    const isNarrowed = sql`o.audience_id is not null and o.state in ('scheduled', 'active')`;
    for (const offer of await readOffers(shop, tx, isNarrowed)) {
      try {
        await narrowAudience(shop, tx, engine, offer);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        unnarrowed.set(offer.id, error.fault);
      }
    }
  });
  return unnarrowed;
}

/** For the clock: whether a state is due to change, or customers' metafields are still to be written. */
export async function offersAreDue(shop: Shop): Promise<boolean> {
  const now = shop.now();
  return shop.db.tx(async (tx) => {
    const due = await tx.rows(sql`
      select 1 where exists (
        select from offer where shop_id = ${shop.id} and (
          (state in ('scheduled', 'active') and ends_at <= ${now}) or (state = 'ended' and ends_at > ${now})
          or (state = 'scheduled' and starts_at <= ${now})
        )) or exists (select from publication where shop_id = ${shop.id} and dirty_at is not null)`);
    return due.length > 0 || audiencesWait(shop, tx);
  });
}

/** When the next offer begins or ends; null: none does. */
export async function nextOfferDue(shop: Shop): Promise<Instant | null> {
  const [row] = await shop.db.tx((tx) =>
    tx.rows<{ at: Instant | null }>(sql`
      select min(case when state = 'scheduled' then starts_at else ends_at end) as at from offer
      where shop_id = ${shop.id} and state in ('scheduled', 'active')`),
  );
  return row?.at ?? null;
}

/** Lost are those whose kind is gone or takes their settings no more; a kind that failed this once keeps its discounts. */
async function resolveAll(
  shop: Shop,
  engine: OfferEngine,
  offers: Offer[],
  unnarrowed: Unnarrowed,
): Promise<{ live: Live[]; lost: Offer[] }> {
  const live: Live[] = [];
  const lost: Offer[] = [];
  for (const offer of offers.filter(({ state }) => state === "scheduled" || state === "active")) {
    const fault = unnarrowed.get(offer.id);
    if (fault) {
      await tell(shop, offer, fault);
      continue;
    }
    const resolved = await resolveOffer(shop, engine.offerKinds, offer);
    await tell(shop, offer, resolved.ok ? null : resolved.fault);
    if (offer.withdrawn) continue;
    if (resolved.ok) live.push({ offer, content: resolved.content, discount: resolved.discount });
    else if (resolved.fault.key !== KIND_FAILED) lost.push(offer);
  }
  return { live, lost };
}

type Run = { published: AppData; live: Live[]; unfinished: Unfinished };

/** One audience's failure is that of its offers; no other loses its discounts by it. */
async function settleAudiences(shop: Shop, admin: AdminApi, { published, live, unfinished }: Run) {
  const known = await knownAudiences(shop);
  const audiences = new Map<string, Audience>();
  const appId = published.app.slice(published.app.lastIndexOf("/") + 1);
  const used = Map.groupBy(
    live.filter(({ offer, discount }) => discount !== null || known.has(keyOf(offer) ?? "")),
    ({ offer }) => keyOf(offer),
  );
  for (const [key, entries] of used) {
    if (key === null) continue;
    const ids = entries.map(({ offer }) => offer.id);
    await apart(unfinished, ids, async () => {
      try {
        audiences.set(key, await settleAudience(shop, admin, appId, key));
      } catch (error) {
        const message = refusedAtTop(error);
        if (message === null) throw error;
        for (const { offer } of entries)
          await tell(shop, offer, { key: "offers.fault.audience_refused", parameters: { message } });
      }
    });
  }
  return audiences;
}

async function publishCatalogue(shop: Shop, admin: AdminApi, { published, live, unfinished }: Run): Promise<void> {
  const sound = live.filter(({ offer }) => !offer.fault && !unfinished.offers.has(offer.id));
  const { text, left } = fitCatalogue(buildCatalogue(sound, shop.timeZone));
  for (const { offer } of sound)
    if (left.includes(offer.id)) await tell(shop, offer, { key: "offers.fault.catalogue_full" });
  if (published.json === null || JSON.stringify(JSON.parse(published.json)) !== text) {
    const refusal = await writeAppData(admin, published.installation, "offers", text);
    if (refusal) throw new Error(`the offer catalogue was refused: ${refusal}`);
  }
  const shown = sound.map(({ offer }) => offer).filter(({ id }) => !left.includes(id));
  await noteShown(shop, shown);
}
