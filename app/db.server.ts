// The database: statements are written with Prisma's `sql` tag and run on one pool of node-postgres, in transactions that are held
// to one shop by row-level security.
import pg from "pg";
import { Prisma } from "../prisma/generated/client.ts";
import { env } from "./env.server.ts";

/** A piece of SQL whose values are parameters. Written with the `sql` tag; pieces are joined with `join`. */
export type Sql = Prisma.Sql;
export const sql: typeof Prisma.sql = (pieces, ...values) => {
  if (tracing && tracing.stack === undefined) Error.captureStackTrace(tracing);
  return Prisma.sql(pieces, ...values);
};

let tracing: { stack?: string } | null = null;

/** The stack where `work`, which must be synchronous, first uses the `sql` tag. Undefined: `work` does not use the tag. */
export function stackOfSql(work: () => unknown): string | undefined {
  const traced: { stack?: string } = (tracing = {});
  try {
    work();
  } catch {
    // An error is ignored: the caller needs only the place of the SQL.
  } finally {
    tracing = null;
  }
  return traced.stack;
}
export const isSql = (made: unknown): made is Sql => made instanceof Prisma.Sql;
export const join = Prisma.join;
export const empty = Prisma.empty;
/** Puts text into a statement unescaped. For identifiers from closed lists in our own code, never for input. */
export const trusted = (text: string): Sql => Prisma.raw(text);

/**
 * The connection is gone: the server ended it or restarted, or the network did.
 * https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
export const isLostConnection = (error: unknown): boolean =>
  error instanceof Error &&
  (/^(?:08(?!P01)\w{3}|57P0[1-3]|ECONN\w+|EPIPE)$/.test((error as { code?: string }).code ?? "") ||
    /^(?:Connection terminated|Client has encountered a connection error)/.test(error.message));

/** The server itself ended the connection and said so: it shuts down or restarts, an operator ended it, or another backend crashed. */
export const isEndedByServer = (error: unknown): boolean => /^57P0[1-3]$/.test((error as { code?: string }).code ?? "");

/** Plain SQL within one transaction that is held to one shop. */
export type Tx = {
  rows<Row>(statement: Sql): Promise<Row[]>;
  /** Returns the number of changed rows. */
  run(statement: Sql): Promise<number>;
  /** Work that the transaction does last, right before its commit: for locks that must be taken after all others. */
  beforeCommit: (() => Promise<void>)[];
};

export type ShopDb = {
  /** Runs one transaction. Commits when `work` resolves, rolls back when it throws. Resolves after the commit. */
  tx<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
};

// Sessions are in UTC, so that a time as text and the day of a time are the same on every server.
const options = "-c TimeZone=UTC";
/**
 * For getting a connection, including the wait for a free one. The limit ends work that waits for a connection which the work
 * itself holds. A job then runs again.
 */
const TIMEOUT_MS = 30_000;
const SHOP_ID = /^[a-z0-9][a-z0-9:._-]{0,254}$/;

let pool: pg.Pool | undefined;

export function appPool(): pg.Pool {
  pool ??= openPool(env.DATABASE_POOL);
  return pool;
}

/** A pool of at most `max` connections as the role regulars_app. `timeoutMs`: for getting a connection. */
export function openPool(max: number, timeoutMs = TIMEOUT_MS, more: pg.PoolConfig = {}): pg.Pool {
  const opened = new pg.Pool({
    connectionString: env.APP_DATABASE_URL,
    max,
    connectionTimeoutMillis: timeoutMs,
    options,
    ...more,
  });
  // The pool replaces a lost connection. Without a listener, an error event would end the process. The pool's listener is for
  // idle connections. The connection's listener is for a connection that is lost between two statements of a transaction.
  opened.on("error", () => undefined);
  opened.on("connect", (connection) => connection.on("error", () => undefined));
  return opened;
}

const otherPools: (() => Promise<void>)[] = [];

/** Registers how to close a pool other than the app's own. */
export const atDatabaseClose = (close: () => Promise<void>): number => otherPools.push(close);

export async function closeDatabase(): Promise<void> {
  await Promise.all(otherPools.map((close) => close()));
  await pool?.end();
  pool = undefined;
}

export const txOn = (connection: pg.PoolClient): Tx => ({
  rows: async <Row>(statement: Sql) => (await connection.query(statement.text, statement.values)).rows as Row[],
  run: async (statement) => (await connection.query(statement.text, statement.values)).rowCount ?? 0,
  beforeCommit: [],
});

function literal(shopId: string): string {
  if (!SHOP_ID.test(shopId)) throw new Error("a shop's id has only a-z, 0-9 and : . _ -");
  return `'${shopId}'`;
}

// SET LOCAL with a literal, because on a cluster only that reaches the shards. The id is checked first.
export const setShop = (shopId: string): string => `SET LOCAL app.shop = ${literal(shopId)}`;

/** Fails in the database if a statement of the transaction, such as a plugin's, set another shop than the transaction's own. */
export const isStillHeld = (shopId: string): string =>
  `SELECT CASE WHEN current_setting('app.shop', true) IS DISTINCT FROM ${literal(shopId)}
    THEN ('the transaction was moved to the shop ' || coalesce(current_setting('app.shop', true), ''))::int END`;

/**
 * Sets a setting until the transaction ends. `value` undefined: the server's value again. `name` and `value` are from closed lists
 * in our own code. On a cluster SET LOCAL reaches the shards if it is alone in its message; set_config does not.
 */
export const setLocal = (tx: Tx, name: string, value?: string): Promise<number> =>
  tx.run(trusted(`SET LOCAL ${name} TO ${value === undefined ? "DEFAULT" : `'${value}'`}`));

/** PostgreSQL's in_failed_sql_transaction. https://www.postgresql.org/docs/18/errcodes-appendix.html */
const HAS_FAILED = "25P02";

/**
 * Throws if the transaction cannot be committed: a statement failed, and its error was swallowed; or a statement set another shop.
 * One message does both, so that the check costs no turn of its own.
 */
export async function commit(connection: pg.PoolClient, shopId: string): Promise<void> {
  try {
    await connection.query(`${isStillHeld(shopId)}; COMMIT`);
  } catch (error) {
    if ((error as { code?: string }).code !== HAS_FAILED) throw error;
    throw new Error("the transaction was rolled back: one of its statements had failed", { cause: error });
  }
}

/** The database, held to one shop's rows by row-level security. Statements have `shop_id = …` all the same. */
export function forShop(shopId: string, of = appPool): ShopDb {
  const hold = setShop(shopId);
  return {
    async tx(work) {
      const connection = await of().connect();
      let broken: Error | undefined;
      try {
        await connection.query(`BEGIN; ${hold}`);
        const tx = txOn(connection);
        const result = await work(tx);
        for (const last of tx.beforeCommit) await last();
        await commit(connection, shopId);
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

/** For how many milliseconds the database server runs. The crash of one backend restarts the server's processes, not the server. */
export async function serverUpMs(db: ShopDb): Promise<number> {
  const [server] = await db.tx((tx) =>
    tx.rows<{ upMs: number }>(sql`
      select (extract(epoch from clock_timestamp() - pg_postmaster_start_time()) * 1000)::float8 as "upMs"`),
  );
  return server?.upMs ?? 0;
}

/** Runs a statement outside any shop: on tables that no shop owns, such as shop, clock and the marks. */
export async function directory<Row>(statement: Sql, of = appPool): Promise<Row[]> {
  return (await of().query(statement.text, statement.values)).rows as Row[];
}
