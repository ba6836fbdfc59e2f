// What the members of segments spent, as a part of what all customers spent.
import { type Sql, sql } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";
import { readOnly } from "./read-only.server.ts";

/** `amount` in the shop's currency; `share` of what all customers spent, between 0 and 1. */
export type Revenue = { amount: string; share: number };

export const NO_REVENUE: Revenue = { amount: "0", share: 0 };

/** A share of two sums of money, as a plain number. What was refunded may be more than was spent. */
export const shareOf = (part: Sql, whole: Sql): Sql =>
  sql`case when ${whole} > 0 then round(${part} / ${whole}, 6)::float8 else 0 end`;

/** A list waits no longer for it (ms). */
const PATIENCE_MS = 3000;

/** By segment, one without members left out; null where adding up would take too long. */
export async function revenueOfMembers(shop: Shop, patience = PATIENCE_MS): Promise<Map<string, Revenue> | null> {
  const results = await readOnly<Revenue & { segment: string }>(shop, patience, [
    sql`
      with spender as materialized (
        select c.id, c.amount_spent as spent from customer c
        where c.shop_id = ${shop.id} and c.deleted_at is null and c.merged_into is null
      ), whole as (select sum(spent) as spent from spender)
      select part.segment, part.spent::text as amount, ${shareOf(sql`part.spent`, sql`whole.spent`)} as share
      from whole, (
        select m.segment_id as segment, sum(spender.spent) as spent
        from membership m join spender on spender.id = m.customer_id
        where m.shop_id = ${shop.id} and m.left_at is null group by m.segment_id
      ) part`,
  ]);
  return results && new Map((results[0] ?? []).map(({ segment, ...revenue }) => [segment, revenue]));
}
