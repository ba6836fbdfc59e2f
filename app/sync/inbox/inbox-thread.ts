// The thread of inbox-writer.server.ts: a batch becomes one statement, which is one transaction and one round trip.
import { parentPort, workerData } from "node:worker_threads";
import pg from "pg";
import type { Head, Order, Report } from "./inbox-writer.server.ts";
import { pack, type Arrival } from "./pack.ts";

// No conflict target: naming one would need the right to read.
const STORE = `WITH packs AS (
    INSERT INTO inbox_pack (shop_id, id, packed)
    SELECT shop, id, substring($1::bytea FROM start FOR length)
    FROM unnest($2::text[], $3::text[], $4::int[], $5::int[]) AS pack (shop, id, start, length)
  ), marks AS (
    INSERT INTO shop_mark (shop_id) SELECT unnest($6::text[])
  )
  INSERT INTO inbox (shop_id, topic, key, webhook_id, triggered_at, pack, start, length, body)
  SELECT shop, topic, key, webhook, triggered, pack, start, length,
         CASE WHEN pack IS NULL THEN substring($7::bytea FROM start + 1 FOR length) END
  FROM unnest($8::text[], $9::text[], $10::text[], $11::text[], $12::timestamptz[], $13::text[], $14::int[], $15::int[])
    AS arrival (shop, topic, key, webhook, triggered, pack, start, length)
  ON CONFLICT DO NOTHING`;

// Shopify waits five seconds in all: what takes longer than this is answered 503 and sent again.
const PATIENCE_MS = 4000;
const STATEMENT_LOST = new Set(["26000", "42P05"]);

const { url, flights } = workerData as { url: string; flights: number };
const pool = new pg.Pool({
  connectionString: url,
  max: flights,
  connectionTimeoutMillis: PATIENCE_MS / 2,
  query_timeout: PATIENCE_MS,
  idleTimeoutMillis: 0,
  options: "-c TimeZone=UTC",
});
// A lost idle connection is replaced by the pool; without a listener it would end the thread.
pool.on("error", () => undefined);
let isPrepared = true;

async function store(arrivals: Arrival[]): Promise<number> {
  const values = pack(arrivals);
  try {
    const { rowCount } = await pool.query({ ...(isPrepared ? { name: "store" } : {}), text: STORE, values });
    return rowCount ?? 0;
  } catch (error) {
    // A pooler in between may hand each statement to another session: then it is planned each time.
    if (!isPrepared || !STATEMENT_LOST.has((error as { code?: string }).code ?? "")) throw error;
    isPrepared = false;
    return store(arrivals);
  }
}

function arrivalsOf(heads: string, bytes: ArrayBuffer): Arrival[] {
  let next = 0;
  return (JSON.parse(heads) as Head[]).map(({ length, ...head }) => {
    const body = Buffer.from(bytes, next, length);
    next += length;
    return { ...head, body };
  });
}

const report = (what: Report) => parentPort?.postMessage(what);

parentPort?.on("message", (order: Order) => {
  if (order === "close") {
    void pool.end().finally(() => parentPort?.close());
    return;
  }
  const { id, heads, bytes } = order;
  store(arrivalsOf(heads, bytes)).then(
    (stored) => report({ id, stored }),
    (error: Error & { code?: string }) => report({ id, fault: { message: error.message, code: error.code ?? "" } }),
  );
});
