// The offers that one customer has seen, clicked and used.
import { sql } from "../../db.server.ts";
import type { Instant } from "../../instant.ts";
import type { Shop } from "../../shop.server.ts";

/** `seenAt` and `clickedAt`: the last time that the web pixel told of. `used`: the customer's orders that used the offer. */
export type OfferHistory = {
  id: string;
  name: string;
  seenAt: Instant | null;
  clickedAt: Instant | null;
  used: number;
};

const MOST = 20;

/** The latest first. A deleted offer is left out. */
export const offerHistoryOf = (shop: Shop, customerId: string): Promise<OfferHistory[]> =>
  shop.db.tx((tx) =>
    tx.rows<OfferHistory>(sql`
      with happened as (
        select offer_id, kind, at from api.offer_views where shop_id = ${shop.id} and customer_id = ${customerId}
        union all
        select offer_id, 'used', ordered_at from api.redemptions where shop_id = ${shop.id} and customer_id = ${customerId}
      )
      select o.id, o.name, max(h.at) filter (where h.kind = 'seen') as "seenAt",
        max(h.at) filter (where h.kind = 'clicked') as "clickedAt", count(*) filter (where h.kind = 'used')::int as used
      from happened h join offer o on o.shop_id = ${shop.id} and o.id = h.offer_id and o.wish <> 'deleted'
      group by o.id, o.name order by max(h.at) desc, o.id limit ${MOST}`),
  );
