// The outcome of each person in an experiment, as SQL: what the person paid for goods after discounts and refunds, without taxes and
// shipping, in the shop's currency. Test orders, deleted orders and cancelled orders do not count.
import { inShopMoney } from "../../customers/order-money.server.ts";
import { sql, trusted, type Sql } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";

/** In days. A person's outcome is of the orders of so many days from the moment when the person could first get the offer. */
export const OUTCOME_DAYS = 28;
/** Refunds of these orders lower the outcome for so many days more. */
export const REFUND_DAYS = 30;
/** The amount of the days before narrows the interval: see statistics/sums.ts. */
export const PAST_DAYS = 90;

const days = (count: number): Sql => trusted(`interval '${count} days'`);
export const outcomeDays = days(OUTCOME_DAYS);
export const matureDays = days(OUTCOME_DAYS + REFUND_DAYS);

/** Refunds and cancellations after this moment do not count. The past is as it was known before the experiment. */
const until = sql`(case when o.ordered_at >= p.since then p.since + ${matureDays} else p.since end)`;

/** What the lines of the order `o` came to after discounts. Null: the order has no lines, or the price of one is not known. */
const lines = sql`lateral (
  select case when bool_and(l.price is not null and l.discount is not null) then sum(
    (l.price * l.quantity - l.discount) * case when o.ordered_at < p.since then 1
      else (l.quantity - l.removed)::numeric / nullif(l.quantity, 0) end) end as amount
  from line_item l where l.shop_id = o.shop_id and l.order_id = o.id) goods`;

/** What the refunds of the order took off the goods. `adjusted` is above zero where the merchant kept a part. */
const returned = sql`lateral (
  select coalesce(sum(-r.adjusted + (
    select coalesce(sum((line->>'subtotal')::numeric), 0) from jsonb_array_elements(r.lines) line)), 0) as amount
  from refund r where r.shop_id = o.shop_id and r.order_id = o.id and r.at < ${until}) back`;

/**
 * The part of an amount that is left without taxes. Where prices include taxes, the taxes are not added to the total. Goods and
 * shipping are taken to have the same rate.
 */
const untaxed = sql`(1 - coalesce(greatest(least(o.subtotal + o.shipping + o.tax - o.total, o.tax), 0)
  / nullif(o.subtotal + o.shipping, 0), 0))`;

/**
 * One row for each of the people `p (customer_id, arm, since)`, as a table. `outcome` and `past`: the amounts after and before
 * `since`. `bought`: whether the person ordered. `uncounted`: orders that are left out, because their amount is not known.
 */
export const outcomes = (shop: Pick<Shop, "id">, people: Sql): Sql => sql`(
  select p.customer_id, p.arm, p.since, coalesce(sum(paid.amount) filter (where paid.is_after), 0) as outcome,
    coalesce(sum(paid.amount) filter (where not paid.is_after), 0) as past, coalesce(bool_or(paid.is_after), false) as bought,
    count(*) filter (where paid.is_after and paid.amount is null) as uncounted
  from ${people} p
  left join shop_order o on o.shop_id = ${shop.id} and o.customer_id = p.customer_id and o.counts
    and o.ordered_at >= p.since - ${days(PAST_DAYS)} and o.ordered_at < p.since + ${outcomeDays}
    and (o.cancelled_at is null or o.cancelled_at >= ${until})
  cross join ${lines} cross join ${returned}
  cross join lateral (select o.ordered_at >= p.since as is_after,
    round(${inShopMoney(sql`((coalesce(goods.amount, o.subtotal) - back.amount) * ${untaxed})`)}, 4) as amount) paid
  group by p.customer_id, p.arm, p.since)`;
