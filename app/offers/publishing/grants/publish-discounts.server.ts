// The offers' discounts, brought to what the offers say.
import type { AdminApi } from "../../../shopify/admin-api.server.ts";
import { sql } from "../../../db.server.ts";
import type { Shop } from "../../../shop.server.ts";
import { targetOf, type Audience } from "../audience.server.ts";
import type { CatalogueEntry } from "../catalogue.ts";
import { apart, NotSeenYet, refusedAtTop, type Unfinished } from "../unfinished.server.ts";
import {
  customersThere,
  DiscountRefused,
  fingerprint,
  methodOf,
  putDiscount,
  removeDiscount,
  stopDiscount,
  type DiscountWanted,
} from "./discount.server.ts";
import { discountOfCode, findDiscount, type Found } from "./find-discount.server.ts";
import { claimTitle, dropTitle, keepTitle } from "./title-history.server.ts";
import { titleAt } from "./titles.ts";
import type { DiscountSpec } from "../../offer-kind.ts";
import type { Fault } from "../../../errors.ts";
import { keyOf, type Offer } from "../../offer.ts";
import { setFault } from "../../offer-rows.server.ts";

/** Instead of a fingerprint: there is no discount, or it grants nothing. */
export const STOPPED = "stopped";
/** Instead of a fingerprint, with the time: Shopify was asked to make one and has not answered. */
const ASKING = "asking ";
/** So long Shopify may take to show what it made. */
const SEEN_WITHIN_MS = 900_000;

/** As many titles as Shopify may refuse before the offer is faulted. */
const MOST_TITLES = 20;

export type Live = CatalogueEntry & { discount: DiscountSpec | null };
type Known = Pick<Offer, "id" | "discountId" | "publishedAs">;

export async function tell(shop: Shop, offer: Offer, said: Fault | null): Promise<void> {
  offer.fault = said;
  await shop.db.tx((tx) => setFault(shop, tx, offer.id, said));
}

export async function note(shop: Shop, offer: Known, discountId: string | null, publishedAs: string | null) {
  Object.assign(offer, { discountId, publishedAs });
  await shop.db.tx((tx) =>
    tx.run(sql`
      update offer set discount_id = ${discountId}, published_as = ${publishedAs}
      where shop_id = ${shop.id} and id = ${offer.id}`),
  );
}

/** Whether a discount may have been made without our knowing, so short a time ago that Shopify need not show it. */
function mayBeUnseen(shop: Shop, { discountId, publishedAs }: Known): boolean {
  if (discountId !== null || !publishedAs?.startsWith(ASKING)) return false;
  return shop.now().getTime() - Date.parse(publishedAs.slice(ASKING.length)) < SEEN_WITHIN_MS;
}

const look = (admin: AdminApi, { id, discountId, publishedAs }: Known): Promise<Found | null> =>
  findDiscount(admin, id, discountId, publishedAs?.startsWith(ASKING) ?? false);

/** Null: there is none. Throws where one may be there that Shopify does not show yet. */
async function lookUntilSeen(shop: Shop, admin: AdminApi, offer: Known): Promise<Found | null> {
  const found = await look(admin, offer);
  if (!found && mayBeUnseen(shop, offer)) throw new NotSeenYet(`the discount of offer ${offer.id}`);
  return found;
}

export async function stopDiscounts(shop: Shop, admin: AdminApi, offers: Offer[], unfinished: Unfinished) {
  for (const offer of offers.filter(({ publishedAs }) => publishedAs !== STOPPED))
    await apart(unfinished, [offer.id], () =>
      orTell(shop, offer, async () => {
        const found = await lookUntilSeen(shop, admin, offer);
        if (found) await stopDiscount(admin, found);
        await note(shop, offer, found?.id ?? null, STOPPED);
      }),
    );
}

export async function removeDeleted(shop: Shop, admin: AdminApi, unfinished: Unfinished): Promise<void> {
  const deleted = await shop.db.tx((tx) =>
    tx.rows<Known>(sql`
      select id, discount_id as "discountId", published_as as "publishedAs" from offer
      where shop_id = ${shop.id} and state = 'deleted'`),
  );
  for (const offer of deleted)
    await apart(unfinished, [offer.id], async () => {
      const found = await lookUntilSeen(shop, admin, offer);
      try {
        if (found) await removeDiscount(admin, found);
      } catch (error) {
        const said = faultOf(error);
        if (!said) throw error;
        shop.log.warn({ offer: offer.id, said }, "a discount was not deleted");
        return;
      }
      await keepTitle(shop, offer.id, null, "");
      await shop.db.tx((tx) => tx.run(sql`delete from offer where shop_id = ${shop.id} and id = ${offer.id}`));
    });
}

export async function publishDiscounts(
  shop: Shop,
  admin: AdminApi,
  live: Live[],
  { audiences, unfinished }: { audiences: Map<string, Audience>; unfinished: Unfinished },
): Promise<void> {
  for (const { offer, discount } of live) {
    const key = keyOf(offer);
    const audience = key === null ? null : audiences.get(key);
    // Without its audience a discount would be everybody's.
    if (!discount || audience === undefined) continue;
    await apart(unfinished, [offer.id], () =>
      orTell(shop, offer, () => publishDiscount(shop, admin, offer, wantedOf(offer, discount, audience))),
    );
  }
}

async function orTell(shop: Shop, offer: Offer, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const said = faultOf(error);
    if (!said) throw error;
    await tell(shop, offer, said);
  }
}

/** Null where asking again may help: the job does. */
function faultOf(error: unknown): Fault | null {
  if (error instanceof DiscountRefused && error.reason === "codes") return { key: "offers.fault.many_codes" };
  const message = error instanceof DiscountRefused ? error.message : refusedAtTop(error);
  return message === null ? null : { key: "offers.fault.refused", parameters: { message } };
}

export const wantedOf = (offer: Offer, spec: DiscountSpec, audience: Audience | null): DiscountWanted => ({
  offerId: offer.id,
  title: spec.title || offer.name,
  percent: spec.percent,
  code: spec.code,
  startsAt: offer.startsAt,
  endsAt: offer.endsAt,
  target: targetOf(audience),
});

/** What the offer notes once its discount is as wanted. A discount for nobody is stopped: an empty list is no limit. */
export const printOf = (wanted: DiscountWanted): string =>
  wanted.target.to === "customers" && wanted.target.ids.length === 0 ? STOPPED : fingerprint(wanted);

async function publishDiscount(shop: Shop, admin: AdminApi, offer: Offer, wanted: DiscountWanted): Promise<void> {
  const print = printOf(wanted);
  if (offer.publishedAs === print) return;
  if (print === STOPPED) {
    const found = await lookUntilSeen(shop, admin, offer);
    if (found) await stopDiscount(admin, found);
    return note(shop, offer, found?.id ?? null, STOPPED);
  }
  const found = await look(admin, offer);
  if (found) await note(shop, offer, found.id, null);
  const id = await putTitled(shop, admin, offer, { wanted, found });
  await note(shop, offer, id, print);
}

type Put = { wanted: DiscountWanted; found: Found | null };

/** Under the first title that Shopify takes. */
async function putTitled(shop: Shop, admin: AdminApi, offer: Known, { wanted, found }: Put): Promise<string> {
  const { offerId, title: name } = wanted;
  if (methodOf(wanted) === "code") {
    const id = await put(shop, admin, offer, { wanted: { ...wanted, title: titleAt(name, 1) }, found });
    await keepTitle(shop, offerId, null, id);
    return id;
  }
  const unseen = !found && mayBeUnseen(shop, offer);
  const refused = new Set<string>();
  for (let tries = 1; ; tries += 1) {
    const asked = { offerId, name, discountId: found?.id ?? null, again: unseen };
    const { title, fresh } = await claimTitle(shop, asked, refused);
    try {
      const id = await put(shop, admin, offer, { wanted: { ...wanted, title }, found });
      await keepTitle(shop, offerId, title, id);
      return id;
    } catch (error) {
      if (!(error instanceof DiscountRefused)) throw error;
      if (fresh) await dropTitle(shop, offerId, title);
      if (error.reason !== "title" || tries === MOST_TITLES) throw error;
      // The title that was asked for when the answer was lost: Shopify did make it, and it is ours.
      if (unseen && !fresh) throw new NotSeenYet(`the discount of offer ${offer.id}`);
      refused.add(title);
    }
  }
}

/** With whoever is gone left out, and made anew where it was deleted meanwhile. */
async function put(shop: Shop, admin: AdminApi, offer: Known, { wanted, found }: Put): Promise<string> {
  const first = !found && !mayBeUnseen(shop, offer);
  if (first) await note(shop, offer, null, ASKING + shop.now().toISOString());
  const made = (id: string): Promise<void> => note(shop, offer, id, null);
  try {
    return await putForThoseThere(admin, wanted, found, made);
  } catch (error) {
    if (!(error instanceof DiscountRefused)) throw error;
    if (error.reason === "gone" && found) {
      await note(shop, offer, null, null);
      return put(shop, admin, offer, { wanted, found: null });
    }
    const owner = error.reason === "code" && !found && wanted.code ? await discountOfCode(admin, wanted.code) : null;
    if (owner?.offerId === wanted.offerId) return putForThoseThere(admin, wanted, owner, made);
    // Shopify has answered: nothing was made.
    if (first && offer.discountId === null) await note(shop, offer, null, null);
    throw error;
  }
}

/** A customer who is gone is refused in userErrors or at the top of the answer. */
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
