// Webhooks into the inbox, many at once, one transaction for a batch. A caller hears of its webhook when the transaction
// that holds it has been committed.
import pg from "pg";
import { pack, type Arrival } from "./pack.server.ts";

/** Hears whether the webhook is in the inbox for good: false means not known to be. */
export type Settled = (stored: boolean) => void;

export type Inbox = {
  /** False: there is no room, and `settled` will not be called. */
  add(arrival: Arrival, settled: Settled): boolean;
  /** Stores what waits, then lets go of the database. */
  close(): Promise<void>;
  readonly waiting: number;
};

export type InboxOptions = {
  url: string;
  /** Longest that a webhook waits for company. */
  waitMs?: number;
  batch?: number;
  /** Batches under way at once. */
  flights?: number;
  /** Room: webhooks and bytes that are not yet stored. */
  room?: number;
  roomBytes?: number;
  onFault?: (error: Error) => void;
  onStored?: (stored: number, duplicates: number) => void;
};

// One statement is one transaction and one round trip. No conflict target: naming one would need the right to read.
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

type Waiting = { arrival: Arrival; settled: Settled };

export function openInbox({
  url,
  waitMs = 1,
  batch = 200,
  flights = 2,
  room = 4000,
  roomBytes = 64 * 1024 * 1024,
  onFault = () => undefined,
  onStored = () => undefined,
}: InboxOptions): Inbox {
  const pool = openPool(url, flights, onFault);
  let queue: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  let flying = 0;
  let held = 0;
  let heldBytes = 0;
  let landed: (() => void) | undefined;

  const settle = (waiting: Waiting[], stored: boolean) => {
    flying -= 1;
    for (const { arrival, settled } of waiting) {
      held -= 1;
      heldBytes -= arrival.body.length;
      settled(stored);
    }
    if (queue.length >= batch) depart();
    else if (queue.length > 0) timer ??= setTimeout(depart, waitMs);
    else if (flying === 0) landed?.();
  };
  const depart = () => {
    clearTimeout(timer);
    timer = undefined;
    if (queue.length === 0 || flying >= flights) return;
    const leaving = queue.length > batch ? queue.splice(0, batch) : queue;
    if (leaving === queue) queue = [];
    flying += 1;
    store(pool, leaving).then(
      (stored) => {
        onStored(stored, leaving.length - stored);
        settle(leaving, true);
      },
      (error: Error) => {
        onFault(error);
        settle(leaving, false);
      },
    );
  };

  return {
    add(arrival, settled) {
      if (held >= room || heldBytes + arrival.body.length > roomBytes) return false;
      held += 1;
      heldBytes += arrival.body.length;
      queue.push({ arrival, settled });
      if (queue.length >= batch) depart();
      else timer ??= setTimeout(depart, waitMs);
      return true;
    },
    async close() {
      if (held > 0) {
        await new Promise<void>((resolve) => {
          landed = resolve;
          depart();
        });
      }
      await pool.end();
    },
    get waiting() {
      return held;
    },
  };
}

function openPool(url: string, flights: number, onFault: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: flights,
    connectionTimeoutMillis: PATIENCE_MS / 2,
    query_timeout: PATIENCE_MS,
    idleTimeoutMillis: 0,
    options: "-c TimeZone=UTC",
  });
  // A lost idle connection is replaced by the pool; without a listener it would end the process.
  pool.on("error", onFault);
  return pool;
}

/** Number of rows that were not there before. */
async function store(pool: pg.Pool, waiting: Waiting[]): Promise<number> {
  const { rowCount } = await pool.query(STORE, await pack(waiting.map(({ arrival }) => arrival)));
  return rowCount ?? 0;
}
