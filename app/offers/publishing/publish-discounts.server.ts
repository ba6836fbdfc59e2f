// The offers' discounts, brought to what the offers say.
import { AdminApiError, type AdminApi } from "../../shopify/admin-api.server.ts";
import { sql } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { targetOf, type Audience } from "./audience.server.ts";
import type { CatalogueEntry } from "./catalogue.ts";
import {
  customersThere,
  DiscountRefused,
  findDiscount,
  fingerprint,
  putDiscount,
  removeDiscount,
  stopDiscount,
  type DiscountWanted,
} from "./discount.server.ts";
import type { DiscountSpec } from "../offer-kind.ts";
import { keyOf, type Offer, type OfferFault } from "../offer.ts";
import { setFault } from "../offer-rows.server.ts";

/** Instead of a fingerprint: there is no discount, or it grants nothing. */
export const STOPPED = "stopped";

export type Live = CatalogueEntry & { discount: DiscountSpec | null };

export async function tell(shop: Shop, offer: Offer, said: OfferFault | null): Promise<void> {
  offer.fault = said;
  await shop.db.tx((tx) => setFault(shop, tx, offer.id, said));
}

const note = (shop: Shop, id: string, discountId: string | null, publishedAs: string | null) =>
  shop.db.tx((tx) =>
    tx.run(sql`
      update offer set discount_id = ${discountId}, published_as = ${publishedAs}
      where shop_id = ${shop.id} and id = ${id}`),
  );

export async function stopDiscounts(shop: Shop, admin: AdminApi, offers: Offer[]): Promise<void> {
  const over = offers.filter(({ publishedAs }) => publishedAs !== STOPPED);
  for (const { id, discountId } of over) {
    const found = await findDiscount(admin, id, discountId);
    if (found) await stopDiscount(admin, found);
    await note(shop, id, found?.id ?? null, STOPPED);
  }
}

export async function removeDeleted(shop: Shop, admin: AdminApi): Promise<void> {
  const deleted = await shop.db.tx((tx) =>
    tx.rows<{ id: string; discountId: string | null }>(sql`
      select id, discount_id as "discountId" from offer where shop_id = ${shop.id} and state = 'deleted'`),
  );
  for (const { id, discountId } of deleted) {
    const found = await findDiscount(admin, id, discountId);
    if (found) await removeDiscount(admin, found);
    await shop.db.tx((tx) => tx.run(sql`delete from offer where shop_id = ${shop.id} and id = ${id}`));
  }
}

export async function publishDiscounts(
  shop: Shop,
  admin: AdminApi,
  live: Live[],
  audiences: Map<string, Audience>,
): Promise<void> {
  for (const { offer, discount } of live) {
    if (!discount) continue;
    const key = keyOf(offer);
    try {
      await publishDiscount(shop, admin, offer, discount, key ? (audiences.get(key) ?? null) : null);
    } catch (error) {
      const said = refusalOf(error);
      if (!said) throw error;
      await tell(shop, offer, { key: "offers.fault.refused", parameters: { message: said } });
    }
  }
}

/** Null where asking again may help: the job does. */
function refusalOf(error: unknown): string | null {
  if (error instanceof DiscountRefused) return error.message;
  if (error instanceof AdminApiError && error.failure === "refused")
    return error.faults.map(({ message }) => message).join(" ");
  return null;
}

async function publishDiscount(
  shop: Shop,
  admin: AdminApi,
  offer: Offer,
  spec: DiscountSpec,
  audience: Audience | null,
) {
  const target = targetOf(audience);
  const wanted = {
    offerId: offer.id,
    title: spec.title || offer.name,
    percent: spec.percent,
    code: spec.code,
    startsAt: offer.startsAt,
    endsAt: offer.endsAt,
    target,
  };
  const nobody = target.to === "customers" && target.ids.length === 0;
  const print = nobody ? STOPPED : fingerprint(wanted);
  if (offer.publishedAs === print) return;
  await note(shop, offer.id, offer.discountId, null);
  if (nobody) {
    const found = await findDiscount(admin, offer.id, offer.discountId);
    if (found) await stopDiscount(admin, found);
    await note(shop, offer.id, found?.id ?? null, STOPPED);
    return;
  }
  await note(shop, offer.id, await putForThoseThere(admin, wanted, offer.discountId), print);
}

async function putForThoseThere(admin: AdminApi, wanted: DiscountWanted, knownId: string | null): Promise<string> {
  try {
    return await putDiscount(admin, wanted, knownId);
  } catch (error) {
    const { target } = wanted;
    if (!(error instanceof DiscountRefused) || target.to !== "customers") throw error;
    const ids = await customersThere(admin, target.ids);
    if (ids.length === 0 || ids.length === target.ids.length) throw error;
    return putDiscount(admin, { ...wanted, target: { to: "customers", ids } }, knownId);
  }
}
