// The progress of reading a shop's history: one row for each kind, shown on the sync page.
import { sql, type Tx } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";
import { KINDS, type Kind } from "./source.ts";
import type { Instant } from "../instant.ts";

/** `running`: Shopify prepares the file. `reading`: the app reads the file. */
export type State = "waiting" | "running" | "reading" | "done" | "failed";
/** Locale keys of the failures on the sync page. */
export type Fault = "denied" | "refused" | "damaged" | "interrupted";

export type Progress = { kind: Kind; state: State; operationId: string | null };

export async function openProgress(shop: Shop): Promise<Map<Kind, Progress>> {
  return shop.db.tx(async (tx) => {
    await tx.run(sql`
      insert into backfill (shop_id, kind, state) select ${shop.id}, kind, 'waiting'
      from unnest(${[...KINDS]}::text[]) as kind on conflict do nothing`);
    const rows = await tx.rows<Progress>(sql`
      select kind, state, operation_id as "operationId" from backfill
      where shop_id = ${shop.id} and kind = any(${[...KINDS]}::text[])`);
    return new Map(rows.map((row) => [row.kind, row]));
  });
}

export const noteStarted = (shop: Shop, kind: Kind, operationId: string) =>
  shop.db.tx((tx) =>
    tx.run(sql`
      update backfill set state = 'running', operation_id = ${operationId}, objects = 0, applied = 0, fault = null,
        started_at = ${shop.now()}::timestamptz, finished_at = null
      where shop_id = ${shop.id} and kind = ${kind}`),
  );

export const noteObjects = (shop: Shop, kind: Kind, objects: string) =>
  shop.db.tx((tx) =>
    tx.run(
      sql`update backfill set objects = ${objects}::bigint, fault = null where shop_id = ${shop.id} and kind = ${kind}`,
    ),
  );

export const noteReading = (shop: Shop, kind: Kind, objects: string) =>
  shop.db.tx((tx) =>
    tx.run(sql`
      update backfill set state = 'reading', objects = ${objects}::bigint, applied = 0, fault = null
      where shop_id = ${shop.id} and kind = ${kind}`),
  );

/** In the transaction of the batch. False where the shop uninstalled the app: the rest of the file must not be read. */
export async function noteApplied(shop: Shop, tx: Tx, kind: Kind, count: number): Promise<boolean> {
  const rows = await tx.run(sql`
    update backfill set applied = applied + ${count} where shop_id = ${shop.id} and kind = ${kind}
      and exists (select 1 from shop where id = ${shop.id} and uninstalled_at is null)`);
  return rows > 0;
}

/** When the reading of the history ended; null while a kind is not done. */
export async function historyReadAt(shop: Shop): Promise<Instant | null> {
  const [row] = await shop.db.tx((tx) =>
    tx.rows<{ at: Instant | null }>(sql`
      select case when count(*) filter (where state = 'done') = ${KINDS.length} then max(finished_at) end as at
      from backfill where shop_id = ${shop.id} and kind = any(${[...KINDS]}::text[])`),
  );
  return row?.at ?? null;
}

export const noteDone = (shop: Shop, kind: Kind) =>
  shop.db.tx((tx) =>
    tx.run(sql`
      update backfill set state = 'done', finished_at = ${shop.now()}::timestamptz, fault = null
      where shop_id = ${shop.id} and kind = ${kind}`),
  );

export const noteFailed = (shop: Shop, kind: Kind, fault: Fault) =>
  shop.db.tx((tx) =>
    tx.run(sql`
      update backfill set state = 'failed', finished_at = ${shop.now()}::timestamptz, fault = ${fault}
      where shop_id = ${shop.id} and kind = ${kind}`),
  );

/** After a job's last retry, before the next job: the kind at which the reading stopped shows the fault until the reading continues. */
export async function noteInterrupted(shop: Shop): Promise<void> {
  const progress = await openProgress(shop);
  const stopped = KINDS.find((kind) => progress.get(kind)?.state !== "done");
  if (stopped === undefined || progress.get(stopped)?.state === "failed") return;
  await shop.db.tx((tx) =>
    tx.run(sql`update backfill set fault = 'interrupted' where shop_id = ${shop.id} and kind = ${stopped}`),
  );
}

/** Whether a job must read history. False where a kind failed: the merchant restarts the reading. */
export async function isHistoryOwed(shop: Shop): Promise<boolean> {
  const [row] = await shop.db.tx((tx) =>
    tx.rows<{ done: number; failed: number }>(sql`
      select count(*) filter (where state = 'done')::int as done, count(*) filter (where state = 'failed')::int as failed
      from backfill where shop_id = ${shop.id} and kind = any(${[...KINDS]}::text[])`),
  );
  return !row || (row.failed === 0 && row.done < KINDS.length);
}
