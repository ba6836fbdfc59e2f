// What the members of segments spent, as a part of what all customers spent: added up by the worker, kept with its time.
import type { Instant } from "../../instant.ts";
import { livingCustomer } from "../../customers/living.server.ts";
import { setLocal, type Sql, sql, type Tx } from "../../db.server.ts";
import { enqueue } from "../../queue.server.ts";
import type { Shop } from "../../shop.server.ts";
import { figures } from "../figures.server.ts";
import { planned } from "./plan.server.ts";

/** `amount` in the shop's currency; `share` of what all customers spent, between 0 and 1. */
export type Revenue = { amount: string; share: number };

/** A share of two sums of money, as a plain number. What was refunded may be more than was spent. */
export const shareOf = (part: Sql, whole: Sql): Sql =>
  sql`case when ${whole} > 0 then round(${part} / ${whole}, 6)::float8 else 0 end`;

/** Every customer is read for it: seconds in a shop with a million. */
const REST_MS = 300_000;

/** Something changed who is in or what was spent. Rows that say so already are left alone. */
export const markRevenueStale = (shop: Shop, tx: Tx): Promise<number> =>
  tx.run(sql`update segment_figures set revenue_stale = true where shop_id = ${shop.id} and not revenue_stale`);

/** Asks for a segment's first sum at once; a later one waits for its turn. */
export async function askForRevenue(shop: Shop, tx: Tx, segmentId: string): Promise<void> {
  const first = await tx.run(sql`update segment_figures set revenue_stale = true
    where shop_id = ${shop.id} and segment_id = ${segmentId} and revenue_at is null`);
  if (first > 0) await enqueue("segments.revenue", { shop: shop.id }, tx);
}

/** Whether a sum has been out of date for as long as it may be. A sum of a time to come was made by a clock that was ahead. */
export async function revenueIsDue(shop: Shop): Promise<boolean> {
  const now = shop.now();
  const before = new Date(now.getTime() - REST_MS);
  const rows = await shop.db.tx((tx) =>
    tx.rows(sql`select 1 from segment_figures where shop_id = ${shop.id} and revenue_stale
      and evaluated_at is not null and coalesce(revenue_at not between ${before}::timestamptz and ${now}::timestamptz, true) limit 1`),
  );
  return rows.length > 0;
}

/** When the oldest sum that is out of date will have been so for as long as it may be. */
export async function nextRevenueDue(shop: Shop): Promise<Instant | null> {
  const [row] = await shop.db.tx((tx) =>
    tx.rows<{ at: Instant | null }>(sql`select min(revenue_at) as at from segment_figures
      where shop_id = ${shop.id} and revenue_stale and evaluated_at is not null`),
  );
  return row?.at ? new Date(row.at.getTime() + REST_MS) : null;
}

/** Job segments.revenue. What changes while it adds up makes the sums stale again. */
export async function addUpRevenue(shop: Shop): Promise<void> {
  await shop.db.tx((tx) =>
    tx.run(sql`update segment_figures set revenue_stale = false where shop_id = ${shop.id} and revenue_stale`),
  );
  const now = shop.now().toISOString();
  await shop.db.tx(async (tx) => {
    await setLocal(tx, "work_mem", "64MB");
    await planned(tx, "shop", () =>
      tx.run(sql`
        with spender as materialized (
          select c.id, c.amount_spent as spent from customer c
          where c.shop_id = ${shop.id} and ${livingCustomer}
        ), whole as (select sum(spent) as spent from spender),
        part as (
          select m.segment_id as segment, sum(spender.spent) as spent
          from membership m join spender on spender.id = m.customer_id
          where m.shop_id = ${shop.id} and m.left_at is null group by m.segment_id
        ), listed as (
          select s.id, coalesce(part.spent, 0) as amount, ${shareOf(sql`coalesce(part.spent, 0)`, sql`whole.spent`)} as share
          from segment s ${figures} cross join whole left join part on part.segment = s.id
          where s.shop_id = ${shop.id} and s.archived_at is null and f.evaluated_at is not null
        )
        update segment_figures f set revenue = listed.amount, revenue_share = listed.share, revenue_at = ${now}::timestamptz
        from listed where f.shop_id = ${shop.id} and f.segment_id = listed.id and f.evaluated_at is not null`),
    );
  });
}
