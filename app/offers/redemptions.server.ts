// Finds the orders with an offer's discount, by the code or by the title of an automatic discount.
import { sql, type Tx } from "../db.server.ts";
import { emit, readEvents, readLag, type DomainEvent } from "../outbox.server.ts";
import type { Shop } from "../shop.server.ts";
import type { Instant } from "../instant.ts";
import { foldedCode } from "./publishing/grants/code-history.server.ts";

const READER = "offers.redeemed";
const AT_ONCE = 500;
/** A cart that was priced before a discount ended may become an order for this long afterwards. */
const GRACE = sql`interval '1 day'`;

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

/** The offer that had the code or the title when the order was placed, the latest of several. An order's time has whole seconds. */
async function redemptionsOf(shop: Shop, tx: Tx, orders: readonly string[]): Promise<Redemption[]> {
  const used = await tx.rows<{ order: string; code: string }>(sql`
    select o.id as "order", used ->> 'code' as code from shop_order o, jsonb_array_elements(o.discount_codes) used
    where o.shop_id = ${shop.id} and o.id = any (${[...orders]}::text[]) and used ->> 'code' is not null`);
  return tx.rows<Redemption>(sql`
    with placed as (
      select id, customer_id, ordered_at from shop_order
      where shop_id = ${shop.id} and id = any (${[...orders]}::text[]) and counts
    ), named as (
      select distinct o.id, used.code, null as title
      from placed o join unnest(${used.map(({ order }) => order)}::text[],
        ${used.map(({ code }) => foldedCode(code))}::text[]) as used (id, code) on used.id = o.id
      union
      select distinct o.id, null, used ->> 'title'
      from placed o
      join line_item l on l.shop_id = ${shop.id} and l.order_id = o.id, jsonb_array_elements(l.allocations) used
      where used ->> 'type' = 'automatic'
    ), offers as (
      select distinct n.id, (
        select known.offer_id from (
          select offer_id, from_at, to_at from discount_code where shop_id = ${shop.id} and code = n.code
          union all
          select offer_id, from_at, to_at from discount_title where shop_id = ${shop.id} and title = n.title
        ) known
        where date_trunc('second', known.from_at) <= o.ordered_at and (known.to_at is null or known.to_at + ${GRACE} > o.ordered_at)
        order by known.from_at desc limit 1
      ) as offer
      from named n join placed o on o.id = n.id
    )
    select o.id as "order", offers.offer, o.customer_id as "customerId", o.ordered_at as at, (
        select v.version from offer_version v
        where v.shop_id = ${shop.id} and v.offer_id = offers.offer and date_trunc('second', v."from") <= o.ordered_at
        order by v.version desc limit 1
      ) as version
    from offers join placed o on o.id = offers.id where offers.offer is not null
    order by o.ordered_at, o.id, offers.offer`);
}
