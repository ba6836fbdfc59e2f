// Reads what came of one offer, for the offer's page.
import { erasedSince } from "../../customers/facts/redaction/erased-since.server.ts";
import { sql, type Sql, type Tx } from "../../db.server.ts";
import { addDays, dayAt, dayText, startOfDay } from "../../local-time.ts";
import type { Shop } from "../../shop.server.ts";
import type { OfferState } from "../offer.ts";
import type { OfferContent } from "../wire.ts";
import { isCountable, type Figures, type OfferResults, type UsedOrder } from "./results.ts";
import { usedOrders } from "./used-orders.server.ts";

const DAYS = 30;
const LAST = 10;

const figures = (which: Sql): Sql => sql`jsonb_build_object(
  'used', count(*) filter (where ${which}),
  'customers', count(distinct u.customer_id) filter (where ${which}),
  'firstTime', count(*) filter (where u.is_first and ${which}),
  'revenue', coalesce(sum(u.worth) filter (where ${which}), 0)::text,
  'discount', coalesce(sum(u.discount) filter (where ${which}), 0)::text,
  'refunded', coalesce(sum(u.refunded) filter (where ${which}), 0)::text,
  'uncounted', count(*) filter (where u.worth is null and ${which}),
  'unknownDiscounts', count(*) filter (where u.discount is null and ${which}))`;

/** Undefined: the offer was never published. Null: the offer has no discount, and never had one that was used. */
export async function resultsOf(
  shop: Shop,
  { id, state, content }: { id: string | null; state: OfferState; content: OfferContent | null },
): Promise<OfferResults | null | undefined> {
  if (id === null || state === "draft") return undefined;
  const results = await shop.db.tx((tx) => readResults(shop, tx, id));
  return isCountable(state, content) || results.total.used > 0 ? results : null;
}

export async function readResults(shop: Shop, tx: Tx, offerId: string): Promise<OfferResults> {
  const today = dayAt(shop.now(), shop.timeZone);
  const days = Array.from({ length: DAYS }, (_, at) => addDays(today, at - DAYS + 1));
  const since = startOfDay(days[0] ?? today, shop.timeZone);
  const recent = sql`u.ordered_at >= ${since}::timestamptz`;
  const [sums] = await tx.rows<{ recent: Figures; total: Figures }>(sql`
    select ${figures(recent)} as recent, ${figures(sql`true`)} as total
    from ${usedOrders(shop)} where u.offer_id = ${offerId}`);
  if (!sums) throw new Error("a statement without groups returns one row");
  const perDay = await tx.rows<{ day: string; value: string }>(sql`
    select (u.ordered_at at time zone ${shop.timeZone})::date::text as day, count(*)::text as value
    from ${usedOrders(shop)} where u.offer_id = ${offerId} and ${recent} group by 1`);
  const values = new Map(perDay.map(({ day, value }) => [day, value]));
  return {
    ...sums,
    days: days.map(dayText).map((day) => ({ day, value: values.get(day) ?? "0" })),
    last: await readLast(shop, tx, offerId),
    lacksErased: await erasedSince(
      shop,
      tx,
      sql`(
      select created_at from offer where shop_id = ${shop.id} and id = ${offerId})`,
    ),
  };
}

const readLast = (shop: Shop, tx: Tx, offerId: string): Promise<UsedOrder[]> =>
  tx.rows<UsedOrder>(sql`
    select u.order_id as id, u.name, u.ordered_at as at, u.worth::text as worth, u.discount::text as discount,
      case when c.id is not null then jsonb_build_object('id', c.id, 'firstName', c.first_name, 'lastName', c.last_name,
        'email', c.email) end as customer
    from ${usedOrders(shop)} left join customer c on c.shop_id = ${shop.id} and c.id = u.customer_id
    where u.offer_id = ${offerId} order by u.ordered_at desc, u.order_id desc limit ${LAST}`);
