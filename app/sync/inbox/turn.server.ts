// Takes a shop's next batch out of the inbox, and records the outcome of each row.
import { column } from "../../columns.ts";
import { sql, type Tx } from "../../db.server.ts";
import { histogram } from "../../metrics.server.ts";
import type { InboxRow } from "../reading/rows.server.ts";
import { noteReason, type Fault } from "../reading/held-up.ts";
import { packedColumns, readBodies, withinBytes, type Packed } from "./pack.server.ts";
import type { Instant } from "../../instant.ts";

const ROWS = 1000;
/** Bytes of the bodies in a batch. */
const BYTES = 4 * 1024 * 1024;

/** The outcome of a batch, by seq. A row that is in none of these is applied and done. */
export type Outcome = {
  poison: Map<string, Fault>;
  /** Applied without these fields. */
  noted: Map<string, string[]>;
  /** The rows that are tried again. */
  refused: Set<string>;
  /** Applied; handlers run after the commit. */
  handling: Set<string>;
};

const lag = histogram({
  name: "regulars_webhook_lag_seconds",
  help: "From the arrival of a webhook to its being applied",
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
});

/** `source`: the name of a source in sync/sources; `connection`: one of its connections in this shop. */
export type TakenRow = InboxRow & { source: string; connection: string };

type Taken = Omit<TakenRow, "bytes"> & Packed;

/** In the order of arrival, by `seq`, read from the index of open rows: the cost does not grow with the backlog. */
export const waitingRows = (shopId: string, most = ROWS) => sql`
    select seq::text, source, connection, topic, key, triggered_at as "triggeredAt", received_at as "receivedAt", attempts, ${packedColumns}
    from inbox where shop_id = ${shopId} and state = 'waiting' order by inbox.seq limit ${most} for update skip locked`;

export async function takeRows(shopId: string, tx: Tx, most = ROWS): Promise<TakenRow[]> {
  const rows = withinBytes(await tx.rows<Taken>(waitingRows(shopId, most)), BYTES);
  const bodies = await readBodies(shopId, tx, rows);
  return rows.map((row, at) => ({ ...row, bytes: bodies[at] ?? Buffer.alloc(0) }));
}

/** 1 for a state that has open rows, 0 for a state that has none: reads at most one row of each state. */
export async function openRows(shopId: string, tx: Tx): Promise<{ waiting: number; handling: number }> {
  const isOpen = (state: string) =>
    sql`(select count(*)::int from (select from inbox where shop_id = ${shopId} and state = ${state} limit 1) one)`;
  const [row] = await tx.rows<{ waiting: number; handling: number }>(
    sql`select ${isOpen("waiting")} as waiting, ${isOpen("handling")} as handling`,
  );
  return row ?? { waiting: 0, handling: 0 };
}

export async function settleRows(shopId: string, tx: Tx, rows: readonly InboxRow[], outcome: Outcome): Promise<void> {
  const { poison, noted, refused, handling } = outcome;
  const applied = rows.filter(({ seq }) => !poison.has(seq) && !refused.has(seq));
  const done = applied.filter(({ seq }) => !handling.has(seq));
  const seqs = (of: readonly { seq: string }[]) => column(of, ({ seq }) => seq);
  await tx.run(sql`
    update inbox set state = 'applied', settled_at = now() where shop_id = ${shopId} and seq = any(${seqs(done)}::bigint[])`);
  if (handling.size > 0) {
    await tx.run(sql`
      update inbox set state = 'handling' where shop_id = ${shopId} and seq = any(${column([...handling], (seq) => seq)}::bigint[])`);
  }
  if (refused.size > 0) {
    await tx.run(sql`
      update inbox set attempts = attempts + 1
      where shop_id = ${shopId} and seq = any(${column([...refused], (seq) => seq)}::bigint[])`);
  }
  const notes = [...noted];
  if (notes.length > 0) {
    await tx.run(sql`
      update inbox i set reason = note.reason
      from unnest(${column(notes, ([seq]) => seq)}::bigint[],
        ${column(notes, ([, fields]) => JSON.stringify(noteReason(fields)))}::text[]) as note (seq, reason)
      where i.shop_id = ${shopId} and i.seq = note.seq`);
  }
  const faults = [...poison];
  if (faults.length > 0) {
    await tx.run(sql`
      update inbox i set state = 'poison', settled_at = now(), reason = fault.reason, attempts = i.attempts + 1
      from unnest(${column(faults, ([seq]) => seq)}::bigint[], ${column(faults, ([, fault]) => JSON.stringify(fault))}::text[])
        as fault (seq, reason)
      where i.shop_id = ${shopId} and i.seq = fault.seq`);
  }
  // The database's clock also set `received_at`.
  const [clock] = await tx.rows<{ at: Instant }>(sql`select clock_timestamp() as at`);
  for (const { receivedAt } of applied) if (clock) lag.observe((clock.at.getTime() - receivedAt.getTime()) / 1000);
}

/** Deletes the marks that were read before the batch. A mark that was set meanwhile stays. */
export const forgetMarks = (tx: Tx, marks: readonly string[]): Promise<number> =>
  tx.run(sql`delete from shop_mark where id = any(${column(marks, (id) => id)}::bigint[])`);
