// Applies entities to the tables of facts, in bulk statements. Each entity has a version or a time, so that a duplicate and a late
// copy change nothing.
import type { Changes } from "../change.ts";
import { sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { lowerOpenings } from "./orders/lower-openings.server.ts";
import { dropRedacted } from "./redaction/tombstones.server.ts";
import { column } from "../../columns.ts";
import { lockUntilCommit } from "../../lock.server.ts";
import { emit } from "../../outbox.server.ts";
import { applyConsents } from "./people/consents.server.ts";
import { addStubs, applyCustomers } from "./people/customers.server.ts";
import { applyDeletions } from "./deletions.server.ts";
import { noEntities, type Entities, type TotalsRow } from "./entities.ts";
import { noteIdentifiers } from "./people/identifiers.server.ts";
import { applyMerges, followMerges } from "./people/merges.server.ts";
import { applyOrders } from "./orders/orders.server.ts";
import { applyProducts } from "./orders/products.server.ts";
import { applyRefunds, deriveRefunds, recordRefundEvents } from "./orders/refunds.server.ts";
import { applyShops } from "./shops.server.ts";
import { applyTags } from "./people/tags.server.ts";
import { noEffects, type Effects, type Source } from "./effects.ts";
import { computeTotals } from "./orders/totals.server.ts";
import { isLater } from "./version.ts";

/**
 * Writes the entities that are newer than the stored ones, emits domain events (not for history), and returns which facts of
 * which customers changed. The caller holds the shop's apply lock (`lockApply`). Because of the versions, batches may come in any
 * order. The lock keeps two batches from deadlocking on each other's rows.
 */
export async function applyFacts(shop: Shop, tx: Tx, given: Partial<Entities>, source: Source): Promise<Changes> {
  const effects = noEffects(source);
  const living = await dropRedacted(shop, tx, { ...noEntities(), ...given });
  await applyMerges(shop, tx, living.merges, effects.changes);
  const followed = await followMerges(shop, tx, living);
  const { entities, into } = followed;
  await applyShops(shop, tx, entities.shops, effects.changes);
  await applyProducts(shop, tx, entities.products, effects.changes);
  await applyCustomers(shop, tx, followed, effects);
  await addStubs(shop, tx, mentioned(entities));
  const newOrders = await applyOrders(shop, tx, entities, effects);
  await noteIdentifiers(shop, tx, living, into);
  await followRefunds(shop, tx, entities, effects);
  await applyDeletions(shop, tx, entities.deletions, effects);
  await applyTags(shop, tx, entities.tags, effects);
  await applyConsents(shop, tx, entities.consents, effects);
  await applyPlatformTotals(shop, tx, entities.totals);
  await lowerOpenings(shop, tx, newOrders);
  const bought = [...effects.changes].filter(([, causes]) => causes.has("orders")).map(([id]) => id);
  await computeTotals(shop, tx, bought);
  if (!source.history) emit(shop, tx, effects.events);
  return effects.changes;
}

async function followRefunds(shop: Shop, tx: Tx, { orders, refunds }: Entities, effects: Effects): Promise<void> {
  const { orderIds: written, added } = await applyRefunds(shop, tx, refunds);
  const touched = new Set([...orders.map(({ id }) => id), ...refunds.map(({ orderId }) => orderId)]);
  if (touched.size === 0) return;
  const orderIds = column([...touched], (id) => id);
  const changed = new Set([...written, ...(await deriveRefunds(shop, tx, orderIds))]);
  await recordRefundEvents(shop, tx, { orderIds, changed, added }, effects);
}

/** Takes the shop's apply lock until the transaction ends. False: another transaction holds the lock. */
export async function lockApply(shop: Pick<Shop, "id">, tx: Tx): Promise<boolean> {
  const [row] = await tx.rows<{ got: boolean }>(
    sql`select pg_try_advisory_xact_lock(hashtextextended(${`apply ${shop.id}`}, 0)) as got`,
  );
  return row?.got === true;
}

/** Waits for the shop's apply lock and takes it until the transaction ends. */
export async function waitForApply(shop: Pick<Shop, "id">, tx: Tx): Promise<void> {
  await lockUntilCommit(tx, `apply ${shop.id}`);
}

function mentioned({ customers, orders, tags, consents, totals }: Entities): Set<string> {
  const ids = new Set([
    ...orders.flatMap(({ customerId }) => customerId ?? []),
    ...[...tags, ...consents, ...totals].map(({ customerId }) => customerId),
  ]);
  for (const { id } of customers) ids.delete(id);
  return ids;
}

async function applyPlatformTotals(shop: Shop, tx: Tx, rows: readonly TotalsRow[]): Promise<void> {
  const newest = new Map<string, TotalsRow>();
  for (const row of rows) if (!isLater(newest.get(row.customerId), row)) newest.set(row.customerId, row);
  const totals = [...newest.values()];
  if (totals.length === 0) return;
  await tx.run(sql`
    update customer c set platform_orders = row.orders, platform_spent = row.spent, platform_currency = row.currency,
      platform_totals_at = row.at
    from unnest(${column(totals, ({ customerId }) => customerId)}::text[], ${column(totals, ({ orders }) => orders)}::int[],
      ${column(totals, ({ spent }) => spent)}::numeric[], ${column(totals, ({ currency }) => currency)}::text[],
      ${column(totals, ({ at }) => at)}::timestamptz[]) as row (id, orders, spent, currency, at)
    where c.shop_id = ${shop.id} and c.id = row.id and (c.platform_totals_at is null or c.platform_totals_at < row.at)`);
}
