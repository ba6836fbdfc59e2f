// One turn of one shop: rows of its inbox taken, applied and settled in one transaction.
import { forShop, sql, type Tx } from "../db.server.ts";
import { histogram } from "../metrics.server.ts";
import { openShop } from "../shop.server.ts";
import { lockApply } from "../customers/facts/apply.server.ts";
import { column } from "../columns.ts";
import type { InboxRow } from "../sync/apply/rows.server.ts";
import { noteReason } from "../sync/held-up.ts";
import { packedColumns, readBodies, withinBytes, type Packed } from "../sync/inbox/pack.server.ts";
import { applyBatch, type Outcome } from "./pipeline.server.ts";

const ROWS = 1000;
/** Of bodies, before they are parsed. */
const BYTES = 4 * 1024 * 1024;

/** `busy`: another process has this shop's turn. */
export type Turn = { taken: number; more: boolean; handling: number } | "busy";

const lag = histogram({
  name: "regulars_webhook_lag_seconds",
  help: "From the arrival of a webhook to its being applied",
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
});

/**
 * `marks` were read before: those, and no others, are taken away when nothing waits any more. A mark and its rows are
 * committed together, but not in the order of their numbers, so a mark that was not seen may stand for rows not seen.
 */
export async function takeTurn(shopId: string, marks: readonly string[], most = ROWS): Promise<Turn> {
  const shop = await openShop(shopId);
  return forShop(shopId).tx(async (tx) => {
    if (!(await lockApply({ id: shopId }, tx))) return "busy";
    const rows = await takeRows(shopId, tx, most);
    if (rows.length > 0) {
      const outcome = await applyBatch(shopId, shop, tx, rows);
      await settleRows(shopId, tx, rows, outcome);
    }
    const left = await openRows(shopId, tx);
    if (left.waiting + left.handling === 0) {
      await tx.run(sql`delete from shop_mark where id = any(${column(marks, (id) => id)}::bigint[])`);
    }
    return { taken: rows.length, more: left.waiting > 0, handling: left.handling };
  });
}

type Taken = Omit<InboxRow, "bytes"> & Packed;

/** In the order of arrival: by number, off the index of what is open, however much waits. */
export const waitingRows = (shopId: string, most = ROWS) => sql`
    select seq::text, topic, key, triggered_at as "triggeredAt", received_at as "receivedAt", attempts, ${packedColumns}
    from inbox where shop_id = ${shopId} and state = 'waiting' order by inbox.seq limit ${most} for update skip locked`;

async function takeRows(shopId: string, tx: Tx, most: number): Promise<InboxRow[]> {
  const rows = withinBytes(await tx.rows<Taken>(waitingRows(shopId, most)), BYTES);
  const bodies = await readBodies(shopId, tx, rows);
  return rows.map((row, at) => ({ ...row, bytes: bodies[at] ?? Buffer.alloc(0) }));
}

/** Whether anything is open: looks at no more than one row of each state. */
async function openRows(shopId: string, tx: Tx): Promise<{ waiting: number; handling: number }> {
  const isOpen = (state: string) =>
    sql`(select count(*)::int from (select from inbox where shop_id = ${shopId} and state = ${state} limit 1) one)`;
  const [row] = await tx.rows<{ waiting: number; handling: number }>(
    sql`select ${isOpen("waiting")} as waiting, ${isOpen("handling")} as handling`,
  );
  return row ?? { waiting: 0, handling: 0 };
}

async function settleRows(shopId: string, tx: Tx, rows: readonly InboxRow[], outcome: Outcome): Promise<void> {
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
  // The clock that set the times of arrival.
  const [clock] = await tx.rows<{ at: Date }>(sql`select clock_timestamp() as at`);
  for (const { receivedAt } of applied) if (clock) lag.observe((clock.at.getTime() - receivedAt.getTime()) / 1000);
}
