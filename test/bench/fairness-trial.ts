// A light shop beside a heavy shop: how long the light shop's webhooks wait for the worker.
import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { makeBodies, type Body } from "./bodies.ts";

export const HEAVY = "heavy.myshopify.com";
export const LIGHT = "light.myshopify.com";

export type Trial = {
  /** The heavy shop: the number of waiting orders, the size of each, and the segments that each turn evaluates. */
  orders: number;
  bytes: number;
  segments: number;
  /** The light shop's webhooks, and the milliseconds between them. */
  light: number;
  apartMs: number;
};

export type Ground = {
  secret: string;
  query<Row>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Posts to the door. Resolves when the door has answered 200. */
  send(shop: string, topic: string, body: Body): Promise<void>;
  startWorker(): Promise<void>;
};

/** In milliseconds. `heavyLeft`: how many orders of the heavy shop still waited after a quarter of the light shop's webhooks. */
export type Waits = { p50: number; p95: number; most: number; heavyLeft: number };

const POLL_MS = 20;
const PATIENCE_MS = 180_000;
const SENDERS = 8;

export async function tryFairness(ground: Ground, trial: Trial): Promise<Waits> {
  const { query, send, secret } = ground;
  await query(
    "insert into shop (id, domain, currency, installed_at) select s, s, 'USD', now() from unnest($1::text[]) s",
    [[HEAVY, LIGHT]],
  );
  await query(
    `with made as (insert into segment (shop_id, id, handle, name, query, created_at, updated_at)
     select $1, 's' || n, 's' || n, 's' || n,
       'orders_placed MATCHES (date >= -' || n || 'd, sum_amount > ' || n || ') OR products_purchased MATCHES (date >= -' || n || 'd, sum_quantity > ' || n || ')',
       now(), now() from generate_series(1, $2::int) n returning *)
     insert into segment_figures (shop_id, segment_id, version, evaluated_at) select shop_id, id, 1, now() from made`,
    [HEAVY, trial.segments],
  );
  const heavy = makeBodies(trial.orders, secret, HEAVY, 1)
    .map((body) => enlarge(body, trial.bytes, secret))
    .values();
  const sender = async () => {
    for (const body of heavy) await send(HEAVY, "orders/create", body);
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  await ground.startWorker();
  await untilBegun(query);
  const light = makeBodies(trial.light, secret, LIGHT, 2);
  const sent: number[] = [];
  const seen: number[] = [];
  const watching = watch(query, trial.light, seen);
  let heavyLeft = 0;
  for (const [at, body] of light.entries()) {
    if (at === Math.floor(trial.light / 4)) heavyLeft = await waitingOf(query);
    sent.push(performance.now());
    await send(LIGHT, "orders/create", body);
    await sleep(trial.apartMs);
  }
  await watching;
  const waits = seen.map((at, index) => at - (sent[index] ?? at)).toSorted((one, other) => one - other);
  const at = (share: number) => waits[Math.min(waits.length - 1, Math.ceil(share * waits.length) - 1)] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), most: at(1), heavyLeft };
}

const waitingOf = async (query: Ground["query"]): Promise<number> =>
  (await query("select from inbox where shop_id = $1 and state = 'waiting'", [HEAVY])).length;

async function untilBegun(query: Ground["query"]): Promise<void> {
  const begun =
    "select 1 from pg_stat_activity where usename = 'regulars_app' and xact_start is not null and datname = current_database()";
  for (const end = Date.now() + PATIENCE_MS; (await query(begun)).length === 0 && Date.now() < end;)
    await sleep(POLL_MS);
}

/** Notes when each webhook is applied, in the order of sending. */
async function watch(query: Ground["query"], expected: number, seen: number[]): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; seen.length < expected; await sleep(POLL_MS)) {
    const [row] = await query<{ count: number }>(
      "select count(*)::int from inbox where shop_id = $1 and state = 'applied'",
      [LIGHT],
    );
    while (seen.length < (row?.count ?? 0)) seen.push(performance.now());
    if (Date.now() > end) throw new Error(`${seen.length} of ${expected} light webhooks were applied`);
  }
}

function enlarge({ bytes }: Body, size: number, secret: string): Body {
  const order = JSON.parse(bytes.toString()) as { line_items: { id: number }[] };
  const [line] = order.line_items;
  if (!line) throw new Error("an order has lines");
  const each = JSON.stringify(line).length + 1;
  const count = Math.max(1, Math.ceil((size - bytes.length) / each));
  order.line_items = Array.from({ length: count }, (_, at) => ({ ...line, id: line.id + at * 10 + 5 }));
  const large = Buffer.from(JSON.stringify(order));
  return { bytes: large, signature: createHmac("sha256", secret).update(large).digest("base64") };
}
