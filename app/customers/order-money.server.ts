// Sums over orders `o`, in the shop's own currency. An order in another currency counts at its own rate, where the shopper
// paid in what is the shop's currency now; else it counts nowhere, and is told as a gap.
import { CURRENCIES_WITHOUT_DIGITS, CURRENCIES_WITH_THREE_DIGITS } from "../currency.ts";
import { sql, type Sql } from "../db.server.ts";

/** Asked once a statement: it depends on no row. */
const shopCurrency = sql`(select currency from shop where id = current_setting('app.shop'))`;
const digits = sql`(select case when currency = any(${CURRENCIES_WITHOUT_DIGITS}::text[]) then 0
  when currency = any(${CURRENCIES_WITH_THREE_DIGITS}::text[]) then 3 else 2 end from shop where id = current_setting('app.shop'))`;

/** An amount of the order `o` in the shop's currency; null where no rate is known. */
const inShopMoney = (amount: Sql): Sql => sql`(case when o.currency = ${shopCurrency} then ${amount}
  when o.presentment_currency = ${shopCurrency} and o.total > 0 and o.presentment_total > 0
  then round(${amount} * o.presentment_total / o.total, ${digits}) end)`;

/** Gross: what was ordered, before returns and refunds. */
export const grossAmount: Sql = inShopMoney(sql`o.total`);

/**
 * What the refunds of `o` come to, as `back`: beside `o` in a FROM. Those that are inside the order's version have lowered its
 * current total by what came back; those that came alone have not yet.
 */
export const refundsBack: Sql = sql`lateral (
  select coalesce(sum(r.amount), 0) as paid, coalesce(bool_or(r.amount is null), false) as unknown,
    coalesce(sum(r.adjusted) filter (where r.updated_at is not null), 0) as adjusted,
    coalesce(sum(r.amount) filter (where r.updated_at is null and (r.lines <> '[]' or r.adjusted <> 0)), 0) as apart
  from refund r where r.shop_id = o.shop_id and r.order_id = o.id) back`;

/**
 * What the order is worth after edits, returns and refunds: the current total, less money that was given back beyond what
 * came back; never more than was ordered less what was paid back. Null where that is not known. Needs `refundsBack`.
 */
const worth: Sql = sql`case when not back.unknown then
  least(greatest(coalesce(o.current_total, o.total) + back.adjusted - back.apart, 0), o.total - back.paid) end`;

/** Net: what the order is worth, in the shop's currency. Needs `refundsBack`. */
export const netAmount: Sql = inShopMoney(worth);

/** Refunds of `o` after an instant, in the shop's currency. */
export const refundedSince = (since: Sql): Sql =>
  inShopMoney(sql`(select coalesce(sum(r.amount), 0) from refund r
    where r.shop_id = o.shop_id and r.order_id = o.id and r.at > ${since})`);
