// A customer's totals, computed from the stored orders. No other code writes the columns of the totals.
import { sql, type Tx } from "../../../db.server.ts";
import type { Shop } from "../../../shop.server.ts";
import { netAmount, refundedSince, refundsBack } from "../../order-money.server.ts";
import { column } from "../../../columns.ts";

/** An opening balance in another currency than the shop's adds nothing: no exchange rate is known. */
const opening = sql`case when c.opening_currency is null or c.opening_currency = s.currency then c.opening_spent else 0 end`;

/**
 * Computes number, money and dates of these customers' orders: the opening balance plus the stored orders. Test and deleted
 * orders do not count, cancelled orders do. A refund lowers the money alone. An order whose worth in the shop's currency is
 * unknown counts as an order without money, and in uncounted_orders.
 */
export async function computeTotals(shop: Shop, tx: Tx, customerIds: readonly string[]): Promise<void> {
  if (customerIds.length === 0) return;
  await tx.run(sql`
    update customer c set
      number_of_orders = c.opening_orders + held.orders, amount_spent = ${opening} + held.spent,
      uncounted_orders = held.uncounted, first_order_at = held.first_at, last_order_at = held.last_at
    from shop s, unnest(${column([...customerIds].sort(), (id) => id)}::text[]) as changed (id)
    cross join lateral (
      select count(*)::int as orders, coalesce(sum(each.kept), 0) as spent, (count(*) - count(each.kept))::int as uncounted,
        min(each.ordered_at) as first_at, max(each.ordered_at) as last_at
      from (
        select o.ordered_at, ${netAmount} as kept from shop_order o, ${refundsBack}
        where o.shop_id = ${shop.id} and o.customer_id = changed.id and o.counts) each
    ) held
    where c.shop_id = ${shop.id} and c.id = changed.id and s.id = ${shop.id}
      and (c.number_of_orders, c.amount_spent, c.uncounted_orders, c.first_order_at, c.last_order_at) is distinct from
        (c.opening_orders + held.orders, ${opening} + held.spent, held.uncounted, held.first_at, held.last_at)`);
}

/**
 * Sets opening balances after a backfill: the platform's totals, less the stored orders that were created by the time of those
 * totals.
 */
export async function settleOpenings(shop: Shop, tx: Tx, customerIds: readonly string[]): Promise<void> {
  if (customerIds.length === 0) return;
  await tx.run(sql`
    update customer c set
      opening_orders = greatest(0, c.platform_orders - held.orders),
      opening_spent = case when c.platform_orders > held.orders then greatest(0, c.platform_spent - held.spent) else 0 end,
      opening_currency = c.platform_currency
    from unnest(${column([...customerIds].sort(), (id) => id)}::text[]) as changed (id)
    join customer p on p.shop_id = ${shop.id} and p.id = changed.id
    cross join lateral (
      select count(*)::int as orders,
        coalesce(sum(${netAmount} + ${refundedSince(sql`p.platform_totals_at`)}), 0) as spent
      from shop_order o, ${refundsBack}
      where o.shop_id = ${shop.id} and o.customer_id = changed.id and o.counts
        and coalesce(o.created_at, o.ordered_at) <= p.platform_totals_at
    ) held
    where c.shop_id = ${shop.id} and c.id = changed.id and c.platform_orders is not null and c.platform_totals_at is not null`);
  await computeTotals(shop, tx, customerIds);
}
