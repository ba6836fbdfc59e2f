import { addChange } from "../../change.ts";
import { sql, type Tx } from "../../../db.server.ts";
import type { DomainEvent } from "../../../outbox.server.ts";
import type { Shop } from "../../../shop.server.ts";
import { column } from "../../../columns.ts";
import { defineTable, upsert } from "../../../upsert.server.ts";
import type { RefundRow } from "../entities.ts";
import { deleteEvents, upsertEvents } from "../events.server.ts";
import type { Effects } from "../effects.ts";
import { isNewerRefund, type RefundCopy } from "../money/newer-refund.ts";
import { refundFigure, type OrderMoney, type ReportedRefund } from "../money/refund-figure.ts";
import { tieOf } from "../version.ts";
import type { Instant } from "../../../instant.ts";

/** `orderIds`: of the written refunds' orders. `added`: the keys of the refunds that were not stored before. */
type WrittenRefunds = { orderIds: string[]; added: ReadonlySet<string> };

/**
 * Writes the newest copy of each refund, in whatever order copies come. Needs the apply lock, since it reads before it writes.
 */
export async function applyRefunds(shop: Shop, tx: Tx, rows: readonly RefundRow[]): Promise<WrittenRefunds> {
  if (rows.length === 0) return { orderIds: [], added: new Set() };
  const held = await readHeld(shop, tx, rows);
  const winners = new Map<string, RefundRow>();
  for (const row of rows) {
    const known = winners.get(keyOf(row)) ?? held.get(keyOf(row));
    if (!known || isNewerRefund(copyOf(row), copyOf(known))) winners.set(keyOf(row), row);
  }
  const refunds = [...winners].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
  await upsert(tx, shop.id, REFUND, refunds, { newer: "always" });
  const added = new Set([...winners.keys()].filter((key) => !held.has(key)));
  return { orderIds: refunds.map(({ orderId }) => orderId), added };
}

const REFUND = defineTable<RefundRow>("refund", ["order_id", "id"], {
  order_id: ["text", ({ orderId }) => orderId],
  id: ["text", ({ id }) => id],
  amount: ["numeric", ({ amount }) => amount],
  presentment_amount: ["numeric", ({ presentmentAmount }) => presentmentAmount],
  adjusted: ["numeric", ({ adjusted }) => adjusted ?? "0"],
  own: ["boolean", ({ own }) => own ?? false],
  reported: ["jsonb", ({ reported }) => reported && JSON.stringify(reported)],
  note: ["text", ({ note }) => note],
  at: ["timestamptz", ({ at }) => at],
  lines: ["jsonb", ({ lines }) => JSON.stringify(lines)],
  updated_at: ["timestamptz", ({ updatedAt }) => updatedAt],
  tie: ["bigint", ({ seenAt, at, rank }) => tieOf({ updatedAt: at, seenAt: seenAt ?? at, rank: rank ?? 0 })],
});

type Known = Pick<RefundRow, "id" | "orderId" | "amount" | "presentmentAmount" | "own" | "updatedAt" | "seenAt" | "at">;

const keyOf = ({ orderId, id }: Pick<Known, "orderId" | "id">) => `${orderId}/${id}`;
const copyOf = ({ updatedAt = null, seenAt, at, amount, presentmentAmount, own = false }: Known): RefundCopy => ({
  ...{ updatedAt, seenAt: seenAt ?? at, amount, presentmentAmount, own },
});

async function readHeld(shop: Shop, tx: Tx, rows: readonly RefundRow[]): Promise<Map<string, Known>> {
  const held = await tx.rows<
    Omit<Known, "seenAt" | "at" | "updatedAt"> & { updatedAt: Instant | null; tie: string; at: Instant }
  >(sql`
    select r.id, r.order_id as "orderId", r.amount::text as amount, r.presentment_amount::text as "presentmentAmount", r.own,
      r.updated_at as "updatedAt", r.tie::text as tie, r.at
    from refund r join unnest(${column(rows, ({ orderId }) => orderId)}::text[], ${column(rows, ({ id }) => id)}::text[])
      as row (order_id, id) on r.order_id = row.order_id and r.id = row.id
    where r.shop_id = ${shop.id}`);
  return new Map(
    held.map(({ updatedAt, tie, at, ...row }) => [
      keyOf(row),
      {
        ...row,
        at: at.toISOString(),
        updatedAt: updatedAt?.toISOString() ?? null,
        seenAt: new Date(Number(BigInt(tie) / 16n)).toISOString(),
      },
    ]),
  );
}

type RefundWithoutOrder = {
  id: string;
  orderId: string;
  reported: ReportedRefund;
  currency: string;
  presentmentCurrency: string;
  ours: (string | null)[];
  theirs: (string | null)[];
};

/**
 * Computes the amounts of refunds that came without their order, once the order is stored: the order has the currencies and
 * the rate. Returns the ids of the orders whose refunds' amounts changed.
 */
export async function deriveRefunds(shop: Shop, tx: Tx, orderIds: string): Promise<string[]> {
  const alone = await tx.rows<RefundWithoutOrder>(sql`
    select r.id, r.order_id as "orderId", r.reported, o.currency, o.presentment_currency as "presentmentCurrency",
      array[o.total, o.subtotal, o.tax, o.shipping]::text[] as ours,
      array[o.presentment_total, o.presentment_subtotal, o.presentment_tax, o.presentment_shipping]::text[] as theirs
    from refund r join shop_order o on o.shop_id = r.shop_id and o.id = r.order_id and o.updated_at is not null
    where r.shop_id = ${shop.id} and r.order_id = any(${orderIds}::text[]) and r.updated_at is null and r.reported is not null`);
  if (alone.length === 0) return [];
  const figures = alone.map(({ id, orderId, reported, currency, presentmentCurrency, ours, theirs }) => {
    const rates = ours.map((amount, at) => ({ shop: amount ?? "0", presentment: theirs[at] ?? null }));
    const order: OrderMoney = { currency, presentmentCurrency, rates };
    return { id, orderId, ...refundFigure(reported, order, shop.currency) };
  });
  const derived = await tx.rows<{ orderId: string }>(sql`
    update refund r set amount = row.amount, presentment_amount = row.presentment_amount, adjusted = row.adjusted
    from unnest(${column(figures, ({ orderId }) => orderId)}::text[], ${column(figures, ({ id }) => id)}::text[],
      ${column(figures, ({ amount }) => amount)}::numeric[],
      ${column(figures, ({ presentmentAmount }) => presentmentAmount)}::numeric[],
      ${column(figures, ({ adjusted }) => adjusted)}::numeric[]) as row (order_id, id, amount, presentment_amount, adjusted)
    where r.shop_id = ${shop.id} and r.order_id = row.order_id and r.id = row.id
      and (r.amount, r.presentment_amount, r.adjusted) is distinct from (row.amount, row.presentment_amount, row.adjusted)
    returning r.order_id as "orderId"`);
  return derived.map(({ orderId }) => orderId);
}

type Refunded = { id: string; orderId: string; customerId: string | null; test: boolean; at: Instant };

/**
 * Writes the refunds of these orders to the timelines of the orders' customers, and emits `order.refunded` once for each refund:
 * when the refund first comes, or with its order, if the order comes later. `changed`: ids of the orders of which a refund was
 * written or computed.
 */
export async function recordRefundEvents(
  shop: Shop,
  tx: Tx,
  { orderIds, changed, added }: { orderIds: string; changed: ReadonlySet<string>; added: WrittenRefunds["added"] },
  effects: Effects,
): Promise<void> {
  const refunded = await tx.rows<Refunded>(sql`
    select r.id, r.order_id as "orderId", o.customer_id as "customerId", o.test, r.at
    from refund r join shop_order o on o.shop_id = r.shop_id and o.id = r.order_id and o.updated_at is not null
    where r.shop_id = ${shop.id} and r.order_id = any(${orderIds}::text[])`);
  const placed = new Set(effects.events.flatMap(({ kind, data }) => (kind === "order.placed" ? [data["order"]] : [])));
  const isNews = (refund: Refunded) => !refund.test && (added.has(keyOf(refund)) || placed.has(refund.orderId));
  effects.events.push(...refunded.filter(isNews).map(eventOf));
  const [ours, others] = [refunded.filter(isOnTimeline), refunded.filter((refund) => !isOnTimeline(refund))];
  await deleteEvents(
    shop,
    tx,
    others.map((refund) => eventOf(refund).id),
  );
  const written = await upsertEvents(shop, tx, effects, ours.map(eventOf));
  for (const { id, orderId, customerId, at } of ours) {
    if (customerId && (changed.has(orderId) || written.has(`refund/${id}`)))
      addChange(effects.changes, customerId, "orders", `refund/${id}`, at);
  }
}

const isOnTimeline = ({ customerId, test }: Refunded): boolean => customerId !== null && !test;

const eventOf = ({ id, orderId, customerId, at }: Refunded): DomainEvent => ({
  id: `refund/${id}`,
  customerId,
  kind: "order.refunded",
  at: at.toISOString(),
  data: { order: orderId, refund: id },
});
