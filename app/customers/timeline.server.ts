import { empty, sql } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";
import type { Instant } from "../instant.ts";

export type TimelineEntry = { id: string; kind: string; at: Instant; source: string; data: Record<string, unknown> };

const TITLES = 5;

/** The event's data, with the present fields of the order and the refund that the event names. */
const said = sql`
  e.data || coalesce((
    select jsonb_strip_nulls(jsonb_build_object('name', o.name,
      'inShopify', case when o.deleted_at is null then o.platform_id end,
      'discounts', (select jsonb_agg(d.name order by d.kind, d.name) from order_discount d
        where d.shop_id = o.shop_id and d.order_id = o.id), 'total', o.total::text, 'currency', o.currency,
      'reason', o.cancel_reason, 'items', (select jsonb_agg(title order by id) from (
        select id, title from line_item l where l.shop_id = o.shop_id and l.order_id = o.id and title is not null
        order by id limit ${TITLES}) l)))
    from shop_order o where o.shop_id = e.shop_id and o.id = e.data->>'order'), '{}') || coalesce((
    select jsonb_build_object('amount', coalesce(r.amount, r.presentment_amount, 0)::text,
      'currency', case when r.amount is null then o.presentment_currency else o.currency end)
    from refund r join shop_order o on o.shop_id = r.shop_id and o.id = r.order_id
    where r.shop_id = e.shop_id and r.order_id = e.data->>'order' and r.id = e.data->>'refund'), '{}')`;

/**
 * Events of the customer, an entry for each offer and day on which the customer saw or clicked the offer, and an entry for each
 * segment that the customer entered or left, from the intervals of membership.
 */
const entriesOf = (shop: Shop, customerId: string) => sql`
  select id, kind, at, source, data from event where shop_id = ${shop.id} and customer_id = ${customerId}
  union all
  select concat_ws(' ', 'offer', v.kind, o.id, (v.at at time zone ${shop.timeZone})::date), 'offer.' || v.kind, min(v.at), 'pixel',
    jsonb_build_object('offer', o.name)
  from api.offer_views v join offer o on o.shop_id = v.shop_id and o.id = v.offer_id and o.wish <> 'deleted'
  where v.shop_id = ${shop.id} and v.customer_id = ${customerId} group by 1, v.kind, o.id, o.name
  union all
  select concat_ws(' ', moved.kind, m.segment_id, extract(epoch from moved.at)), moved.kind, moved.at, 'segments',
    jsonb_build_object('segment', s.name, 'cause', moved.cause)
  from membership m
  join segment s on s.shop_id = m.shop_id and s.id = m.segment_id and s.origin = 'merchant'
  cross join lateral (values ('segment.entered', m.entered_at, m.entered_cause), ('segment.left', m.left_at, m.left_cause))
    moved (kind, at, cause)
  where m.shop_id = ${shop.id} and m.customer_id = ${customerId} and moved.at is not null`;

/** One page, newest first. `before`: the id of the last entry of the previous page; null: the first page. */
export async function readTimeline(
  shop: Shop,
  customerId: string,
  before: string | null,
  limit = 50,
): Promise<TimelineEntry[]> {
  const after = before ? sql`where (at, id) < (select at, id from entry where id = ${before})` : empty;
  return shop.db.tx((tx) =>
    tx.rows<TimelineEntry>(sql`
      with entry as (${entriesOf(shop, customerId)})
      select id, kind, at, source, ${said} as data from (
        select ${shop.id}::text as shop_id, * from entry ${after} order by at desc, id desc limit ${limit}) e
      order by at desc, id desc`),
  );
}
