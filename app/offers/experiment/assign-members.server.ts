// Gives an arm to the members of the segments whose offers are tested, before the members' metafields are written. A customer who
// enters such a segment is marked in the transaction of the entry, so that each member who is not marked has an arm.
import { openStay } from "../../customers/open-stay.server.ts";
import { sql, type Tx } from "../../db.server.ts";
import { assignCustomers } from "../../experiments/assignment/assign.server.ts";
import type { Shop } from "../../shop.server.ts";

const AT_ONCE = 1000;

type Entered = { experiment: string; customer: string };

/** Assigns all marked customers, some in a transaction. */
export async function assignMarked(shop: Shop): Promise<void> {
  let after: string | null = "";
  while (after !== null) {
    const from: string = after;
    after = await shop.db.tx(async (tx) => {
      if (!(await hasExperiments(shop, tx))) return null;
      const ids = (
        await tx.rows<{ id: string }>(sql`
          select customer_id as id from publication
          where shop_id = ${shop.id} and customer_id > ${from} and dirty_at is not null
          order by customer_id limit ${AT_ONCE}`)
      ).map(({ id }) => id);
      await assignMembers(shop, tx, ids);
      return ids.at(-1) ?? null;
    });
  }
}

/**
 * Gives the customers an arm in each running test of a segment whose members they are. A customer who has an arm keeps it. While an
 * offer is withdrawn, nobody gets an arm: all members are marked when the offer comes back.
 */
export async function assignMembers(shop: Shop, tx: Tx, customerIds: readonly string[]): Promise<void> {
  const entered = await tx.rows<Entered>(sql`
    select distinct o.experiment_id as experiment, m.customer_id as customer from offer o
    join experiment e on e.shop_id = o.shop_id and e.id = o.experiment_id and e.ended_at is null
    left join offer_publication p on p.shop_id = o.shop_id and p.offer_id = o.id
    join membership m on m.shop_id = o.shop_id and m.segment_id = coalesce(o.narrowed_id, o.segment_id)
      and m.customer_id = any (${[...customerIds]}::text[]) and ${openStay}
    where o.shop_id = ${shop.id} and o.wish = 'on' and p.withdrawn is not true and not exists (
      select from assignment held
      where held.shop_id = m.shop_id and held.experiment_id = e.id and held.customer_id = m.customer_id)`);
  for (const [experiment, rows] of Map.groupBy(entered, (row) => row.experiment))
    await assignCustomers(shop, tx, experiment, rows.map(({ customer }) => customer)); // prettier-ignore
}

const hasExperiments = async (shop: Shop, tx: Tx): Promise<boolean> =>
  (await tx.rows(sql`select from experiment where shop_id = ${shop.id} and ended_at is null limit 1`)).length > 0;
