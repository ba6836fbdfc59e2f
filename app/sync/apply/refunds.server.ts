import { addChange, type Changes } from "../../customers/change.ts";
import { sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { column } from "./columns.ts";
import type { RefundRow } from "./entities.ts";
import { appendEvents } from "./events.server.ts";
import { isLess } from "./sum.ts";

/** A refund has no version; its amount only grows, so that the order in which its copies come makes no difference. */
export async function applyRefunds(shop: Shop, tx: Tx, rows: readonly RefundRow[], changes: Changes): Promise<void> {
  if (rows.length === 0) return;
  const refunds = largest(rows);
  await tx.run(sql`
    insert into refund as r (shop_id, order_id, id, amount, presentment_amount, note, at, lines)
    select ${shop.id}, row.* from unnest(${column(refunds, ({ orderId }) => orderId)}::text[],
      ${column(refunds, ({ id }) => id)}::text[], ${column(refunds, ({ amount }) => amount)}::numeric[],
      ${column(refunds, ({ presentmentAmount }) => presentmentAmount)}::numeric[],
      ${column(refunds, ({ note }) => note)}::text[], ${column(refunds, ({ at }) => at)}::timestamptz[],
      ${column(refunds, ({ lines }) => JSON.stringify(lines))}::jsonb[]) as row
    on conflict (shop_id, order_id, id) do update set amount = excluded.amount,
      presentment_amount = excluded.presentment_amount, note = excluded.note, at = excluded.at, lines = excluded.lines
    where r.amount < excluded.amount`);
  await tellOfRefunds(
    shop,
    tx,
    column(refunds, ({ orderId }) => orderId),
    changes,
  );
}

/** Of copies of one refund, the one with the largest amount. */
function largest(rows: readonly RefundRow[]): RefundRow[] {
  const byKey = new Map<string, RefundRow>();
  for (const row of rows) {
    const key = `${row.orderId}/${row.id}`;
    const known = byKey.get(key);
    if (!known || isLess(known.amount, row.amount)) byKey.set(key, row);
  }
  return [...byKey].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
}

type Told = { id: string; orderId: string; customerId: string; amount: string; at: Date; told: boolean };

/** Events of refunds that have none yet, or one with another amount. A refund may come before its order: then later. */
export async function tellOfRefunds(shop: Shop, tx: Tx, orderIds: string, changes: Changes): Promise<void> {
  const news = await tx.rows<Told>(sql`
    select r.id, r.order_id as "orderId", o.customer_id as "customerId", r.amount::text as amount, r.at, e.id is not null as told
    from refund r
    join shop_order o on o.shop_id = r.shop_id and o.id = r.order_id and o.customer_id is not null and not o.test
    left join event e on e.shop_id = r.shop_id and e.id = 'refund/' || r.id
    where r.shop_id = ${shop.id} and r.order_id = any(${orderIds}::text[])
      and (e.id is null or e.customer_id is distinct from o.customer_id or e.data->>'amount' is distinct from r.amount::text)`);
  await appendEvents(
    shop,
    tx,
    news.map(({ id, orderId, customerId, amount, at }) => ({
      id: `refund/${id}`,
      customerId,
      kind: "order.refunded",
      at: at.toISOString(),
      data: { order: orderId, refund: id, amount },
    })),
    news.filter(({ told }) => told).map(({ id }) => `refund/${id}`),
  );
  for (const { id, customerId } of news) addChange(changes, customerId, "orders", `refund/${id}`);
}
