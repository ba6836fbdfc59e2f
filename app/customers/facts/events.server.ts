// The table event: what happened to a customer. An event holds the id of its order or refund, and nothing else of it: readers
// join the order and the refund. An event's id is made of what happened, so that a message that comes twice makes one event. When
// an order moves to another customer, its events move too. The outbox gets no event for such a move.
//   customer/ID/created   customer.created   {}
//   order/ID/placed       order.placed       { order }
//   order/ID/cancelled    order.cancelled    { order }
//   order/ID/deleted      order.deleted      { order }
//   refund/ID             order.refunded     { order, refund }
//   consent/ID/CHANNEL/AT/STATE   consent.changed   { channel, state, source }
//   tags/ID/added|removed/AT/HASH tags.added, tags.removed   { tags }
//   survey/RESPONSE/QUESTION      survey.answered            { response, question, kind }, and in words { survey, asked, answers }
import { column } from "../../columns.ts";
import { sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { emit, type DomainEvent } from "../../outbox.server.ts";
import { defineTable, upsert } from "../../upsert.server.ts";
import { noEffects, type Effects } from "./effects.ts";

/** `source`: by default the batch's source. `words`: texts for the timeline, stored beside the ids in `data`. */
export type EventRow = DomainEvent & { source?: string; words?: Record<string, unknown> };

/**
 * Inserts the events that are not stored yet, and adds each of them once to `effects`: a batch may have an event twice. Returns
 * their ids. A stored event is not changed.
 */
export async function appendEvents(
  shop: Shop,
  tx: Tx,
  effects: Effects,
  rows: readonly EventRow[],
): Promise<Set<string>> {
  const written = await writeEvents(shop, tx, effects, rows);
  const untold = new Set(written);
  for (const row of rows) if (untold.delete(row.id)) effects.events.push(row);
  return written;
}

/** Inserts events that come without a batch of facts, and emits them to the outbox. */
export async function publishEvents(shop: Shop, tx: Tx, source: string, rows: readonly EventRow[]): Promise<void> {
  const effects = noEffects({ name: source, history: false });
  await appendEvents(shop, tx, effects, rows);
  emit(shop, tx, effects.events);
}

/** Inserts the events that are not stored yet, without emitting domain events. Returns their ids. */
export async function writeEvents(
  shop: Shop,
  tx: Tx,
  { source }: Effects,
  rows: readonly EventRow[],
): Promise<Set<string>> {
  const from = rows.map((row) => ({ ...row, source: row.source ?? source.name }));
  const written = await upsert<{ id: string }, Written>(tx, shop.id, EVENT, from, {
    newer: "never",
    returning: "held.id",
  });
  return new Set(written.map(({ id }) => id));
}

/**
 * Inserts events without emitting domain events. A stored event whose customer or date has changed is replaced. Returns the ids
 * of the events that were inserted or replaced.
 */
export async function upsertEvents(
  shop: Shop,
  tx: Tx,
  effects: Effects,
  rows: readonly EventRow[],
): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  await tx.run(sql`
    delete from event e using unnest(${column(rows, ({ id }) => id)}::text[],
      ${column(rows, ({ customerId }) => customerId)}::text[], ${column(rows, ({ at }) => at)}::timestamptz[])
      as row (id, customer_id, at)
    where e.shop_id = ${shop.id} and e.id = row.id and (e.customer_id, e.at) is distinct from (row.customer_id, row.at)`);
  return writeEvents(shop, tx, effects, rows);
}

/** Deletes events of orders that belong to no customer any more. */
export async function deleteEvents(shop: Shop, tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.run(sql`delete from event where shop_id = ${shop.id} and id = any(${column(ids, (id) => id)}::text[])`);
}

type Written = EventRow & { source: string };

const EVENT = defineTable<Written>("event", ["id"], {
  id: ["text", ({ id }) => id],
  customer_id: ["text", ({ customerId }) => customerId],
  kind: ["text", ({ kind }) => kind],
  at: ["timestamptz", ({ at }) => at],
  source: ["text", ({ source }) => source],
  data: ["jsonb", ({ data, words }) => JSON.stringify({ ...data, ...words })],
});
