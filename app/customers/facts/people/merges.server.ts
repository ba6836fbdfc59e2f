import { addChange, type Changes } from "../../change.ts";
import { moveRows } from "../../../catalogue.server.ts";
import { sql, type Tx } from "../../../db.server.ts";
import type { Shop } from "../../../shop.server.ts";
import { column } from "../../../columns.ts";
import type { Entities, Followed, MergeRow } from "../entities.ts";
import { settleConsents } from "./consents.server.ts";
import { addStubs } from "./customers.server.ts";
import { lockPeople } from "./people-lock.server.ts";
import { settleTags } from "./tags.server.ts";

/** Tables whose rows a merge does not move, each with the reason. A merge moves the rows of every other table with a customer_id. */
const STAYING = {
  customer_address: "the platform sends the addresses of the customer who stays",
  customer_metafield: "the platform says what the customer who stays has",
  customer_change: "the segments of both customers are evaluated anew",
  membership: "the segments of both customers are evaluated anew",
  publication: "it says what Shopify holds of that one customer",
};

export async function applyMerges(shop: Shop, tx: Tx, rows: readonly MergeRow[], changes: Changes): Promise<void> {
  if (rows.length > 0) await lockPeople(tx, shop.id);
  for (const { keptId: named, deletedId, at } of rows) {
    await addStubs(shop, tx, new Set([named, deletedId]));
    const keptId = await lastKept(shop, tx, named);
    if (keptId === deletedId) continue;
    await moveRows(tx, { shopId: shop.id, from: deletedId, to: keptId, except: Object.keys(STAYING) });
    await settleConsents(shop, tx, [keptId]);
    await settleTags(shop, tx, [keptId]);
    // Balances in two currencies cannot be added: the balance in the shop's currency counts.
    await tx.run(sql`
      with gone as (
        update customer set opening_orders = 0, opening_spent = 0, merged_into = ${keptId},
          deleted_at = coalesce(deleted_at, ${at}::timestamptz)
        where shop_id = ${shop.id} and id = ${deletedId} returning id
      ), balance as (
        select d.opening_orders as orders, d.opening_spent as spent, coalesce(d.opening_currency, s.currency) as currency,
          s.currency as ours
        from customer d join shop s on s.id = d.shop_id where d.shop_id = ${shop.id} and d.id = ${deletedId}
      )
      update customer c set opening_orders = c.opening_orders + balance.orders,
        opening_spent = case when balance.spent = 0 or c.opening_spent = 0
            or coalesce(c.opening_currency, balance.ours) = balance.currency then c.opening_spent + balance.spent
          when balance.currency = balance.ours then balance.spent else c.opening_spent end,
        opening_currency = case when balance.spent <> 0 and (c.opening_spent = 0 or balance.currency = balance.ours)
          then balance.currency else c.opening_currency end
      from balance where c.shop_id = ${shop.id} and c.id = ${keptId} and exists (select from gone)`);
    await tx.run(
      sql`update customer set merged_into = ${keptId} where shop_id = ${shop.id} and merged_into = ${deletedId}`,
    );
    for (const id of [keptId, deletedId]) {
      for (const reads of ["profile", "orders", "consent", "tags", "answers", "activity"] as const) {
        addChange(changes, id, reads, `customer/${deletedId}/merged`, at);
      }
    }
  }
}

/** Follows later merges: `id` may have been merged into another customer since, and that merge may have come first. */
async function lastKept(shop: Shop, tx: Tx, id: string): Promise<string> {
  const [row] = await tx.rows<{ into: string | null }>(
    sql`select merged_into as into from customer where shop_id = ${shop.id} and id = ${id}`,
  );
  return row?.into ?? id;
}

/**
 * Gives orders, tags and consents of a merged customer to the customer who stays. The merged customer inside an order is
 * dropped.
 */
export async function followMerges(shop: Shop, tx: Tx, entities: Entities): Promise<Followed> {
  const ids = new Set([
    ...entities.customers.map(({ id }) => id),
    ...entities.orders.flatMap(({ customerId }) => customerId ?? []),
    ...entities.tags.map(({ customerId }) => customerId),
    ...entities.consents.map(({ customerId }) => customerId),
  ]);
  if (ids.size === 0) return { entities, into: new Map() };
  const merged = await tx.rows<{ id: string; into: string }>(sql`
    select id, merged_into as into from customer
    where shop_id = ${shop.id} and id = any(${column([...ids], (id) => id)}::text[]) and merged_into is not null`);
  if (merged.length === 0) return { entities, into: new Map() };
  const into = new Map(merged.map((row) => [row.id, row.into]));
  const follow = <Row extends { customerId: string | null }>(row: Row): Row =>
    row.customerId && into.has(row.customerId) ? { ...row, customerId: into.get(row.customerId) ?? null } : row;
  const followed = {
    ...entities,
    customers: entities.customers.filter(({ id, slim }) => !slim || !into.has(id)),
    orders: entities.orders.map(follow),
    tags: entities.tags.map((row) => (into.has(row.customerId) ? { ...follow(row), merged: row.customerId } : row)),
    consents: entities.consents.map(follow),
  };
  return { entities: followed, into };
}
