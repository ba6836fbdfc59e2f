// What happened to a customer, once. An event names its thing and repeats nothing of it: what an order or a refund says now
// is read from the order and the refund. Ids are made of what happened, so that hearing of it twice is hearing of it once.
//   customer/ID/created   customer.created   {}
//   order/ID/placed       order.placed       { order }
//   order/ID/cancelled    order.cancelled    { order }
//   order/ID/deleted      order.deleted      { order }
//   refund/ID             order.refunded     { order, refund }
//   consent/ID/CHANNEL/AT/STATE   consent.changed   { channel, state, source }
//   tags/ID/added|removed/AT/HASH tags.added, tags.removed   { tags }
//   survey/RESPONSE/QUESTION      survey.answered            { response, question }, and in words { survey, asked, answers }
import { column } from "../../columns.ts";
import { sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { emit, type DomainEvent } from "../../outbox.server.ts";
import { defineTable, upsert } from "../../upsert.server.ts";
import { noNews, type News } from "./news.ts";

/** `source`: the batch's unless told. `words`: what the timeline tells beside the ids in `data`. */
export type EventRow = DomainEvent & { source?: string; words?: Record<string, unknown> };

/** An event is never rewritten. Ids of those that were written. */
export async function appendEvents(shop: Shop, tx: Tx, news: News, rows: readonly EventRow[]): Promise<Set<string>> {
  const written = await write(shop, tx, news, rows);
  for (const row of rows) if (written.has(row.id)) news.events.push(row);
  return written;
}

/** The same for one who tells nothing else. */
export async function tellEvents(shop: Shop, tx: Tx, source: string, rows: readonly EventRow[]): Promise<void> {
  const news = noNews({ name: source, history: false });
  await appendEvents(shop, tx, news, rows);
  await emit(shop, tx, news.events);
}

async function write(shop: Shop, tx: Tx, { source }: News, rows: readonly EventRow[]): Promise<Set<string>> {
  const from = rows.map((row) => ({ ...row, source: row.source ?? source.name }));
  const written = await upsert<{ id: string }, Written>(tx, shop.id, EVENT, from, {
    newer: "never",
    returning: "held.id",
  });
  return new Set(written.map(({ id }) => id));
}

/**
 * Of things that are known already: events follow them to another customer or another date, which is no news. Ids of those
 * that were written.
 */
export async function followEvents(shop: Shop, tx: Tx, news: News, rows: readonly EventRow[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const gone = await tx.rows<{ id: string }>(sql`
    delete from event e using unnest(${column(rows, ({ id }) => id)}::text[],
      ${column(rows, ({ customerId }) => customerId)}::text[], ${column(rows, ({ at }) => at)}::timestamptz[])
      as row (id, customer_id, at)
    where e.shop_id = ${shop.id} and e.id = row.id and (e.customer_id, e.at) is distinct from (row.customer_id, row.at)
    returning e.id`);
  const moved = new Set(gone.map(({ id }) => id));
  const written = await write(shop, tx, news, rows);
  for (const row of rows) if (written.has(row.id) && !moved.has(row.id)) news.events.push(row);
  return written;
}

/** Of orders that are nobody's any more. */
export async function withdrawEvents(shop: Shop, tx: Tx, ids: readonly string[]): Promise<void> {
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
