// What happened to a customer, once. An event names its thing and repeats nothing of it: what an order or a refund says now
// is read from the order and the refund. Ids are made of what happened, so that hearing of it twice is hearing of it once.
//   customer/ID/created   customer.created   {}
//   order/ID/placed       order.placed       { order }
//   order/ID/cancelled    order.cancelled    { order }
//   order/ID/deleted      order.deleted      { order }
//   refund/ID             order.refunded     { order, refund }
//   consent/ID/CHANNEL/AT/STATE   consent.changed   { channel, state, source }
//   tags/ID/added|removed/AT/HASH tags.added, tags.removed   { tags }
//   survey/RESPONSE/QUESTION      survey.answered            { survey, question, asked, answers }
import { column } from "../../columns.ts";
import { sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { defineTable, upsert } from "../../upsert.server.ts";

export type EventRow = {
  id: string;
  customerId: string | null;
  kind: string;
  at: string;
  /** Left out: the platform. */
  source?: string;
  data: Record<string, unknown>;
};

/** An event is never rewritten. Ids of those that were written. */
export async function appendEvents(shop: Shop, tx: Tx, rows: readonly EventRow[]): Promise<string[]> {
  const written = await upsert<{ id: string }, EventRow>(tx, shop.id, EVENT, rows, {
    newer: "never",
    returning: "held.id",
  });
  return written.map(({ id }) => id);
}

/** Of things that are known already: events follow them to another customer or another date. Ids of those that were written. */
export async function followEvents(shop: Shop, tx: Tx, rows: readonly EventRow[]): Promise<string[]> {
  if (rows.length === 0) return [];
  await tx.run(sql`
    delete from event e using unnest(${column(rows, ({ id }) => id)}::text[],
      ${column(rows, ({ customerId }) => customerId)}::text[], ${column(rows, ({ at }) => at)}::timestamptz[])
      as row (id, customer_id, at)
    where e.shop_id = ${shop.id} and e.id = row.id and (e.customer_id, e.at) is distinct from (row.customer_id, row.at)`);
  return appendEvents(shop, tx, rows);
}

/** Of orders that are nobody's any more. */
export async function withdrawEvents(shop: Shop, tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.run(sql`delete from event where shop_id = ${shop.id} and id = any(${column(ids, (id) => id)}::text[])`);
}

const EVENT = defineTable<EventRow>("event", ["id"], {
  id: ["text", ({ id }) => id],
  customer_id: ["text", ({ customerId }) => customerId],
  kind: ["text", ({ kind }) => kind],
  at: ["timestamptz", ({ at }) => at],
  source: ["text", ({ source = "shopify" }) => source],
  data: ["jsonb", ({ data }) => JSON.stringify(data)],
});
