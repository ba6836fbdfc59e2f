import { sql } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { lookAtStore } from "./seen.server.ts";
import { segmentOf } from "../offer.ts";
import { readOffers } from "../offer-rows.server.ts";
import type { OfferKinds } from "../resolve.server.ts";
import { markBeaten } from "./rivals.ts";
import { liveOffers } from "./rivals.server.ts";
import { readUsedOnce } from "./used-once.server.ts";

/** `beatenBy`: the offer whose discount the checkout grants to this customer instead. */
export type ShownOffer = { id: string; name: string; everyone: boolean; beatenBy: string | null };

/** The offers that the storefront shows to the customer now. */
export async function offersShownTo(shop: Shop, kinds: OfferKinds, customerId: string): Promise<ShownOffer[]> {
  const forCustomer = sql`(coalesce(o.narrowed_id, o.segment_id) is null or exists (
    select 1 from publication p where p.shop_id = o.shop_id and p.customer_id = ${customerId}
      and a.key = any (p.published)))`;
  const offers = await shop.db.tx(async (tx) => {
    const usedOnce = await readUsedOnce(shop, tx, customerId);
    return (await readOffers(shop, tx, forCustomer)).filter(({ id }) => !usedOnce.has(id));
  });
  if (offers.length === 0) return [];
  const look = await lookAtStore(shop, kinds);
  const seen = offers.filter((offer) => ["active", "published"].includes(look(offer).seen));
  return markBeaten(await liveOffers(shop, kinds, seen)).map(({ offer: { offer }, beatenBy }) => ({
    id: offer.id,
    name: offer.name,
    everyone: segmentOf(offer) === null,
    beatenBy,
  }));
}
