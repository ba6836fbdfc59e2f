import { sql } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";
import { readOffers } from "./offer-rows.server.ts";

export type ShownOffer = { id: string; name: string; everyone: boolean };

/** The running offers that this customer is in the audience of. */
export async function offersShownTo(shop: Shop, customerId: string): Promise<ShownOffer[]> {
  const hers = sql`(coalesce(o.audience_id, o.segment_id) is null or exists (
    select 1 from membership m where m.shop_id = o.shop_id and m.segment_id = coalesce(o.audience_id, o.segment_id)
      and m.customer_id = ${customerId} and m.left_at is null))`;
  const offers = await shop.db.tx((tx) => readOffers(shop, tx, hers));
  return offers
    .filter(({ state }) => state === "active")
    .map(({ id, name, segmentId, audienceId }) => ({ id, name, everyone: (audienceId ?? segmentId) === null }));
}
