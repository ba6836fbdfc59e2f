// The amount that each segment's members spent, and its share of what all customers spent. A job computes both and stores the
// time with them.
import { openStay } from "../../customers/open-stay.server.ts";
import type { Instant } from "../../instant.ts";
import { livingCustomer } from "../../customers/living.server.ts";
import { setLocal, type Sql, sql, type Tx } from "../../db.server.ts";
import { enqueue } from "../../queue.server.ts";
import type { Shop } from "../../shop.server.ts";
import { figures } from "../figures.server.ts";
import { planned } from "./plan.server.ts";

/** `amount` is in the shop's currency. `share` is the part of what all customers spent, 0 to 1. */
export type Revenue = { amount: string; share: number };

/** `part` divided by `whole`, as a float. 0 where `whole` is not positive: refunds may exceed purchases. */
export const shareOf = (part: Sql, whole: Sql): Sql =>
  sql`case when ${whole} > 0 then round(${part} / ${whole}, 6)::float8 else 0 end`;

/** Sums are computed again after this time at the earliest: the job reads every customer, seconds for a million customers. */
const MIN_AGE_MS = 300_000;

/** Called after a change of members or of spent amounts. Rows that are stale already are not written. */
export const markRevenueStale = (shop: Shop, tx: Tx): Promise<number> =>
  tx.run(sql`update segment_figures set revenue_stale = true where shop_id = ${shop.id} and not revenue_stale`);

/** Queues the job at once for a segment without a sum. Later sums wait for MIN_AGE_MS. */
export async function askForRevenue(shop: Shop, tx: Tx, segmentId: string): Promise<void> {
  const first = await tx.run(sql`update segment_figures set revenue_stale = true
    where shop_id = ${shop.id} and segment_id = ${segmentId} and revenue_at is null`);
  if (first > 0) await enqueue("segments.revenue", { shop: shop.id }, tx);
}

/** Whether a stale sum is older than MIN_AGE_MS, or is dated in the future by a clock that was ahead. */
export async function revenueIsDue(shop: Shop): Promise<boolean> {
  const now = shop.now();
  const before = new Date(now.getTime() - MIN_AGE_MS);
  const rows = await shop.db.tx((tx) =>
    tx.rows(sql`select 1 from segment_figures where shop_id = ${shop.id} and revenue_stale
      and evaluated_at is not null and coalesce(revenue_at not between ${before}::timestamptz and ${now}::timestamptz, true) limit 1`),
  );
  return rows.length > 0;
}

/** When the oldest stale sum reaches MIN_AGE_MS. Null: no sum is stale. */
export async function nextRevenueDue(shop: Shop): Promise<Instant | null> {
  const [row] = await shop.db.tx((tx) =>
    tx.rows<{ at: Instant | null }>(sql`select min(revenue_at) as at from segment_figures
      where shop_id = ${shop.id} and revenue_stale and evaluated_at is not null`),
  );
  return row?.at ? new Date(row.at.getTime() + MIN_AGE_MS) : null;
}

/** Job segments.revenue. A change during the job makes the sums stale again, since the job resets `revenue_stale` first. */
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
          where m.shop_id = ${shop.id} and ${openStay} group by m.segment_id
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
