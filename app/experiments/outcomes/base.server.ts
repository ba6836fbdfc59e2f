// What the people of a coming experiment did in the last weeks, without the experiment: how many bought, and how much their amounts
// differ.
import { sql, type Sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { BUYERS_FOR_MONEY, CAP_AT } from "../statistics/gates.ts";
import { outcomeDays, outcomes } from "./outcome-sql.server.ts";

/** `share`: of the people who bought. `mean`, `deviation`: of the amount per person, capped as in an experiment. */
export type Base = { people: number; share: number; mean: string; deviation: string };

/** `customers`: a table with the column `customer_id`. The window is as long as an experiment's, and ends now. */
export async function readBase(shop: Shop, tx: Tx, customers: Sql, margin: string | null): Promise<Base | null> {
  const people = sql`(
    select customer_id, ''::text as arm, ${shop.now()}::timestamptz - ${outcomeDays} as since from ${customers} c)`;
  const [row] = await tx.rows<Base>(sql`
    with person as materialized (select * from ${outcomes(shop, people, margin)} y),
      limits as (select case when count(*) filter (where bought) >= ${BUYERS_FOR_MONEY}::int
        then percentile_disc(${CAP_AT}::double precision) within group (order by outcome) filter (where bought) end as cap from person)
    select count(*)::int as people, (coalesce(avg(bought::int), 0))::double precision as share,
      (coalesce(avg(least(outcome, cap)), 0))::text as mean, (coalesce(stddev_samp(least(outcome, cap)), 0))::text as deviation
    from person, limits`);
  return row && row.people > 0 && row.share > 0 ? row : null;
}
