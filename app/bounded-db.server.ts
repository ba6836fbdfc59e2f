// Transactions of plugins, trial queries and the like: each user of this file has a pool of its own, runs a few transactions at a
// time for each key, and limits their time, in this process and in the database. A transaction that is given up is ended in the
// database too, and its connection is closed.
import type pg from "pg";
import { atDatabaseClose, commit, directory, openPool, setShop, sql, txOn, type Tx } from "./db.server.ts";
import { log } from "./log.server.ts";
import { NoAnswer } from "./time-limit.ts";
import { openTurns } from "./turns.ts";

/** Milliseconds. `whole`: the transaction with its wait for a connection. `idle`: between two statements. */
export type Bounds = { whole: number; idle: number };

export type BoundedWork = {
  shopId: string;
  /** A few transactions of one key run at a time. */
  key: string;
  bounds: Bounds;
  /** A statement to run first, such as `set transaction read only`. */
  begin?: string;
  /** Ends the transaction early. */
  signal?: AbortSignal;
};

export type BoundedDb = {
  /** Commits when work resolves, rolls back when it throws. Rejects with NoAnswer when the transaction is given up. */
  tx<T>(asked: BoundedWork, work: (tx: Tx) => Promise<T>): Promise<T>;
};

/** The database's limit is longer by this: it counts only where this process fails to end the transaction. */
const SPARE_MS = 1000;
/** PostgreSQL's idle_in_transaction_session_timeout. https://www.postgresql.org/docs/18/errcodes-appendix.html */
const IDLE_TIMEOUT = "25P03";

/**
 * `each`: the most transactions of one key at a time. `beyondFirst`: the most of all keys together, not counting the first of each
 * key. With `beyondFirst`, `connections` must have room for all.
 */
type Room = { connections: number; each: number; beyondFirst?: number };

export function openBounded({ connections, each, beyondFirst }: Room): BoundedDb {
  const turns = openTurns(each, beyondFirst);
  let closing = new AbortController();
  let pool: pg.Pool | undefined;
  atDatabaseClose(async () => {
    const ending = pool;
    pool = undefined;
    closing.abort(new Error("the process ends"));
    closing = new AbortController();
    await ending?.end();
  });
  return {
    async tx(asked, work) {
      const { whole } = asked.bounds;
      const limit = new AbortController();
      const timer = setTimeout(() => limit.abort(new NoAnswer(whole)), whole);
      // Aborts with the first of its signals. The transaction rejects with that signal's reason.
      const over = AbortSignal.any([limit.signal, closing.signal, ...(asked.signal ? [asked.signal] : [])]);
      try {
        const end = await turns.take(asked.key, over);
        try {
          pool ??= openPool(connections);
          return await runOn(pool, asked, over, work);
        } finally {
          end();
        }
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

async function runOn<T>(
  pool: pg.Pool,
  asked: BoundedWork,
  over: AbortSignal,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const connecting = pool.connect();
  const connection = await orAbort(over, connecting).catch((error: unknown) => {
    connecting.then((late) => late.release()).catch(() => undefined);
    throw error;
  });
  const lost = new AbortController();
  const onLost = (error: Error) => lost.abort(error);
  connection.on("error", onLost);
  const ended = AbortSignal.any([over, lost.signal]);
  let backend = 0;
  let isDone = false;
  const run = async () => {
    backend = await begin(connection, asked);
    const tx = guarded(txOn(connection), () => isDone);
    const result = await work(tx);
    for (const last of tx.beforeCommit) await last();
    await commit(connection, asked.shopId);
    return result;
  };
  let broken = false;
  try {
    return await orAbort(ended, run());
  } catch (error) {
    isDone = true;
    if (ended.aborted) {
      broken = true;
      await endBackend(backend);
    } else await connection.query("ROLLBACK").catch(() => (broken = true));
    throw (error as { code?: string }).code === IDLE_TIMEOUT ? new NoAnswer(asked.bounds.idle) : error;
  } finally {
    isDone = true;
    connection.off("error", onLost);
    connection.release(broken);
  }
}

/** Returns the pid of the transaction's backend. A pooler such as PgBouncer may give each transaction another backend. */
async function begin(connection: pg.PoolClient, { shopId, bounds, begin: first }: BoundedWork): Promise<number> {
  await connection.query(`BEGIN; ${setShop(shopId)}`);
  if (first) await connection.query(first);
  await connection.query(`SET LOCAL statement_timeout = ${bounds.whole + SPARE_MS}`);
  await connection.query(`SET LOCAL idle_in_transaction_session_timeout = ${bounds.idle}`);
  const { rows } = await connection.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  return rows[0]?.pid ?? 0;
}

/** Work of a transaction that was given up may still run: its statements throw. */
function guarded(tx: Tx, isDone: () => boolean): Tx {
  const check = () => {
    if (isDone()) throw new Error("this transaction is over: begin another, and await what it does");
  };
  return {
    beforeCommit: tx.beforeCommit,
    async rows(statement) {
      check();
      return tx.rows(statement);
    },
    async run(statement) {
      check();
      return tx.run(statement);
    },
  };
}

/** Ends the backend: by itself, a backend notices a closed connection only when its statement ends. Never rejects. */
const endBackend = (pid: number): Promise<unknown> =>
  directory(sql`select pg_terminate_backend(pid) from pg_stat_activity
    where pid = ${pid} and usename = current_user and state <> 'idle'`).catch((error: Error) =>
    log.warn({ err: error }, "a transaction was given up, and its backend could not be ended"),
  );

async function orAbort<T>(over: AbortSignal, work: Promise<T>): Promise<T> {
  let onAbort: () => void = () => undefined;
  const givenUp = new Promise<never>((_, reject) => {
    onAbort = () => reject(over.reason as Error);
    if (over.aborted) onAbort();
    else over.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, givenUp]);
  } finally {
    over.removeEventListener("abort", onAbort);
  }
}
