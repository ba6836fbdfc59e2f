// Prisma's schema makes the tables and Prisma's tag makes the statements; they run on one pool, each in its shop's transaction.
import pg from "pg";
import { Prisma } from "../prisma/generated/client.ts";
import { env } from "./env.server.ts";

/** A piece of SQL whose values are parameters: write it with the `sql` tag, join pieces with `join`. */
export type Sql = Prisma.Sql;
export const sql = Prisma.sql;
export const join = Prisma.join;
export const empty = Prisma.empty;
/** Text that goes into a statement as it is: for identifiers from closed lists in our own code, never for input. */
export const trusted = (text: string): Sql => Prisma.raw(text);

/** Plain SQL within one transaction that is held to one shop. */
export type Tx = {
  rows<Row>(statement: Sql): Promise<Row[]>;
  /** Number of rows changed. */
  run(statement: Sql): Promise<number>;
};

export type ShopDb = {
  /** One transaction. Commits when work resolves, rolls back when it throws. Resolves only when all of it is stored. */
  tx<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
};

// Sessions speak UTC: a time as text, and the day of a time, are the same on every server.
const options = "-c TimeZone=UTC";
/** For a connection, the wait for a free one included: work that waits for what it holds itself fails, and is tried again. */
const PATIENCE_MS = 30_000;
const SHOP_ID = /^[a-z0-9][a-z0-9:._-]{0,254}$/;

let pool: pg.Pool | undefined;

export function appPool(): pg.Pool {
  pool ??= openPool(env.DATABASE_POOL);
  return pool;
}

/** Of so many connections as the app's role. */
export function openPool(max: number, patienceMs = PATIENCE_MS, more: pg.PoolConfig = {}): pg.Pool {
  const opened = new pg.Pool({
    connectionString: env.APP_DATABASE_URL,
    max,
    connectionTimeoutMillis: patienceMs,
    options,
    ...more,
  });
  // A lost connection is replaced by the pool. Without a listener it would end the process: the pool's own is for idle
  // ones, one that is lost between two statements of a transaction needs another.
  opened.on("error", () => undefined);
  opened.on("connect", (connection) => connection.on("error", () => undefined));
  return opened;
}

const others: (() => Promise<void>)[] = [];

/** For pools beside the app's own. */
export const atDatabaseClose = (close: () => Promise<void>): number => others.push(close);

export async function closeDatabase(): Promise<void> {
  await Promise.all(others.map((close) => close()));
  await pool?.end();
  pool = undefined;
}

export const txOn = (connection: pg.PoolClient): Tx => ({
  rows: async <Row>(statement: Sql) => (await connection.query(statement.text, statement.values)).rows as Row[],
  run: async (statement) => (await connection.query(statement.text, statement.values)).rowCount ?? 0,
});

// A literal, not a parameter: on a cluster only SET LOCAL with a literal travels to the shards. The id is checked first.
export function setShop(shopId: string): string {
  if (!SHOP_ID.test(shopId)) throw new Error("a shop's id has only a-z, 0-9 and : . _ -");
  return `SET LOCAL app.shop = '${shopId}'`;
}

/**
 * A setting until the transaction ends, or until it is set back: without a value it is the server's again. Both are of closed
 * lists in our own code. On a cluster SET LOCAL travels to the shards, where set_config does not, if it is alone in its message.
 */
export const setLocal = (tx: Tx, name: string, value?: string): Promise<number> =>
  tx.run(trusted(`SET LOCAL ${name} TO ${value === undefined ? "DEFAULT" : `'${value}'`}`));

/** Throws where nothing of the transaction is stored: one of its statements had failed, and its error was swallowed. */
export async function commit(connection: pg.PoolClient): Promise<void> {
  const { command } = await connection.query("COMMIT");
  if (command !== "COMMIT") throw new Error("the transaction was rolled back: one of its statements had failed");
}

/** The database held to one shop's rows by row-level security. Statements say `shop_id = …` all the same. */
export function forShop(shopId: string, of = appPool): ShopDb {
  const hold = setShop(shopId);
  return {
    async tx(work) {
      const connection = await of().connect();
      let broken: Error | undefined;
      try {
        await connection.query(`BEGIN; ${hold}`);
        const result = await work(txOn(connection));
        await commit(connection);
        return result;
      } catch (error) {
        await connection.query("ROLLBACK").catch((lost: Error) => (broken = lost));
        throw error;
      } finally {
        connection.release(broken);
      }
    },
  };
}

/** Statements on the directory of shops and on marks, which no shop owns. */
export async function directory<Row>(statement: Sql, of = appPool): Promise<Row[]> {
  return (await of().query(statement.text, statement.values)).rows as Row[];
}
