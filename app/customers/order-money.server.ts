// SQL for amounts of the order `o` in the shop's currency. The amount of an order in another currency is converted at the order's
// own rate, where the shopper paid in the shop's present currency. Otherwise the amount is null, and the order is left out of sums.
import { CURRENCIES_WITHOUT_DIGITS, CURRENCIES_WITH_THREE_DIGITS } from "../currency.ts";
import { sql, type Sql } from "../db.server.ts";

/** PostgreSQL evaluates the subquery once in a statement, since it depends on no row. */
const shopCurrency = sql`(select currency from shop where id = current_setting('app.shop'))`;
const digits = sql`(select case when currency = any(${CURRENCIES_WITHOUT_DIGITS}::text[]) then 0
  when currency = any(${CURRENCIES_WITH_THREE_DIGITS}::text[]) then 3 else 2 end from shop where id = current_setting('app.shop'))`;

/** An amount of the order `o` in the shop's currency. Zero is zero in every currency. Null: no rate is known. */
export const inShopMoney = (
  amount: Sql,
): Sql => sql`(case when o.currency = ${shopCurrency} then ${amount} when ${amount} = 0 then 0
  when o.presentment_currency = ${shopCurrency} and o.total > 0 and o.presentment_total > 0
  then round(${amount} * o.presentment_total / o.total, ${digits}) end)`;

/** Gross: what was ordered, before returns and refunds. */
export const grossAmount: Sql = inShopMoney(sql`o.total`);

/**
 * Sums over refunds `r` of one order. A refund that came within the order (updated_at is set) has already lowered current_total by
 * the returned things. A refund that came alone has not: `apart` sums such refunds.
 */
const refundSums = sql`coalesce(sum(r.amount), 0) as paid, coalesce(bool_or(r.amount is null), false) as unknown,
  coalesce(sum(r.adjusted) filter (where r.updated_at is not null), 0) as adjusted,
  coalesce(sum(r.amount) filter (where r.updated_at is null and (r.lines <> '[]' or r.adjusted <> 0)), 0) as apart`;

/** Sums over the refunds of `o`, as the lateral table `back`, to stand behind `o` in FROM. */
export const refundsBack: Sql = sql`lateral (
  select ${refundSums} from refund r where r.shop_id = o.shop_id and r.order_id = o.id) back`;

/** The same for statements over many orders of a shop, to stand behind `o` as a join: reads all refunds of the shop once. */
export const joinRefundsBack: Sql = sql`
  left join (select r.shop_id, r.order_id, ${refundSums} from refund r group by r.shop_id, r.order_id) sums
    on sums.shop_id = o.shop_id and sums.order_id = o.id
  cross join lateral (select coalesce(sums.paid, 0) as paid, coalesce(sums.unknown, false) as unknown,
    coalesce(sums.adjusted, 0) as adjusted, coalesce(sums.apart, 0) as apart) back`;

/**
 * What the order is worth after edits, returns and refunds: the current total, less money that was given back beyond the
 * returned things; at most the total less what was paid back. Null: a refund's amount is unknown. Needs `refundsBack`.
 */
const worth: Sql = sql`case when not back.unknown then
  least(greatest(coalesce(o.current_total, o.total) + back.adjusted - back.apart, 0), o.total - back.paid) end`;

/** Net: what the order is worth after edits, returns and refunds. Needs `refundsBack`. */
export const netAmount: Sql = inShopMoney(worth);

/** The sum of refunds of `o` after an instant, in the shop's currency. */
export const refundedSince = (since: Sql): Sql =>
  inShopMoney(sql`(select coalesce(sum(r.amount), 0) from refund r
    where r.shop_id = o.shop_id and r.order_id = o.id and r.at > ${since})`);
