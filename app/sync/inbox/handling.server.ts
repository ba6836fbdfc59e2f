// Rows that are applied and have handlers (the app's own and plugins'): claims the due rows and records the outcome.
import { column } from "../../columns.ts";
import { forShop, sql, type Tx } from "../../db.server.ts";
import { packedColumns, readBodies, withinBytes, type Packed } from "./pack.server.ts";
import type { Instant } from "../../instant.ts";

const ROWS = 64;
const BYTES = 4 * 1024 * 1024;
const LEASE_MS = 120_000;

type Row = { seq: string; topic: string; at: Instant; attempts: number };
export type Claimed = Row & { bytes: Buffer };

/** Claims rows for LEASE_MS: from `settled_at` on, another worker may claim a row. */
export const claimHandling = (shopId: string): Promise<Claimed[]> => forShop(shopId).tx((tx) => claim(shopId, tx));

async function claim(shopId: string, tx: Tx): Promise<Claimed[]> {
  const found = await tx.rows<Row & Packed>(sql`
    select seq::text, topic, coalesce(triggered_at, received_at) as at, attempts, ${packedColumns} from inbox
    where shop_id = ${shopId} and state = 'handling' and (settled_at is null or settled_at < now())
    order by inbox.seq limit ${ROWS} for update skip locked`);
  const rows = withinBytes(found, BYTES);
  await tx.run(sql`
    update inbox set settled_at = now() + ${`${LEASE_MS} ms`}::interval
    where shop_id = ${shopId} and inbox.seq = any(${column(rows, ({ seq }) => seq)}::bigint[])`);
  const bodies = await readBodies(shopId, tx, rows);
  return rows.map((row, at) => ({ ...row, bytes: bodies[at] ?? Buffer.alloc(0) }));
}

/** `failed` is added to the row's attempts. A row in state `handling` is claimed again after `waitMs`. */
export const settleHandled = (
  shopId: string,
  seq: string,
  state: "applied" | "handling" | "poison",
  { failed = 0, waitMs = 0 }: { failed?: number; waitMs?: number } = {},
): Promise<number> =>
  forShop(shopId).tx((tx) =>
    tx.run(sql`
      update inbox set state = ${state}, settled_at = now() + ${`${waitMs} ms`}::interval, attempts = attempts + ${failed}
      where shop_id = ${shopId} and seq = any(${column([seq], (each) => each)}::bigint[])`),
  );
