// Tells of the orders that used an offer. The view api.redemptions finds them by the offer's codes and titles.
import { sql, type Tx } from "../db.server.ts";
import { emit, readEvents, readLag, type DomainEvent } from "../outbox.server.ts";
import type { Shop } from "../shop.server.ts";
import type { Instant } from "../instant.ts";

const READER = "offers.redeemed";
const AT_ONCE = 500;

type Redemption = { order: string; offer: string; customerId: string | null; at: Instant; version: number | null };

/** Emits `offer.redeemed` once for each offer of each order that was placed and counts. */
export async function emitRedemptions(shop: Shop): Promise<void> {
  const step = (tx: Tx): Promise<number> => emitNext(shop, tx);
  while ((await shop.db.tx(step)) === AT_ONCE);
}

/** The reader's position moves in the transaction of the emitted events, so that no event is emitted twice. */
async function emitNext(shop: Shop, tx: Tx): Promise<number> {
  const events = await readEvents(shop, tx, READER, AT_ONCE);
  const orders = events.flatMap(({ kind, data }) => (kind === "order.placed" ? [String(data["order"])] : []));
  if (orders.length > 0) emit(shop, tx, (await redemptionsOf(shop, tx, orders)).map(eventOf));
  return events.length;
}

export const redemptionsAreDue = (shop: Shop): Promise<boolean> =>
  shop.db.tx(async (tx) => (await readLag(shop, tx, READER)) > 0);

const eventOf = ({ order, offer, customerId, at, version }: Redemption): DomainEvent => ({
  id: `offer/${offer}/redeemed/${order}`,
  kind: "offer.redeemed",
  customerId,
  at: at.toISOString(),
  data: { offer, order, version },
});

/** An order's time has whole seconds. */
const redemptionsOf = (shop: Shop, tx: Tx, orders: readonly string[]): Promise<Redemption[]> =>
  tx.rows<Redemption>(sql`
    select r.order_id as "order", r.offer_id as offer, r.customer_id as "customerId", r.ordered_at as at, (
        select v.version from offer_version v
        where v.shop_id = ${shop.id} and v.offer_id = r.offer_id and date_trunc('second', v."from") <= r.ordered_at
        order by v.version desc limit 1
      ) as version
    from api.redemptions r where r.shop_id = ${shop.id} and r.order_id = any (${[...orders]}::text[])
    order by r.ordered_at, r.order_id, r.offer_id`);
