// What happened in the house, in the transaction of its cause: one log a shop, which everyone who acts on news reads from a
// position of its own. It is kept for some days.
import { eraseFrom } from "./catalogue.server.ts";
import { sql, type Tx } from "./db.server.ts";
import type { Shop } from "./shop.server.ts";
import { defineTable, upsert } from "./upsert.server.ts";
import type { Instant } from "./instant.ts";

export const EVENT_KINDS = [
  "customer.created",
  "order.placed",
  "order.cancelled",
  "order.deleted",
  "order.refunded",
  "consent.changed",
  "tags.added",
  "tags.removed",
  "segment.entered",
  "segment.left",
  "survey.answered",
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** `at`: when it happened. `data` names things by their ids and says nothing of a person. */
export type DomainEvent = {
  /** Of what happened: it is the same when it is told again. */
  id: string;
  kind: EventKind;
  customerId: string | null;
  at: string;
  data: Record<string, unknown>;
};

/** `seq`: in the order in which their transactions were committed. `recordedAt`: when we heard of it. */
export type LoggedEvent = Omit<DomainEvent, "at"> & { seq: string; at: Instant; recordedAt: Instant };

type Row = DomainEvent & { seq: bigint };

const OUTBOX = defineTable<Row>("outbox", ["seq"], {
  seq: ["bigint", ({ seq }) => String(seq)],
  id: ["text", ({ id }) => id],
  kind: ["text", ({ kind }) => kind],
  customer_id: ["text", ({ customerId }) => customerId],
  at: ["timestamptz", ({ at }) => at],
  data: ["jsonb", ({ data }) => JSON.stringify(data)],
});

/**
 * The numbers are taken under a lock that is held until the transaction ends: a number is seen only when all numbers below it
 * are seen. So it stands last in a transaction, for others of the shop wait.
 */
export async function emit(shop: Pick<Shop, "id">, tx: Tx, events: readonly DomainEvent[]): Promise<void> {
  if (events.length === 0) return;
  const [head] = await tx.rows<{ seq: string }>(sql`
    insert into outbox_head as head (shop_id, seq) values (${shop.id}, ${events.length})
    on conflict (shop_id) do update set seq = head.seq + excluded.seq returning seq`);
  const last = BigInt(head?.seq ?? 0);
  const rows = events.map((event, at) => ({ ...event, seq: last - BigInt(events.length - 1 - at) }));
  await upsert(tx, shop.id, OUTBOX, rows, { newer: "never" });
}

/** What a reader has not read yet, the oldest first. Its position stays: `moveOn` says what was dealt with. */
export async function peekEvents(shop: Pick<Shop, "id">, tx: Tx, reader: string, most: number): Promise<LoggedEvent[]> {
  return tx.rows<LoggedEvent>(sql`
    select seq, id, kind, customer_id as "customerId", at, data, recorded_at as "recordedAt" from outbox
    where shop_id = ${shop.id} and seq > coalesce((
      select seq from outbox_position where shop_id = ${shop.id} and reader = ${reader}), 0)
    order by outbox.seq limit ${most}`);
}

export async function moveOn(shop: Pick<Shop, "id">, tx: Tx, reader: string, seq: string): Promise<void> {
  await tx.run(sql`
    insert into outbox_position as held (shop_id, reader, seq) values (${shop.id}, ${reader}, ${seq}::bigint)
    on conflict (shop_id, reader) do update set seq = greatest(held.seq, excluded.seq)`);
}

/**
 * What a reader has not read yet, the oldest first, and moves its position on in this transaction: what the reader does in it
 * is done once. Another process that reads for the same reader waits.
 */
export async function readEvents(shop: Pick<Shop, "id">, tx: Tx, reader: string, most: number): Promise<LoggedEvent[]> {
  await tx.run(sql`
    insert into outbox_position (shop_id, reader, seq) values (${shop.id}, ${reader}, 0) on conflict do nothing`);
  await tx.rows(sql`select from outbox_position where shop_id = ${shop.id} and reader = ${reader} for update`);
  const events = await peekEvents(shop, tx, reader, most);
  const last = events.at(-1);
  if (last) await moveOn(shop, tx, reader, last.seq);
  return events;
}

/** Numbers of the last event of the shop and of the last that the reader read: how far the reader is behind. */
export async function readLag(shop: Pick<Shop, "id">, tx: Tx, reader: string): Promise<number> {
  const [row] = await tx.rows<{ behind: number }>(sql`
    select (coalesce((select seq from outbox_head where shop_id = ${shop.id}), 0)
      - coalesce((select seq from outbox_position where shop_id = ${shop.id} and reader = ${reader}), 0))::int as behind`);
  return row?.behind ?? 0;
}

/** Erases those among the next `most` that speak of somebody. Rows erased, and where to go on: null at the end. */
export async function eraseNews(
  tx: Tx,
  shopId: string,
  speaks: (text: string) => boolean,
  after: string,
  most: number,
): Promise<{ rows: number; last: string | null }> {
  const events = await tx.rows<{ seq: string; text: string }>(sql`
    select seq, concat_ws(' ', id, data) as text from outbox
    where shop_id = ${shopId} and seq > ${after || "0"}::bigint order by outbox.seq limit ${most}`);
  const gone = events.filter(({ text }) => speaks(text)).map(({ seq }) => seq);
  const rows = await tx.run(sql`delete from outbox where shop_id = ${shopId} and seq = any(${gone}::bigint[])`);
  return { rows, last: events.length < most ? null : (events.at(-1)?.seq ?? null) };
}

const KEPT_DAYS = 7;
const ROWS_AT_ONCE = 5000;

/** By the database's clock, which recorded them. */
export async function sweepOutbox(shop: Pick<Shop, "id" | "db">): Promise<void> {
  const old = sql`shop_id = ${shop.id} and recorded_at < now() - make_interval(days => ${KEPT_DAYS})`;
  for (let gone = ROWS_AT_ONCE; gone === ROWS_AT_ONCE;)
    gone = await shop.db.tx((tx) => eraseFrom(tx, "outbox", old, ROWS_AT_ONCE));
}
