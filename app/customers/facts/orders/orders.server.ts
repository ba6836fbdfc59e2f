import { addChange } from "../../change.ts";
import { sql, type Tx } from "../../../db.server.ts";
import type { DomainEvent } from "../../../outbox.server.ts";
import type { Shop } from "../../../shop.server.ts";
import { column, listOf } from "../../../columns.ts";
import { BY_VERSION, defineTable, upsert } from "../../../upsert.server.ts";
import { platformIdOf, type Entities, type OrderRow, type RefundRow } from "../entities.ts";
import { deleteEvents, upsertEvents, writeEvents } from "../events.server.ts";
import type { Effects } from "../effects.ts";
import { replaceLineItems, type WonOrder } from "./line-items.server.ts";
import { newestById, tieOf, updatedAtOf } from "../version.ts";
import type { Instant } from "../../../instant.ts";

/** What is stored of an order before a batch. `updatedAt` null: only the order's deletion is stored, not the order. */
type Before = { id: string; customerId: string | null; isCancelled: boolean; updatedAt: Instant | null };
type Won = { id: string; deletedAt: Instant | null; counts: boolean; before: Before | null };

/** An order's date is processed_at, else created_at. */
export const orderedAtOf = (row: OrderRow): string => row.processedAt ?? row.createdAt ?? updatedAtOf(row);

/** Writes orders, their line items and their events. Returns the ids of the orders that were not stored before. */
export async function applyOrders(
  shop: Shop,
  tx: Tx,
  { orders, refunds }: Pick<Entities, "orders" | "refunds">,
  effects: Effects,
): Promise<readonly string[]> {
  if (orders.length === 0) return [];
  const newest = newestById(orders);
  const won = new Map((await upsertOrders(shop, tx, newest)).map((each) => [each.id, each]));
  const winners = newest.flatMap((row): WonOrder[] => {
    const one = won.get(row.id);
    return one
      ? [{ row, orderedAt: orderedAtOf(row), deletedAt: one.deletedAt, counts: one.counts, isNew: !one.before }]
      : [];
  });
  if (winners.length === 0) return [];
  await replaceLineItems(shop, tx, winners);
  const [known, fresh] = [winners.filter(({ isNew }) => !isNew), winners.filter(({ isNew }) => isNew)];
  await writeEvents(shop, tx, effects, fresh.flatMap(timelineOf));
  await upsertEvents(shop, tx, effects, known.flatMap(timelineOf));
  const offTimelines = known.filter(({ row }) => !isOnTimeline(row));
  await deleteEvents(
    shop,
    tx,
    offTimelines.flatMap(({ row }) => eventIds(row.id)),
  );
  for (const winner of winners) {
    const { row, orderedAt } = winner;
    const before = won.get(row.id)?.before ?? null;
    effects.events.push(...newsOf(winner, before));
    const placed = { event: `order/${row.id}/placed`, at: before ? updatedAtOf(row) : orderedAt };
    const { event, at } = (before && stepSince(before, row, refunds)) ?? placed;
    if (row.customerId) addChange(effects.changes, row.customerId, "orders", event, at);
    if (before?.customerId && before.customerId !== row.customerId)
      addChange(effects.changes, before.customerId, "orders", placed.event, placed.at);
  }
  return winners.flatMap(({ row, isNew }) => (isNew ? row.id : []));
}

/** The cancelling, else the last refund, since the order was stored. Null: the order was only edited. */
function stepSince(before: Before, { id, cancelledAt }: OrderRow, refunds: readonly RefundRow[]) {
  if (cancelledAt && !before.isCancelled) return { event: `order/${id}/cancelled`, at: cancelledAt };
  const { updatedAt } = before;
  const isSince = ({ orderId, at }: RefundRow) => orderId === id && updatedAt !== null && new Date(at) > updatedAt;
  const [last] = refunds.filter(isSince).toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at));
  return last ? { event: `refund/${last.id}`, at: last.at } : null;
}

const ORDER = defineTable<OrderRow>("shop_order", ["id"], {
  id: ["text", ({ id }) => id],
  platform_id: ["text", ({ id }) => platformIdOf(id)],
  customer_id: ["text", ({ customerId }) => customerId],
  name: ["text", ({ name }) => name],
  email: ["text", ({ email }) => email],
  phone: ["text", ({ phone }) => phone],
  source_name: ["text", ({ sourceName }) => sourceName],
  app_id: ["text", ({ appId }) => appId],
  location_id: ["text", ({ locationId }) => locationId],
  landing_site: ["text", ({ landingSite }) => landingSite],
  referring_site: ["text", ({ referringSite }) => referringSite],
  discount_codes: ["jsonb", ({ discountCodes }) => JSON.stringify(discountCodes)],
  note_attributes: ["jsonb", ({ noteAttributes }) => JSON.stringify(noteAttributes)],
  note: ["text", ({ note }) => note],
  tags: ["text[]", ({ tags }) => listOf(tags)],
  customer_locale: ["text", ({ customerLocale }) => customerLocale],
  checkout_token: ["text", ({ checkoutToken }) => checkoutToken],
  cart_token: ["text", ({ cartToken }) => cartToken],
  financial_status: ["text", ({ financialStatus }) => financialStatus?.toUpperCase()],
  fulfillment_status: ["text", ({ fulfillmentStatus }) => fulfillmentStatus?.toUpperCase()],
  currency: ["text", ({ currency }) => currency],
  presentment_currency: ["text", ({ presentmentCurrency }) => presentmentCurrency],
  subtotal: ["numeric", ({ subtotal }) => subtotal],
  discounts: ["numeric", ({ discounts }) => discounts],
  shipping: ["numeric", ({ shipping }) => shipping],
  tax: ["numeric", ({ tax }) => tax],
  total: ["numeric", ({ total }) => total],
  current_total: ["numeric", ({ currentTotal }) => currentTotal],
  presentment_total: ["numeric", ({ presentmentTotal }) => presentmentTotal],
  presentment_subtotal: ["numeric", ({ presentmentSubtotal }) => presentmentSubtotal],
  presentment_discounts: ["numeric", ({ presentmentDiscounts }) => presentmentDiscounts],
  presentment_shipping: ["numeric", ({ presentmentShipping }) => presentmentShipping],
  presentment_tax: ["numeric", ({ presentmentTax }) => presentmentTax],
  test: ["boolean", ({ test }) => test],
  ordered_at: ["timestamptz", orderedAtOf],
  processed_at: ["timestamptz", ({ processedAt }) => processedAt],
  created_at: ["timestamptz", ({ createdAt }) => createdAt],
  cancelled_at: ["timestamptz", ({ cancelledAt }) => cancelledAt],
  cancel_reason: ["text", ({ cancelReason }) => cancelReason?.toUpperCase()],
  updated_at: ["timestamptz", updatedAtOf],
  tie: ["bigint", tieOf],
});

async function upsertOrders(shop: Shop, tx: Tx, rows: OrderRow[]): Promise<Won[]> {
  // Two statements, under the shop's apply lock: on a cluster, a read and an insert in one statement see the inserted rows.
  const known = await tx.rows<Before>(sql`
    select id, customer_id as "customerId", cancelled_at is not null as "isCancelled", updated_at as "updatedAt"
    from shop_order
    where shop_id = ${shop.id} and id = any(${column(rows, ({ id }) => id)}::text[])`);
  const stored = new Map(known.map((each) => [each.id, each]));
  const won = await upsert<{ id: string; deletedAt: Instant | null; counts: boolean }, OrderRow>(
    tx,
    shop.id,
    ORDER,
    rows,
    {
      newer: BY_VERSION,
      returning: `held.id, held.deleted_at as "deletedAt", held.counts`,
    },
  );
  return won.map((one) => ({ ...one, before: stored.get(one.id) ?? null }));
}

const eventIds = (id: string) => [`order/${id}/placed`, `order/${id}/cancelled`, `order/${id}/deleted`];

/** An order without a customer and a test order are on no timeline. */
const isOnTimeline = ({ customerId, test }: OrderRow): boolean => customerId !== null && !test;

const timelineOf = (order: WonOrder): DomainEvent[] => (isOnTimeline(order.row) ? eventsOf(order) : []);

/** The order's domain events: all of them with the first copy, later only the cancelling. A test order has none. */
function newsOf(order: WonOrder, before: Before | null): DomainEvent[] {
  if (order.row.test) return [];
  if (!before?.updatedAt) return eventsOf(order);
  return before.isCancelled ? [] : eventsOf(order).filter(({ kind }) => kind === "order.cancelled");
}

function eventsOf({ row, orderedAt, deletedAt }: WonOrder): DomainEvent[] {
  const event = (what: "placed" | "cancelled" | "deleted", at: string): DomainEvent => ({
    id: `order/${row.id}/${what}`,
    customerId: row.customerId,
    kind: `order.${what}`,
    at,
    data: { order: row.id },
  });
  return [
    event("placed", orderedAt),
    ...(row.cancelledAt ? [event("cancelled", row.cancelledAt)] : []),
    ...(deletedAt ? [event("deleted", deletedAt.toISOString())] : []),
  ];
}
