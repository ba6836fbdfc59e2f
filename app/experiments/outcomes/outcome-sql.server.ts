// The outcome of each person in an experiment, as SQL: what the person paid for goods after discounts and refunds, without taxes and
// shipping, in the shop's currency. Where the shop has stated its margin, the cost of the goods is subtracted. Test orders, deleted orders and cancelled orders do not count.
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

/** The units of the line `l` that the customer kept after edits, as a part of those that were ordered. */
const kept = sql`(case when o.ordered_at < p.since then 1 else (l.quantity - l.removed)::numeric / nullif(l.quantity, 0) end)`;

/**
 * What the lines of the order `o` came to after discounts, and before discounts as `listed`. Null: the order has no lines, or the
 * price of one is not known.
 */
const lines = sql`lateral (
  select case when bool_and(l.price is not null and l.discount is not null) then sum((l.price * l.quantity - l.discount) * ${kept})
    end as amount, case when bool_and(l.price is not null) then sum(l.price * l.quantity * ${kept}) end as listed
  from line_item l where l.shop_id = o.shop_id and l.order_id = o.id) goods`;

/**
 * What the refunds of the order took off the goods, and off the goods before discounts as `listed`. `adjusted` is above zero where
 * the merchant kept a part.
 */
const returned = sql`lateral (
  select coalesce(sum(lines.amount - r.adjusted), 0) as amount, coalesce(sum(lines.listed), 0) as listed
  from refund r cross join lateral (
    select coalesce(sum((line->>'subtotal')::numeric), 0) as amount,
      coalesce(sum((line->>'quantity')::numeric * l.price), 0) as listed
    from jsonb_array_elements(r.lines) line
    left join line_item l on l.shop_id = o.shop_id and l.order_id = o.id and l.id = line->>'lineItemId') lines
  where r.shop_id = o.shop_id and r.order_id = o.id and r.at < ${until}) back`;

/**
 * The part of an amount that is left without taxes. Where prices include taxes, the taxes are not added to the total. Goods and
 * shipping are taken to have the same rate.
 */
const untaxed = sql`(1 - coalesce(greatest(least(o.subtotal + o.shipping + o.tax - o.total, o.tax), 0)
  / nullif(o.subtotal + o.shipping, 0), 0))`;

/** The cost of the goods: their price before discounts, less the shop's margin. `margin`: in percent. */
const costAt = (margin: string | null): Sql =>
  margin === null
    ? sql`0`
    : sql`((1 - ${margin}::numeric / 100) * (coalesce(goods.listed, o.subtotal + o.discounts) - back.listed))`;

/**
 * One row for each of the people `p (customer_id, arm, since)`, as a table. `outcome` and `past`: the amounts after and before
 * `since`. `bought`: whether the person ordered. `uncounted`: orders that are left out, because their amount is not known.
 * `margin`: of the price before discounts, in percent. Null: the cost of the goods is not known, and not subtracted.
 */
export const outcomes = (shop: Pick<Shop, "id">, people: Sql, margin: string | null): Sql => sql`(
  select p.customer_id, p.arm, p.since, coalesce(sum(paid.amount) filter (where paid.is_after), 0) as outcome,
    coalesce(sum(paid.amount) filter (where not paid.is_after), 0) as past, coalesce(bool_or(paid.is_after), false) as bought,
    count(*) filter (where paid.is_after and paid.amount is null) as uncounted
  from ${people} p
  left join shop_order o on o.shop_id = ${shop.id} and o.customer_id = p.customer_id and o.counts
    and o.ordered_at >= p.since - ${days(PAST_DAYS)} and o.ordered_at < p.since + ${outcomeDays}
    and (o.cancelled_at is null or o.cancelled_at >= ${until})
  cross join ${lines} cross join ${returned}
  cross join lateral (select o.ordered_at >= p.since as is_after,
    round(${inShopMoney(sql`((coalesce(goods.amount, o.subtotal) - back.amount - ${costAt(margin)}) * ${untaxed})`)}, 4) as amount) paid
  group by p.customer_id, p.arm, p.since)`;
