// Tables of metafields that plugins declare: the present values at Shopify, of customers, of orders and of products.
import { column } from "../../columns.ts";
import { sql, type Sql, type Tx } from "../../db.server.ts";
import type { Instant } from "../../instant.ts";
import type { Shop } from "../../shop.server.ts";
import { noteChanges } from "./customer-changes.server.ts";
import { redactedAmong } from "./redaction/tombstones.server.ts";

export const METAFIELD_OWNERS = ["customer", "order", "product"] as const;
export type MetafieldOwner = (typeof METAFIELD_OWNERS)[number];

export type MetafieldKey = { owner: MetafieldOwner; namespace: string; key: string; type: string };
export type MetafieldRow = MetafieldKey & { ownerId: string; value: string; updatedAt: string };

type Place = {
  table: Sql;
  /** The column of the owner's id. */
  id: Sql;
  /** The table of the owners. */
  known: Sql;
  /** The customers whose segments may depend on metafields of these owners. */
  customers(shopId: string, ownerIds: string): Sql;
};

const PLACES: Record<MetafieldOwner, Place> = {
  customer: {
    table: sql`customer_metafield`,
    id: sql`customer_id`,
    known: sql`customer`,
    customers: (_shopId, ids) => sql`select unnest(${ids}::text[]) as id`,
  },
  order: {
    table: sql`order_metafield`,
    id: sql`order_id`,
    known: sql`shop_order`,
    customers: (shopId, ids) => sql`select distinct customer_id as id from shop_order
      where shop_id = ${shopId} and id = any(${ids}::text[]) and customer_id is not null`,
  },
  product: {
    table: sql`product_metafield`,
    id: sql`product_id`,
    known: sql`product`,
    customers: (shopId, ids) => sql`select distinct customer_id as id from line_item
      where shop_id = ${shopId} and product_id = any(${ids}::text[]) and customer_id is not null`,
  },
};

/** The owners and keys that were read at Shopify. `seenAt`: a stored value that is newer stays; null: every value is replaced. */
export type Asked = {
  owner: MetafieldOwner;
  ownerIds: readonly string[];
  keys: readonly MetafieldKey[];
  seenAt: Instant | null;
};

/**
 * Makes `rows` the only values of these keys for these owners: a stored value that is not among the rows is deleted. Rows of
 * owners that are redacted or not stored are skipped. Notes a change for each customer concerned, and returns how many customers that are.
 */
export async function applyMetafields(
  shop: Shop,
  tx: Tx,
  asked: Asked,
  found: readonly MetafieldRow[],
): Promise<number> {
  const { owner, ownerIds, keys, seenAt } = asked;
  const redacted = owner === "product" ? new Set() : await redactedAmong(shop, tx, owner, ownerIds);
  const rows = found.filter(({ ownerId }) => !redacted.has(ownerId));
  const { table, id, known, customers } = PLACES[owner];
  const given = sql`(select g.* from unnest(${column(rows, ({ ownerId }) => ownerId)}::text[],
      ${column(rows, ({ namespace }) => namespace)}::text[], ${column(rows, ({ key }) => key)}::text[],
      ${column(rows, ({ type }) => type)}::text[], ${column(rows, ({ value }) => value)}::text[],
      ${column(rows, ({ updatedAt }) => updatedAt)}::timestamptz[]) as g (owner_id, namespace, key, type, value, updated_at)
    join ${known} o on o.shop_id = ${shop.id} and o.id = g.owner_id)`;
  const gone = await tx.rows<{ id: string }>(sql`
    delete from ${table} m using unnest(${column(keys, ({ namespace }) => namespace)}::text[],
      ${column(keys, ({ key }) => key)}::text[]) as asked (namespace, key)
    where m.shop_id = ${shop.id} and m.${id} = any(${column(ownerIds, (each) => each)}::text[])
      and (m.namespace, m.key) = (asked.namespace, asked.key) and (m.updated_at > ${seenAt}::timestamptz) is not true
      and not exists (
        select from ${given} g where (g.owner_id, g.namespace, g.key) = (m.${id}, m.namespace, m.key))
    returning m.${id} as id`);
  const written = await tx.rows<{ id: string }>(sql`
    insert into ${table} as m (shop_id, ${id}, namespace, key, type, value, updated_at)
    select ${shop.id}, g.owner_id, g.namespace, g.key, g.type, g.value, g.updated_at from ${given} g
    on conflict (shop_id, ${id}, namespace, key) do update
    set type = excluded.type, value = excluded.value, updated_at = excluded.updated_at
    where m.updated_at <= excluded.updated_at and (m.type, m.value) is distinct from (excluded.type, excluded.value)
    returning m.${id} as id`);
  const changed = [...new Set([...gone, ...written].map((row) => row.id))];
  if (changed.length === 0) return 0;
  const noted = await tx.rows<{ id: string }>(
    customers(
      shop.id,
      column(changed, (each) => each),
    ),
  );
  await noteChanges(
    shop,
    tx,
    noted.map((row) => row.id),
    "metafields",
    "metafields",
  );
  return noted.length;
}
