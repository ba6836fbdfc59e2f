// Customers' metafields that plugins declare, as Shopify says them now.
import { column } from "../../columns.ts";
import { sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { noteChanges } from "./customer-changes.server.ts";

export type MetafieldKey = { namespace: string; key: string; type: string };
export type MetafieldRow = MetafieldKey & { customerId: string; value: string; updatedAt: string };

/**
 * What these customers have of these metafields: what is not among the rows is gone. Segments are told of those who have
 * something else than before. How many they are. Customers who are not known here are left out.
 */
export async function applyMetafields(
  shop: Shop,
  tx: Tx,
  customerIds: readonly string[],
  keys: readonly MetafieldKey[],
  rows: readonly MetafieldRow[],
): Promise<number> {
  const given = sql`(select g.* from unnest(${column(rows, ({ customerId }) => customerId)}::text[],
      ${column(rows, ({ namespace }) => namespace)}::text[], ${column(rows, ({ key }) => key)}::text[],
      ${column(rows, ({ type }) => type)}::text[], ${column(rows, ({ value }) => value)}::text[],
      ${column(rows, ({ updatedAt }) => updatedAt)}::timestamptz[]) as g (customer_id, namespace, key, type, value, updated_at)
    join customer c on c.shop_id = ${shop.id} and c.id = g.customer_id)`;
  const gone = await tx.rows<{ id: string }>(sql`
    delete from customer_metafield m using unnest(${column(keys, ({ namespace }) => namespace)}::text[],
      ${column(keys, ({ key }) => key)}::text[]) as asked (namespace, key)
    where m.shop_id = ${shop.id} and m.customer_id = any(${column(customerIds, (id) => id)}::text[])
      and (m.namespace, m.key) = (asked.namespace, asked.key) and not exists (
        select from ${given} g where (g.customer_id, g.namespace, g.key) = (m.customer_id, m.namespace, m.key))
    returning m.customer_id as id`);
  const written = await tx.rows<{ id: string }>(sql`
    insert into customer_metafield as m (shop_id, customer_id, namespace, key, type, value, updated_at)
    select ${shop.id}, g.customer_id, g.namespace, g.key, g.type, g.value, g.updated_at from ${given} g
    on conflict (shop_id, customer_id, namespace, key) do update
    set type = excluded.type, value = excluded.value, updated_at = excluded.updated_at
    where (m.type, m.value) is distinct from (excluded.type, excluded.value)
    returning m.customer_id as id`);
  const changed = [...new Set([...gone, ...written].map(({ id }) => id))];
  await noteChanges(shop, tx, changed, "metafields", "metafields");
  return changed.length;
}
