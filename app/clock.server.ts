// When the minute's tick has to look at which shop. Rows are only added and taken away: who wakes a shop waits for nobody.
import type { Instant } from "./instant.ts";
import { directory, sql, type Tx } from "./db.server.ts";

const HOUR_MS = 3_600_000;

/**
 * The next tick looks at the shop: something of it may have become due. With a transaction, if it commits. A shop that is
 * not known has nothing that is due: the job that erased it leaves no trace.
 */
export async function wake(shopId: string, tx?: Tx): Promise<void> {
  const insert = sql`insert into clock (shop_id, due_at) select id, '-infinity' from shop where id = ${shopId}`;
  await (tx ? tx.run(insert) : directory(insert));
}

/**
 * Ids of shops at which the tick has to look. No shop is put off for more than an hour: what is due later was written by a
 * clock that was ahead.
 */
export async function dueShops(now: Instant): Promise<string[]> {
  const tooFar = new Date(now.getTime() + HOUR_MS);
  const rows = await directory<{ shop: string }>(dueStatement(now, tooFar));
  return rows.map(({ shop }) => shop);
}

export const dueStatement = (now: Instant, tooFar: Instant) => sql`
  select distinct shop_id as shop from clock where due_at <= ${now}::timestamptz or due_at > ${tooFar}::timestamptz order by 1`;

/** Read before the shop is looked at: what wakes the shop meanwhile is of another look. */
export async function rowsOf(shopId: string): Promise<string[]> {
  const rows = await directory<{ id: string }>(sql`select id::text from clock where shop_id = ${shopId}`);
  return rows.map(({ id }) => id);
}

/** After a look: the rows that it answers go, and the next is due. Null: the shop is gone. */
export async function settleClock(shopId: string, rows: readonly string[], next: Instant | null): Promise<void> {
  if (next)
    await directory(
      sql`insert into clock (shop_id, due_at) select id, ${next}::timestamptz from shop where id = ${shopId}`,
    );
  await directory(sql`delete from clock where shop_id = ${shopId} and id = any(${[...rows]}::bigint[])`);
}
