// The timeline's events. Ids are made of what happened, so that hearing of it twice is hearing of it once.
//   customer/ID/created   customer.created   {}
//   order/ID/placed       order.placed       { order, name, total, currency, items: titles of the first lines, lines }
//   order/ID/cancelled    order.cancelled    { order, name, reason }
//   order/ID/deleted      order.deleted      { order, name }
//   refund/ID             order.refunded     { order, refund, amount, currency }
//   consent/ID/CHANNEL/AT/STATE   consent.changed   { channel, state, source }
//   tags/ID/added|removed/AT/HASH tags.added, tags.removed   { tags }
import { sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { column } from "../../columns.ts";
import { defineTable, upsert } from "../../upsert.server.ts";

export type EventRow = {
  id: string;
  customerId: string | null;
  kind: string;
  at: string;
  data: Record<string, unknown>;
};

/** `renewed`: ids of events that tell of an older version of their thing, and go. */
export async function appendEvents(
  shop: Shop,
  tx: Tx,
  rows: readonly EventRow[],
  renewed: readonly string[] = [],
): Promise<void> {
  if (renewed.length > 0) {
    await tx.run(
      sql`delete from event where shop_id = ${shop.id} and id = any(${column(renewed, (id) => id)}::text[])`,
    );
  }
  await upsert(tx, shop.id, EVENT, rows, { newer: "never" });
}

const EVENT = defineTable<EventRow>("event", ["id"], {
  id: ["text", ({ id }) => id],
  customer_id: ["text", ({ customerId }) => customerId],
  kind: ["text", ({ kind }) => kind],
  at: ["timestamptz", ({ at }) => at],
  source: ["text", () => "shopify"],
  data: ["jsonb", ({ data }) => JSON.stringify(data)],
});
