import { sql } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";
import { keyOf } from "./offer.ts";
import { readOffers } from "./offer-rows.server.ts";
import type { OfferKinds } from "./resolve.server.ts";
import { honoured } from "./rivals.ts";
import { liveOffers } from "./rivals.server.ts";

/** `beatenBy`: the offer whose discount the checkout grants to this customer instead. */
export type ShownOffer = { id: string; name: string; everyone: boolean; beatenBy: string | null };

/** The running offers that this customer is in the audience of. */
export async function offersShownTo(shop: Shop, kinds: OfferKinds, customerId: string): Promise<ShownOffer[]> {
  const forCustomer = sql`(coalesce(o.audience_id, o.segment_id) is null or exists (
    select 1 from membership m where m.shop_id = o.shop_id and m.segment_id = coalesce(o.audience_id, o.segment_id)
      and m.customer_id = ${customerId} and m.left_at is null))`;
  const offers = await shop.db.tx((tx) => readOffers(shop, tx, forCustomer));
  const live = await liveOffers(
    shop,
    kinds,
    offers.filter(({ state }) => state === "active"),
  );
  return honoured(live).map(({ offer: { offer }, beatenBy }) => ({
    id: offer.id,
    name: offer.name,
    everyone: keyOf(offer) === null,
    beatenBy,
  }));
}
