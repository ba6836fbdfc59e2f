// What came of offers: the orders that used them. That an order used an offer does not say that the offer brought the order.
import { inShopMoney, joinRefundsBack, netAmount } from "../../customers/order-money.server.ts";
import { sql, type Sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import type { Use } from "./results.ts";

/**
 * One row `u` for each order and offer that the order used, as a table for FROM, with amounts in the shop's currency as of now:
 * later edits and refunds lower the worth. An amount is null where it or its rate into the shop's currency is not known. Test
 * orders and deleted orders are left out. `is_first`: the customer had not ordered before.
 */
export const usedOrders = (shop: Pick<Shop, "id">): Sql => sql`(
  select r.offer_id, r.order_id, r.customer_id, r.ordered_at, o.name, ${netAmount} as worth,
    ${inShopMoney(sql`r.amount`)} as discount, case when not back.unknown then ${inShopMoney(sql`back.paid`)} end as refunded,
    exists (select from customer c where c.shop_id = r.shop_id and c.id = r.customer_id
      and c.opening_orders = 0 and c.first_order_at >= r.ordered_at) as is_first
  from api.redemptions r join shop_order o on o.shop_id = r.shop_id and o.id = r.order_id ${joinRefundsBack}
  where r.shop_id = ${shop.id}) u`;

const use = sql`count(*)::int as used, coalesce(sum(u.worth), 0)::text as revenue, (count(*) - count(u.worth))::int as uncounted`;

/** By offer, since each offer began. An offer that no order used is left out. */
export async function readUses(shop: Shop, tx: Tx): Promise<Map<string, Use>> {
  const rows = await tx.rows<Use & { offer: string }>(sql`
    select u.offer_id as offer, ${use} from ${usedOrders(shop)} group by u.offer_id`);
  return new Map(rows.map(({ offer, ...row }) => [offer, row]));
}

/** Of all offers, for the orders of a time. An order that used two offers counts once. */
export async function readUse(shop: Shop, tx: Tx, within: (orderedAt: Sql) => Sql): Promise<Use> {
  const [row] = await tx.rows<Use>(sql`
    select ${use} from (
      select distinct on (u.order_id) u.worth from ${usedOrders(shop)} where ${within(sql`u.ordered_at`)} order by u.order_id) u`);
  return row ?? { used: 0, revenue: "0", uncounted: 0 };
}

export const hasOffers = async (shop: Shop): Promise<boolean> =>
  (await shop.db.tx((tx) => tx.rows(sql`select from offer where shop_id = ${shop.id} and wish <> 'draft' limit 1`)))
    .length > 0;
