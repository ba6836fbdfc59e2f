// The outbox: a log of domain events, one for each shop. An event is written in the transaction of its cause. Each reader has a
// position of its own. Events are kept for `KEPT_DAYS`. A reader that has not read older events by then skips them.
import { eraseFrom } from "./catalogue.server.ts";
import { column } from "./columns.ts";
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
  "offer.redeemed",
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** `at`: when it happened. `data`: ids of the things concerned, without personal data. */
export type DomainEvent = {
  /** Made of what happened: the same happening always has the same id. */
  id: string;
  kind: EventKind;
  customerId: string | null;
  at: string;
  data: Record<string, unknown>;
  /** How many events led to this one through plugins. Left out: none. */
  depth?: number;
};

/** An event of a plugin's own: `kind` is `PLUGIN.EVENT`. `depth`: how many events led to this one, with this one. */
export type PluginEvent = Omit<DomainEvent, "kind"> & { kind: string; depth: number };

/** `seq`: numbers a shop's events in the order of their transactions' commits. `recordedAt`: when the event was written. */
export type LoggedEvent = Omit<PluginEvent, "at"> & { seq: string; at: Instant; recordedAt: Instant };

type Emitted = DomainEvent | PluginEvent;
type Row = Emitted & { seq: bigint };

const OUTBOX = defineTable<Row>("outbox", ["seq"], {
  seq: ["bigint", ({ seq }) => String(seq)],
  id: ["text", ({ id }) => id],
  kind: ["text", ({ kind }) => kind],
  customer_id: ["text", ({ customerId }) => customerId],
  at: ["timestamptz", ({ at }) => at],
  data: ["jsonb", ({ data }) => JSON.stringify(data)],
  depth: ["int", ({ depth = 0 }) => depth],
});

/**
 * Appends events as the last thing of the transaction. The numbers are taken under a lock on the shop's outbox_head until the
 * commit: a reader sees a number only when it sees all lower numbers. No transaction waits for anything while it holds this
 * lock, so that writers cannot deadlock on it, and a shopper's answer waits for no batch.
 */
export function emit(shop: Pick<Shop, "id">, tx: Tx, events: readonly Emitted[]): void {
  if (events.length > 0) tx.beforeCommit.push(() => append(shop, tx, events));
}

/** True if the transaction has emitted events, which are appended right before its commit. */
export const hasNews = (tx: Tx): boolean => tx.beforeCommit.length > 0;

async function append(shop: Pick<Shop, "id">, tx: Tx, events: readonly Emitted[]): Promise<void> {
  const [head] = await tx.rows<{ seq: string }>(sql`
    insert into outbox_head as head (shop_id, seq) values (${shop.id}, ${events.length})
    on conflict (shop_id) do update set seq = head.seq + excluded.seq returning seq`);
  const last = BigInt(head?.seq ?? 0);
  const rows = events.map((event, at) => ({ ...event, seq: last - BigInt(events.length - 1 - at) }));
  await upsert(tx, shop.id, OUTBOX, rows, { newer: "never" });
}

/** A reader that is new begins at the head: events from before are not for that reader. Call this before the next `emit`. */
export async function beginReading(shop: Pick<Shop, "id">, tx: Tx, readers: readonly string[]): Promise<void> {
  if (readers.length === 0) return;
  await tx.run(sql`
    insert into outbox_position (shop_id, reader, seq)
    select ${shop.id}, reader, coalesce((select seq from outbox_head where shop_id = ${shop.id}), 0)
    from unnest(${column(readers, (reader) => reader)}::text[]) as reader
    on conflict do nothing`);
}

/**
 * Moves a reader past events that were deleted before the reader read them, up to the next event or to the head. One statement
 * sees the position, the events and the head at one moment, so that no event that commits later is passed.
 */
async function passDeleted(shop: Pick<Shop, "id" | "log">, tx: Tx, reader: string): Promise<void> {
  const [passed] = await tx.rows<{ to: string; events: number }>(sql`
    with held as (
      select coalesce(max(seq), 0) as seq from outbox_position where shop_id = ${shop.id} and reader = ${reader}
    ), reached as (
      select coalesce((select min(o.seq) - 1 from outbox o where o.shop_id = ${shop.id} and o.seq > held.seq), head.seq) as seq
      from held, outbox_head head where head.shop_id = ${shop.id}
    )
    select reached.seq as to, (reached.seq - held.seq)::int as events from held, reached where reached.seq > held.seq`);
  if (!passed) return;
  await moveOn(shop, tx, reader, passed.to);
  shop.log.warn({ reader, events: passed.events }, "events were deleted before the reader read them");
}

/**
 * The next events of a reader, the oldest first. A reader without a position begins at the head. The reader's position passes
 * deleted events, and else stays until `moveOn`.
 */
export async function peekEvents(
  shop: Pick<Shop, "id" | "log">,
  tx: Tx,
  reader: string,
  most: number,
): Promise<LoggedEvent[]> {
  await beginReading(shop, tx, [reader]);
  await passDeleted(shop, tx, reader);
  return tx.rows<LoggedEvent>(sql`
    select seq, id, kind, customer_id as "customerId", at, data, depth, recorded_at as "recordedAt" from outbox
    where shop_id = ${shop.id} and seq > (select seq from outbox_position where shop_id = ${shop.id} and reader = ${reader})
    order by outbox.seq limit ${most}`);
}

/** Moves a reader's position to `seq`, never back. */
export async function moveOn(shop: Pick<Shop, "id">, tx: Tx, reader: string, seq: string): Promise<void> {
  await tx.run(sql`
    insert into outbox_position as held (shop_id, reader, seq) values (${shop.id}, ${reader}, ${seq}::bigint)
    on conflict (shop_id, reader) do update set seq = greatest(held.seq, excluded.seq)`);
}

/**
 * The next events of a reader, the oldest first. Moves the reader's position in the same transaction, so that the reader's work in
 * that transaction is done exactly once. Another process that reads for the same reader waits.
 */
export async function readEvents(
  shop: Pick<Shop, "id" | "log">,
  tx: Tx,
  reader: string,
  most: number,
): Promise<LoggedEvent[]> {
  await tx.run(sql`
    insert into outbox_position (shop_id, reader, seq) values (${shop.id}, ${reader}, 0) on conflict do nothing`);
  await tx.rows(sql`select from outbox_position where shop_id = ${shop.id} and reader = ${reader} for update`);
  const events = await peekEvents(shop, tx, reader, most);
  const last = events.at(-1);
  if (last) await moveOn(shop, tx, reader, last.seq);
  return events;
}

/** How many events of the shop the reader has not read. */
export async function readLag(shop: Pick<Shop, "id">, tx: Tx, reader: string): Promise<number> {
  const [row] = await tx.rows<{ behind: number }>(sql`
    select (coalesce((select seq from outbox_head where shop_id = ${shop.id}), 0)
      - coalesce((select seq from outbox_position where shop_id = ${shop.id} and reader = ${reader}), 0))::int as behind`);
  return row?.behind ?? 0;
}

/** Deletes events that mention a person among the next `most` after `after`. `last`: the next call's `after`; null: the end. */
export async function eraseOutboxEvents(
  tx: Tx,
  shopId: string,
  mentions: (text: string) => boolean,
  after: string,
  most: number,
): Promise<{ rows: number; last: string | null }> {
  const events = await tx.rows<{ seq: string; text: string }>(sql`
    select seq, concat_ws(' ', id, data) as text from outbox
    where shop_id = ${shopId} and seq > ${after || "0"}::bigint order by outbox.seq limit ${most}`);
  const gone = events.filter(({ text }) => mentions(text)).map(({ seq }) => seq);
  const rows = await tx.run(sql`delete from outbox where shop_id = ${shopId} and seq = any(${gone}::bigint[])`);
  return { rows, last: events.length < most ? null : (events.at(-1)?.seq ?? null) };
}

const KEPT_DAYS = 7;
const ROWS_AT_ONCE = 5000;

/** Deletes events older than `KEPT_DAYS`, by the database's clock, which set recorded_at. */
export async function sweepOutbox(shop: Pick<Shop, "id" | "db">): Promise<void> {
  const old = sql`shop_id = ${shop.id} and recorded_at < now() - make_interval(days => ${KEPT_DAYS})`;
  for (let gone = ROWS_AT_ONCE; gone === ROWS_AT_ONCE;)
    gone = await shop.db.tx((tx) => eraseFrom(tx, "outbox", old, ROWS_AT_ONCE));
}
