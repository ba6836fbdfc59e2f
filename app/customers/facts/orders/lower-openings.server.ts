import { netAmount, refundedSince, refundsBack } from "../../order-money.server.ts";
import { sql, type Tx } from "../../../db.server.ts";
import type { Shop } from "../../../shop.server.ts";

/**
 * Lowers opening balances by orders that are new to us and older than the backfill: Shopify counted such an order in its totals
 * without showing it, and a change to the order now sent it by webhook. Call before `computeTotals`.
 */
export async function lowerOpenings(shop: Shop, tx: Tx, orderIds: readonly string[]): Promise<void> {
  if (orderIds.length === 0) return;
  await tx.run(sql`
    update customer c set opening_orders = greatest(0, c.opening_orders - lowered.orders),
      opening_spent = case when c.opening_orders > lowered.orders then greatest(0, c.opening_spent - lowered.spent) else 0 end
    from (
      select o.customer_id, count(*)::int as orders, coalesce(sum(${netAmount} + ${refundedSince(sql`b.started_at`)}), 0) as spent
      from shop_order o
      join backfill b on b.shop_id = o.shop_id and b.kind = 'orders' and b.state = 'done'
      cross join ${refundsBack}
      where o.shop_id = ${shop.id} and o.id = any(${[...orderIds]}::text[]) and o.counts
        and coalesce(o.created_at, o.ordered_at) < b.started_at
      group by o.customer_id) lowered
    where c.shop_id = ${shop.id} and c.id = lowered.customer_id and c.opening_orders > 0`);
}
