// Transactions that the core runs for others: from pools of their own, a few at a time of each key, within limits that the
// database and this process keep. One that is given up is ended in the database too, and its connection is not used again.
import type pg from "pg";
import { atDatabaseClose, commit, directory, openPool, setShop, sql, txOn, type Tx } from "./db.server.ts";
import { log } from "./log.server.ts";
import { NoAnswer } from "./time-limit.ts";
import { openTurns } from "./turns.ts";

/** In milliseconds: the whole transaction, the wait for a connection included; and between two of its statements. */
export type Bounds = { whole: number; idle: number };

export type Asked = {
  shopId: string;
  /** Whose turn it is: a few at a time of each. */
  key: string;
  bounds: Bounds;
  /** Said before the first statement, such as `set transaction read only`. */
  begin?: string;
  /** Gives the transaction up before its time. */
  signal?: AbortSignal;
};

export type BoundedDb = {
  /** Commits when work resolves, rolls back when it throws. Rejects with NoAnswer when the transaction is given up. */
  tx<T>(asked: Asked, work: (tx: Tx) => Promise<T>): Promise<T>;
};

/** The database gives up by itself only where this process does not. */
const SPARE_MS = 1000;
/** A session that the database ended because its transaction stood open without a statement. */
const STOOD_OPEN = "25P03";

/** `beyondFirst`: so many beside the first of each key, which waits for no other key; then `connections` is room for all. */
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
      // The first of all that ends it; its reason is what the transaction rejects with.
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

async function runOn<T>(pool: pg.Pool, asked: Asked, over: AbortSignal, work: (tx: Tx) => Promise<T>): Promise<T> {
  const connecting = pool.connect();
  const connection = await unless(over, connecting).catch((error: unknown) => {
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
    const result = await work(guarded(txOn(connection), () => isDone));
    await commit(connection);
    return result;
  };
  let broken = false;
  try {
    return await unless(ended, run());
  } catch (error) {
    isDone = true;
    if (ended.aborted) {
      broken = true;
      await endBackend(backend);
    } else await connection.query("ROLLBACK").catch(() => (broken = true));
    throw (error as { code?: string }).code === STOOD_OPEN ? new NoAnswer(asked.bounds.idle) : error;
  } finally {
    isDone = true;
    connection.off("error", onLost);
    connection.release(broken);
  }
}

/** The number of its backend, which a pooler in between may change with each transaction. */
async function begin(connection: pg.PoolClient, { shopId, bounds, begin: first }: Asked): Promise<number> {
  await connection.query(`BEGIN; ${setShop(shopId)}`);
  if (first) await connection.query(first);
  await connection.query(`SET LOCAL statement_timeout = ${bounds.whole + SPARE_MS}`);
  await connection.query(`SET LOCAL idle_in_transaction_session_timeout = ${bounds.idle}`);
  const { rows } = await connection.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  return rows[0]?.pid ?? 0;
}

/** Work that was given up may still go on: its statements are refused. */
function guarded(tx: Tx, isDone: () => boolean): Tx {
  const check = () => {
    if (isDone()) throw new Error("this transaction is over: begin another, and await what it does");
  };
  return {
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

/** A backend notices a closed connection no sooner than its statement ends, so it is told. Never rejects. */
const endBackend = (pid: number): Promise<unknown> =>
  directory(sql`select pg_terminate_backend(pid) from pg_stat_activity
    where pid = ${pid} and usename = current_user and state <> 'idle'`).catch((error: Error) =>
    log.warn({ err: error }, "a transaction was given up, and its backend could not be ended"),
  );

async function unless<T>(over: AbortSignal, work: Promise<T>): Promise<T> {
  let tired: () => void = () => undefined;
  const givenUp = new Promise<never>((_, reject) => {
    tired = () => reject(over.reason as Error);
    if (over.aborted) tired();
    else over.addEventListener("abort", tired, { once: true });
  });
  try {
    return await Promise.race([work, givenUp]);
  } finally {
    over.removeEventListener("abort", tired);
  }
}
