// Brings the discounts in Shopify to what the offers say.
import type { AdminApi } from "../../../shopify/admin-api.server.ts";
import { sql } from "../../../db.server.ts";
import type { Fault } from "../../../errors.ts";
import type { Shop } from "../../../shop.server.ts";
import { targetOf, type Audience } from "../audiences/audience-rows.server.ts";
import { isolated, NotSeenYet, refusedAtTop, type Finding } from "../findings.server.ts";
import { dropPublication, noteDiscount } from "../publication-row.server.ts";
import type { Live } from "../resolve-live.server.ts";
import {
  customersThere,
  DiscountRefused,
  fingerprint,
  putDiscount,
  removeDiscount,
  stopDiscount,
  type DiscountWanted,
} from "./discount.server.ts";
import { discountOfCode, findDiscount, type Found } from "./find-discount.server.ts";
import { claimCode, dropCode, keepCode } from "./code-history.server.ts";
import { claimTitle, dropTitle, keepTitle } from "./title-history.server.ts";
import { titleAt } from "./titles.ts";
import type { DiscountSpec } from "../../offer-kind.ts";
import { segmentOf, type Offer, type Publication } from "../../offer.ts";

/** Stored instead of a fingerprint: there is no discount, or the discount grants nothing. */
export const STOPPED = "stopped";
/** Stored instead of a fingerprint, followed by the time: the app asked Shopify to make a discount and has no answer yet. */
const ASKING = "asking ";
/** Within this time Shopify shows a discount that it made. */
const SEEN_WITHIN_MS = 900_000;

/** After this many titles that Shopify refuses, the offer gets a fault. */
const MOST_TITLES = 20;

/** What is stored of an offer's discount: its id, and what was last published. */
type Known = Pick<Publication, "discountId" | "publishedAs">;
type OfOffer = { id: string; known: Known };

/** Whether Shopify may have made a discount whose id was lost, and may not show it yet. */
function mayBeUnseen(shop: Shop, { discountId, publishedAs }: Known): boolean {
  if (discountId !== null || !publishedAs?.startsWith(ASKING)) return false;
  return shop.now().getTime() - Date.parse(publishedAs.slice(ASKING.length)) < SEEN_WITHIN_MS;
}

const look = (admin: AdminApi, { id, known }: OfOffer): Promise<Found | null> =>
  findDiscount(admin, id, known.discountId, known.publishedAs?.startsWith(ASKING) ?? false);

/** Null: there is no discount. Throws if Shopify may have made a discount that Shopify does not show yet. */
async function lookUntilSeen(shop: Shop, admin: AdminApi, offer: OfOffer): Promise<Found | null> {
  const found = await look(admin, offer);
  if (!found && mayBeUnseen(shop, offer.known)) throw new NotSeenYet(`the discount of offer ${offer.id}`);
  return found;
}

async function stop(shop: Shop, admin: AdminApi, offer: OfOffer): Promise<void> {
  const found = await lookUntilSeen(shop, admin, offer);
  if (found) await stopDiscount(admin, found);
  await noteDiscount(shop, offer.id, found?.id ?? null, STOPPED);
}

export async function stopDiscounts(shop: Shop, admin: AdminApi, offers: readonly Offer[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { id, publication } of offers.filter((offer) => offer.publication.publishedAs !== STOPPED))
    findings.push(...(await isolated([id], () => faultIfRefused(() => stop(shop, admin, { id, known: publication })))));
  return findings;
}

/** Deletes the discounts of deleted offers, and then the offers. */
export async function removeDeleted(shop: Shop, admin: AdminApi): Promise<Finding[]> {
  const deleted = await shop.db.tx((tx) =>
    tx.rows<{ id: string } & Known>(sql`
      select o.id, p.discount_id as "discountId", p.published_as as "publishedAs" from offer o
      left join offer_publication p on p.shop_id = o.shop_id and p.offer_id = o.id
      where o.shop_id = ${shop.id} and o.wish = 'deleted'`),
  );
  const findings: Finding[] = [];
  for (const { id, ...known } of deleted) {
    const found = await isolated([id], () => faultIfRefused(() => remove(shop, admin, { id, known })));
    for (const one of found)
      if ("fault" in one) shop.log.warn({ offer: id, said: one.fault }, "a discount was not deleted");
    findings.push(...found.filter((one) => "error" in one));
  }
  return findings;
}

async function remove(shop: Shop, admin: AdminApi, offer: OfOffer): Promise<void> {
  const found = await lookUntilSeen(shop, admin, offer);
  if (found) await removeDiscount(admin, found);
  await keepTitle(shop, offer.id, null, "");
  await keepCode(shop, offer.id, null);
  await shop.db.tx(async (tx) => {
    await dropPublication(shop, tx, offer.id);
    await tx.run(sql`delete from offer where shop_id = ${shop.id} and id = ${offer.id}`);
  });
}

export async function publishDiscounts(
  shop: Shop,
  admin: AdminApi,
  live: readonly Live[],
  audiences: ReadonlyMap<string, Audience>,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { offer, discount } of live) {
    const audience = segmentOf(offer) === null ? null : audiences.get(offer.audienceKey ?? "");
    // A discount without an audience would apply to everybody.
    if (!discount || audience === undefined) continue;
    const wanted = wantedOf(offer, discount, audience);
    const { id, publication } = offer;
    findings.push(
      ...(await isolated([id], () =>
        faultIfRefused(() => publishDiscount(shop, admin, { id, known: publication }, wanted)),
      )),
    );
  }
  return findings;
}

/** Returns Shopify's refusal as a sentence for the merchant. Null: the work succeeded. */
async function faultIfRefused(work: () => Promise<void>): Promise<Fault | null> {
  try {
    await work();
    return null;
  } catch (error) {
    const fault = faultOf(error);
    if (!fault) throw error;
    return fault;
  }
}

/** Null: a later try may succeed, and the job tries again. */
function faultOf(error: unknown): Fault | null {
  if (error instanceof DiscountRefused && error.reason === "codes") return { key: "offers.fault.many_codes" };
  const message = error instanceof DiscountRefused ? error.message : refusedAtTop(error);
  return message === null ? null : { key: "offers.fault.refused", parameters: { message } };
}

export const wantedOf = (offer: Offer, spec: DiscountSpec, audience: Audience | null): DiscountWanted => ({
  offerId: offer.id,
  title: spec.title || offer.name,
  grant: spec.grant,
  ...(spec.conditions ? { conditions: spec.conditions } : {}),
  code: spec.code,
  startsAt: offer.startsAt,
  endsAt: offer.endsAt,
  target: targetOf(audience),
});

/**
 * What is stored once the discount is as wanted. A discount for no customers is stopped, because an empty list would be no limit.
 */
export const printOf = (wanted: DiscountWanted): string =>
  wanted.target.to === "customers" && wanted.target.ids.length === 0 ? STOPPED : fingerprint(wanted);

async function publishDiscount(shop: Shop, admin: AdminApi, offer: OfOffer, wanted: DiscountWanted): Promise<void> {
  const print = printOf(wanted);
  if (offer.known.publishedAs === print) {
    // Discounts from before the history of codes have no row there.
    if (print !== STOPPED && wanted.code !== null) await claimCode(shop, offer.id, wanted.code);
    return;
  }
  if (print === STOPPED) return stop(shop, admin, offer);
  const found = await look(admin, offer);
  if (found) await noteDiscount(shop, offer.id, found.id, null);
  const id = await putTitled(shop, admin, offer, { wanted, found });
  await noteDiscount(shop, offer.id, id, print);
}

type Put = { wanted: DiscountWanted; found: Found | null };

/** Puts an automatic discount under the first title that Shopify accepts. */
async function putTitled(shop: Shop, admin: AdminApi, offer: OfOffer, { wanted, found }: Put): Promise<string> {
  const { offerId, title: name } = wanted;
  const unseen = !found && mayBeUnseen(shop, offer.known);
  if (wanted.code !== null) return putCoded(shop, admin, unseen, { wanted, found, code: wanted.code });
  const refused = new Set<string>();
  for (let tries = 1; ; tries += 1) {
    const asked = { offerId, name, discountId: found?.id ?? null, again: unseen };
    const { title, fresh } = await claimTitle(shop, asked, refused);
    try {
      const id = await put(shop, admin, unseen, { wanted: { ...wanted, title }, found });
      await keepTitle(shop, offerId, title, id);
      await keepCode(shop, offerId, null);
      return id;
    } catch (error) {
      if (!(error instanceof DiscountRefused)) throw error;
      if (fresh) await dropTitle(shop, offerId, title);
      if (error.reason !== "title" || tries === MOST_TITLES) throw error;
      // The title was sent by the run whose answer was lost, so Shopify did make our discount.
      if (unseen && !fresh) throw new NotSeenYet(`the discount of offer ${offer.id}`);
      refused.add(title);
    }
  }
}

/** Puts a discount with a code. Its title is the offer's name: titles of code discounts need not be unique. */
async function putCoded(
  shop: Shop,
  admin: AdminApi,
  unseen: boolean,
  { wanted, found, code }: Put & { code: string },
): Promise<string> {
  const { offerId, title } = wanted;
  const fresh = await claimCode(shop, offerId, code);
  try {
    const id = await put(shop, admin, unseen, { wanted: { ...wanted, title: titleAt(title, 1) }, found });
    await keepCode(shop, offerId, code);
    await keepTitle(shop, offerId, null, id);
    return id;
  } catch (error) {
    if (fresh && error instanceof DiscountRefused) await dropCode(shop, offerId, code);
    throw error;
  }
}

/**
 * Puts the discount without customers who do not exist any more. Makes a new discount if it was deleted meanwhile. `unseen`: an
 * earlier run may have made it, and Shopify does not show it yet.
 */
async function put(shop: Shop, admin: AdminApi, unseen: boolean, { wanted, found }: Put): Promise<string> {
  const { offerId } = wanted;
  const first = !found && !unseen;
  if (first) await noteDiscount(shop, offerId, null, ASKING + shop.now().toISOString());
  let learnt = false;
  const made = async (id: string): Promise<void> => {
    learnt = true;
    await noteDiscount(shop, offerId, id, null);
  };
  try {
    return await putForThoseThere(admin, wanted, found, made);
  } catch (error) {
    if (!(error instanceof DiscountRefused)) throw error;
    if (error.reason === "gone" && found) {
      await noteDiscount(shop, offerId, null, null);
      return put(shop, admin, false, { wanted, found: null });
    }
    const owner = error.reason === "code" && !found && wanted.code ? await discountOfCode(admin, wanted.code) : null;
    if (owner?.offerId === offerId) return putForThoseThere(admin, wanted, owner, made);
    // Shopify has answered that nothing was made.
    if (first && !learnt) await noteDiscount(shop, offerId, null, null);
    throw error;
  }
}

/** Shopify refuses a customer who does not exist in userErrors or at the top of the answer. */
async function putForThoseThere(
  admin: AdminApi,
  wanted: DiscountWanted,
  found: Found | null,
  made: (id: string) => Promise<void>,
): Promise<string> {
  try {
    return await putDiscount(admin, wanted, found, made);
  } catch (error) {
    const { target } = wanted;
    const refused = refusedAtTop(error) !== null || (error instanceof DiscountRefused && error.reason === "other");
    if (!refused || target.to !== "customers") throw error;
    const ids = await customersThere(admin, target.ids);
    if (ids.length === 0 || ids.length === target.ids.length) throw error;
    return putDiscount(admin, { ...wanted, target: { to: "customers", ids } }, found, made);
  }
}
