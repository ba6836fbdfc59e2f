// The table clock: when the worker's tick, each minute, must look at which shop. Rows are inserted and deleted, never updated, so
// that no transaction waits for another one's row.
import type { Instant } from "./instant.ts";
import { directory, sql, type Tx } from "./db.server.ts";

const HOUR_MS = 3_600_000;

/**
 * Makes the next tick look at the shop. With `tx`, only if that transaction commits. An unknown shop gets no row, so that the job
 * that erased a shop leaves no trace of the shop.
 */
export async function wake(shopId: string, tx?: Tx): Promise<void> {
  const insert = sql`insert into clock (shop_id, due_at) select id, '-infinity' from shop where id = ${shopId}`;
  await (tx ? tx.run(insert) : directory(insert));
}

/**
 * Ids of the shops at which the tick must look now. No shop is put off for more than an hour: a row that is due later than in an
 * hour was written by a clock that was ahead, and counts as due.
 */
export async function dueShops(now: Instant): Promise<string[]> {
  const tooFar = new Date(now.getTime() + HOUR_MS);
  const rows = await directory<{ shop: string }>(dueStatement(now, tooFar));
  return rows.map(({ shop }) => shop);
}

export const dueStatement = (now: Instant, tooFar: Instant) => sql`
  select distinct shop_id as shop from clock where due_at <= ${now}::timestamptz or due_at > ${tooFar}::timestamptz order by 1`;

/** Ids of the shop's rows. Call before looking at the shop: a row that is inserted later makes another tick look again. */
export async function rowsOf(shopId: string): Promise<string[]> {
  const rows = await directory<{ id: string }>(sql`select id::text from clock where shop_id = ${shopId}`);
  return rows.map(({ id }) => id);
}

/** Call after looking at the shop: deletes `rows` and inserts `next`, when the shop is due again. Null: the shop has left. */
export async function settleClock(shopId: string, rows: readonly string[], next: Instant | null): Promise<void> {
  if (next)
    await directory(
      sql`insert into clock (shop_id, due_at) select id, ${next}::timestamptz from shop where id = ${shopId}`,
    );
  await directory(sql`delete from clock where shop_id = ${shopId} and id = any(${[...rows]}::bigint[])`);
}
