// Rows that are held up, or were applied without a field, stay in the inbox, so that the sync page shows them and the merchant
// can try again.
import { column } from "../../columns.ts";
import { sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";

/** A row of the history, which no webhook brought. `body` and `reason` are JSON. */
export type HeldRow = { topic: string; key: string; state: "poison" | "applied"; body: string; reason: string };

export async function storeHeld(shop: Shop, tx: Tx, rows: readonly HeldRow[], seenAt: string): Promise<void> {
  if (rows.length === 0) return;
  await tx.run(sql`
    insert into inbox (shop_id, topic, key, triggered_at, body, state, reason, settled_at)
    select ${shop.id}, topic, key, ${seenAt}::timestamptz, convert_to(body, 'UTF8'), state, reason, now()
    from unnest(${column(rows, ({ topic }) => topic)}::text[], ${column(rows, ({ key }) => key)}::text[],
      ${column(rows, ({ body }) => body)}::text[], ${column(rows, ({ state }) => state)}::text[],
      ${column(rows, ({ reason }) => reason)}::text[]) as row (topic, key, body, state, reason)`);
}

export const forgetHeld = (shop: Shop, tx: Tx, topic: string, rows: readonly { key: string }[]): Promise<number> =>
  tx.run(sql`
    delete from inbox where shop_id = ${shop.id} and topic = ${topic}
      and key = any(${column(rows, ({ key }) => key)}::text[])`);

/** Puts a poison item back into the queue. */
export const retryPoison = (shop: Shop, seq: string): Promise<void> =>
  shop.db.tx(async (tx) => {
    const moved = await tx.run(sql`
      update inbox set state = 'waiting', reason = null, attempts = 0, settled_at = null
      where shop_id = ${shop.id} and seq = ${seq}::bigint and state = 'poison'`);
    if (moved) await tx.run(sql`insert into shop_mark (shop_id) values (${shop.id})`);
  });
