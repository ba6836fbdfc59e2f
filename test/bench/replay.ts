// Orders that the worker applies a second: the real worker process empties an inbox full of orders, and updates segments after
// every batch.
import { setTimeout as sleep } from "node:timers/promises";
import { buildIfStale } from "../setup/build-if-stale.ts";
import { openBenchDatabase, SHOP, type BenchDatabase } from "./bench-database.ts";
import { sendLoad, startServer } from "./process.ts";
import { say } from "./report.ts";
import { setting } from "./setting.ts";

const ORDERS = setting("BENCH_ORDERS", 20_000, [1, 10_000_000]);
const PATIENCE_MS = 300_000;
const SEGMENTS = [
  "number_of_orders >= 3",
  "amount_spent > 500",
  "last_order_date >= -30d",
  "number_of_orders = 1 AND amount_spent > 100",
  "products_purchased MATCHES (id = 1000007)",
];

export async function benchReplay(): Promise<boolean> {
  buildIfStale();
  const database = await openBenchDatabase();
  const env = { ...database.env, LOG_LEVEL: "info" };
  const web = await startServer(["app/entry.web.ts"], env);
  try {
    for (const [at, query] of SEGMENTS.entries()) {
      await database.one(
        `with made as (insert into segment (shop_id, id, handle, name, query, created_at, updated_at)
           values ($1, $2, $2, $2, $3, now(), now()) returning *)
         insert into segment_figures (shop_id, segment_id, version, evaluated_at) select shop_id, id, 1, now() from made`,
        [SHOP, `segment-${at}`, query],
      );
    }
    const { acked } = await sendLoad([web.port, 600, 128, 7, ORDERS], env);
    await web.stop();
    const written = await rowsWritten(database);
    const before = database.cpu();
    const worker = await startServer(["app/entry.worker.ts"], env);
    const began = worker.cpu();
    for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(100)) {
      const { waiting } = await database.one<{ waiting: boolean }>(
        "select exists (select from inbox where state in ('waiting', 'handling')) as waiting",
      );
      if (!waiting) break;
    }
    const ended = worker.cpu();
    const after = database.cpu();
    await worker.stop();
    // From the end of the first batch to the end of the last, so that the start of the process is not counted.
    const { rest, seconds, applied, orders } = await database.one<Record<string, number>>(`
      select count(*) filter (where settled_at > first)::int as rest, extract(epoch from max(settled_at) - min(first))::float as seconds,
        count(*)::int as applied, (select count(*)::int from shop_order) as orders
      from inbox, (select min(settled_at) as first from inbox) begin where state = 'applied'`);
    const value = (rest ?? 0) / (seconds ?? 1);
    const figure = { bench: "replay", contender: "worker", ratio: null };
    say({ ...figure, metric: "orders applied", value, unit: "1/s" });
    const cpu = (from: number | null, to: number | null) =>
      from === null || to === null ? null : (to - from) / ORDERS;
    say({ ...figure, metric: "cpu of the worker", value: cpu(began, ended), unit: "µs" });
    say({ ...figure, metric: "cpu of the database", value: cpu(before, after), unit: "µs" });
    for (const [table, rows] of Object.entries(await rowsWritten(database))) {
      const more = (rows - (written[table] ?? 0)) / ORDERS;
      if (more >= 0.005) say({ ...figure, metric: `rows written: ${table}`, value: more, unit: "an order" });
    }
    const missed = value < 3000 ? [`${Math.round(value)} orders a second, not 3000`] : [];
    process.stdout.write(`${JSON.stringify({ bench: "replay", pass: missed.length === 0, missed })}\n`);
    if (applied === acked && orders === acked) return true;
    process.stderr.write(`${acked} sent, ${applied} applied, ${orders} orders\n`);
    return false;
  } finally {
    await web.stop();
    await database.close();
  }
}

/**
 * By table: rows that were inserted, updated and deleted since the database was made. A session reports its counts when it ends.
 */
async function rowsWritten(database: BenchDatabase): Promise<Record<string, number>> {
  const { counts } = await database.one<{ counts: Record<string, number> }>(
    "select jsonb_object_agg(relname, n_tup_ins + n_tup_upd + n_tup_del) as counts from pg_stat_user_tables",
  );
  return counts;
}
