import { addChange } from "../change.ts";
import { sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { column } from "../../columns.ts";
import { platformIdOf, type DeletionRow } from "./entities.ts";
import type { DomainEvent } from "../../outbox.server.ts";
import { upsertEvents } from "./events.server.ts";
import type { Effects } from "./effects.ts";
import { addBuyerChanges } from "./orders/products.server.ts";
import { isLater } from "./version.ts";
import type { Instant } from "../../instant.ts";

/**
 * Marks rows as deleted. A deletion that comes before its object inserts a row with deleted_at, so that a later copy stays
 * deleted.
 */
export async function applyDeletions(
  shop: Shop,
  tx: Tx,
  rows: readonly DeletionRow[],
  effects: Effects,
): Promise<void> {
  const earliest = new Map<string, DeletionRow>();
  for (const row of rows) {
    const key = `${row.kind}/${row.id}`;
    const known = earliest.get(key);
    if (!known || isLater(known, row)) earliest.set(key, row);
  }
  const sorted = [...earliest].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
  const byKind = Map.groupBy(sorted, ({ kind }) => kind);
  await deleteOrders(shop, tx, byKind.get("order") ?? [], effects);
  await deleteCustomers(shop, tx, byKind.get("customer") ?? [], effects);
  await deleteProducts(shop, tx, byKind.get("product") ?? [], effects);
}

const columnsOf = (rows: DeletionRow[]) =>
  sql`unnest(${column(rows, ({ id }) => id)}::text[], ${column(rows, ({ id }) => platformIdOf(id))}::text[],
    ${column(rows, ({ at }) => at)}::timestamptz[]) as row (id, platform_id, at)`;

async function deleteOrders(shop: Shop, tx: Tx, rows: DeletionRow[], effects: Effects): Promise<void> {
  if (rows.length === 0) return;
  const present = await tx.rows<{ id: string }>(sql`
    select id from shop_order where shop_id = ${shop.id} and id = any(${column(rows, ({ id }) => id)}::text[])
      and updated_at is not null and deleted_at is null`);
  const gone = await tx.rows<{
    id: string;
    customerId: string | null;
    test: boolean;
    at: Instant;
  }>(sql`
    insert into shop_order as o (shop_id, id, platform_id, currency, presentment_currency, ordered_at, deleted_at)
    select ${shop.id}, id, row.platform_id, ${shop.currency}, ${shop.currency}, at, at from ${columnsOf(rows)}
    on conflict (shop_id, id) do update set deleted_at = excluded.deleted_at
    where o.deleted_at is null or o.deleted_at > excluded.deleted_at
    returning o.id, o.customer_id as "customerId", o.test, o.deleted_at as at`);
  await tx.run(sql`
    update line_item l set counts = o.counts from shop_order o
    where o.shop_id = ${shop.id} and o.id = any(${column(rows, ({ id }) => id)}::text[])
      and l.shop_id = ${shop.id} and l.order_id = o.id and l.counts <> o.counts`);
  await tx.run(sql`
    update order_discount d set counts = o.counts from shop_order o
    where o.shop_id = ${shop.id} and o.id = any(${column(rows, ({ id }) => id)}::text[])
      and d.shop_id = ${shop.id} and d.order_id = o.id and d.counts <> o.counts`);
  const events = gone.flatMap(({ id, customerId, test, at }): DomainEvent[] =>
    test
      ? []
      : [{ id: `order/${id}/deleted`, customerId, kind: "order.deleted", at: at.toISOString(), data: { order: id } }],
  );
  await upsertEvents(
    shop,
    tx,
    effects,
    events.filter(({ customerId }) => customerId !== null),
  );
  // The deletion of an order that never came is recorded when the order comes.
  const arrived = new Set(present.map(({ id }) => `order/${id}/deleted`));
  effects.events.push(...events.filter(({ id }) => arrived.has(id)));
  for (const { id, customerId, at } of gone)
    if (customerId) addChange(effects.changes, customerId, "orders", `order/${id}/deleted`, at);
}

async function deleteCustomers(shop: Shop, tx: Tx, rows: DeletionRow[], effects: Effects): Promise<void> {
  if (rows.length === 0) return;
  await tx.run(sql`
    insert into customer as c (shop_id, id, platform_id, deleted_at)
    select ${shop.id}, id, row.platform_id, at from ${columnsOf(rows)}
    on conflict (shop_id, id) do update set deleted_at = excluded.deleted_at
    where c.deleted_at is null or c.deleted_at > excluded.deleted_at`);
  for (const { id, at } of rows) addChange(effects.changes, id, "profile", `customer/${id}/deleted`, at);
}

async function deleteProducts(shop: Shop, tx: Tx, rows: DeletionRow[], effects: Effects): Promise<void> {
  if (rows.length === 0) return;
  await tx.run(sql`
    insert into product as p (shop_id, id, platform_id, deleted_at)
    select ${shop.id}, id, row.platform_id, at from ${columnsOf(rows)}
    on conflict (shop_id, id) do update set deleted_at = excluded.deleted_at
    where p.deleted_at is null or p.deleted_at > excluded.deleted_at`);
  await addBuyerChanges(
    shop,
    tx,
    rows.map(({ id }) => id),
    effects.changes,
  );
}
