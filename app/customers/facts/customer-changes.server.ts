// The table customer_change: changes to customers' facts that were made outside a batch of the inbox. A change waits here until
// the worker evaluates the customer's segments.
import { column } from "../../columns.ts";
import { addChange, type Changes, type Reads } from "../change.ts";
import { sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";

export const noteChange = (shop: Shop, tx: Tx, customerId: string, reads: Reads, cause: string): Promise<number> =>
  tx.run(sql`
    insert into customer_change (shop_id, customer_id, reads, cause)
    values (${shop.id}, ${customerId}, ${reads}, ${cause})`);

/** Notes one change for many customers. `depth` as in `Cause`. */
export async function noteChanges(
  shop: Shop,
  tx: Tx,
  customerIds: readonly string[],
  reads: Reads,
  cause: string,
  depth = 0,
): Promise<void> {
  if (customerIds.length === 0) return;
  await tx.run(sql`
    insert into customer_change (shop_id, customer_id, reads, cause, depth)
    select ${shop.id}, customer_id, ${reads}, ${cause}, ${depth}::int from unnest(${column(customerIds, (id) => id)}::text[]) as given (customer_id)`);
}

export async function hasChanges(shop: Shop): Promise<boolean> {
  const waiting = await shop.db.tx((tx) =>
    tx.rows(sql`select id from customer_change where shop_id = ${shop.id} limit 1`),
  );
  return waiting.length > 0;
}

/** Removes the oldest changes in the caller's transaction and returns them. `more`: further changes may be waiting. */
export async function takeChanges(shop: Shop, tx: Tx, most: number): Promise<{ changes: Changes; more: boolean }> {
  const rows = await tx.rows<{ customer: string; reads: Reads; cause: string; depth: number }>(sql`
    with taken as (
      delete from customer_change where shop_id = ${shop.id} and id in (
        select id from customer_change where shop_id = ${shop.id} order by id limit ${most} for update skip locked)
      returning id, customer_id, reads, cause, depth)
    select customer_id as customer, reads, cause, depth from taken order by id`);
  const changes: Changes = new Map();
  for (const { customer, reads, cause, depth } of rows) addChange(changes, customer, reads, cause, null, depth);
  return { changes, more: rows.length === most };
}
