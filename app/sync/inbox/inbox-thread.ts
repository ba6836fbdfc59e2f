// The thread of inbox-writer.server.ts: a batch becomes one transaction, whose statements are sent together.
import { parentPort, workerData } from "node:worker_threads";
import pg from "pg";
import type { Head, Order, Report } from "./inbox-writer.server.ts";
import { pack, type Arrival } from "./pack.ts";
import { statementsOf, type Statement } from "./statements.ts";

// Shopify waits five seconds for an answer. A batch that takes longer than this is answered 503, and Shopify sends it again.
const TIMEOUT_MS = 4000;
const STATEMENT_LOST = new Set(["26000", "42P05"]);

const { url, concurrency } = workerData as { url: string; concurrency: number };
const pool = new pg.Pool({
  connectionString: url,
  max: concurrency,
  connectionTimeoutMillis: TIMEOUT_MS / 2,
  query_timeout: TIMEOUT_MS,
  idleTimeoutMillis: 0,
  pipeline: true,
  options: "-c TimeZone=UTC",
});
// A lost idle connection is replaced by the pool; without a listener it would end the thread.
pool.on("error", () => undefined);
let isPrepared = true;

async function store(arrivals: Arrival[]): Promise<number> {
  const statements = statementsOf(pack(arrivals));
  try {
    return await inOneTransaction(statements);
  } catch (error) {
    // A pooler may run each transaction in another session, which lacks the prepared statements: then none are prepared.
    if (!isPrepared || !STATEMENT_LOST.has((error as { code?: string }).code ?? "")) throw error;
    isPrepared = false;
    return inOneTransaction(statements);
  }
}

/** The number of inserted inbox rows. A duplicate is not inserted. */
async function inOneTransaction(statements: readonly Statement[]): Promise<number> {
  const connection = await pool.connect();
  const named = statements.map(({ name, text, values }) => ({ ...(isPrepared ? { name } : {}), text, values }));
  const queries = [{ text: "BEGIN" }, ...named, { text: "COMMIT" }];
  const answers = await Promise.allSettled(queries.map((query) => connection.query(query)));
  const failed = answers.find((answer) => answer.status === "rejected");
  connection.release(failed !== undefined);
  if (failed) throw failed.reason as Error;
  const counts = answers.map((answer) => (answer.status === "fulfilled" ? (answer.value.rowCount ?? 0) : 0));
  return statements.reduce((sum, { table }, at) => sum + (table === "inbox" ? (counts[at + 1] ?? 0) : 0), 0);
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
