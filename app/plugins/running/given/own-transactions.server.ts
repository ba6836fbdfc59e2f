// A plugin's transactions are short and run in a pool of the plugins' own, so that a plugin that hangs takes no connection of the
// core. Each plugin runs a few transactions at a time, so that it takes no connection of another plugin. Handlers, jobs, cards and
// kinds run outside the core's transactions, so that no plugin runs while the core holds a lock of the shop.
import { AsyncLocalStorage } from "node:async_hooks";
import { openBounded } from "../../../bounded-db.server.ts";
import { isLostConnection, type Tx } from "../../../db.server.ts";
import { env } from "../../../env.server.ts";
import { counter } from "../../../metrics.server.ts";
import type { Shop } from "../../../shop.server.ts";
import { PluginMistake } from "../../../errors.ts";
import { NoAnswer } from "../../../time-limit.ts";
import { heldStatement } from "../held-sql/held-sql.server.ts";

/** Connections that all plugins share. Each plugin has one connection besides, which no other plugin can take. */
const MORE_CONNECTIONS = 3;
const CONNECTIONS_A_PLUGIN = 4;
/** A limit that is never reached: there are fewer plugins. */
const MOST_CONNECTIONS = 100;
const LONGEST_MS = 60_000;
const IDLE_MS = 5_000;
/** A transaction's share of the time limit. The rest lets the plugin catch the error of a transaction that was given up. */
const SHARE = 0.8;

const database = openBounded({
  connections: MOST_CONNECTIONS,
  each: CONNECTIONS_A_PLUGIN,
  beyondFirst: Math.min(MORE_CONNECTIONS, env.DATABASE_POOL),
});

const givenUp = counter({
  name: "regulars_plugin_transactions_given_up_total",
  help: "Transactions of plugins that took too long, and were ended in the database",
  labelNames: ["plugin"],
});

const inside = new AsyncLocalStorage<true>();

/**
 * Throws within a transaction of the plugin: a second transaction waits for a connection while the first one holds its own, and a
 * few of them at once would wait for each other.
 */
export function refuseInside(what: string): void {
  if (inside.getStore())
    throw new PluginMistake(`${what} is called inside shop.db.tx: call it before or after the transaction`);
}

/**
 * `end` aborts when the work is given up. `core` is the shop in whose transactions the core writes for the plugin. `accounts` is the
 * shop whose transactions run to their end even when the work is given up.
 */
type Given = { end: AbortSignal; core: Shop; accounts: Shop };
const given = new WeakMap<Shop, Given>();

/** Aborts when the work that was given this shop is given up: from then on the work reaches nothing any more. */
export const endOf = (own: Shop): AbortSignal => given.get(own)?.end ?? new AbortController().signal;

/** The shop in whose transactions the core writes for the plugin, such as its records. The plugin itself only reads. */
export const coreOf = (own: Shop): Shop => given.get(own)?.core ?? own;

/** The shop to count in what a plugin sent: a request that was sent is counted, even if the work was given up meanwhile. */
export const accountsOf = (own: Shop): Shop => given.get(own)?.accounts ?? own;

/**
 * The database or this process ended the transaction: a lost connection, a restart, a deadlock, too many connections.
 * https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
const isInterruption = (error: unknown): boolean =>
  isLostConnection(error) ||
  (error instanceof Error &&
    (/^(?:08P01|53300|40001|40P01|ENOTFOUND)$/.test((error as { code?: string }).code ?? "") ||
      /^timeout exceeded when trying to connect|^the process ends$/.test(error.message)));

export type OwnTransactions = {
  /** The shop that the plugin gets: its `db` runs the plugin's own transactions. */
  shop: Shop;
  /** Ends the transactions that are still open. Returns the error with the stack of the first one's start. */
  giveUp(error: NoAnswer): NoAnswer;
  /** True if the database or this process ended a transaction that the plugin did not break. */
  wasInterrupted(): boolean;
};

export function ownTransactions(
  shop: Shop,
  plugin: string,
  limitMs: number,
  onGivenUp: (error: Error) => Promise<void>,
): OwnTransactions {
  const over = new AbortController();
  const open = new Set<{ stack?: string }>();
  const whole = Math.ceil(Math.min(limitMs * SHARE, LONGEST_MS));
  const bounds = { whole, idle: Math.min(whole, IDLE_MS) };
  let interrupted = false;
  const run = async <T>(begin: string | undefined, work: (tx: Tx) => Promise<T>): Promise<T> => {
    refuseInside("shop.db.tx, or what has a transaction of its own such as records and emit,");
    const place: { stack?: string } = {};
    Error.captureStackTrace(place);
    open.add(place);
    const asked = { shopId: shop.id, key: plugin, bounds, signal: over.signal, ...(begin && { begin }) };
    try {
      return await database.tx(asked, (tx) => inside.run(true, () => work(tx)));
    } catch (error) {
      interrupted ||= isInterruption(error);
      if (!(error instanceof NoAnswer)) throw error;
      givenUp.inc({ plugin });
      // The whole work was given up: `giveUp` reports that failure, so it is not reported here too.
      if (error === over.signal.reason) throw error;
      await onGivenUp(withStack(error, place));
      throw error;
    } finally {
      open.delete(place);
    }
  };
  const own: Shop = { ...shop, db: { tx: (work) => run("SET TRANSACTION READ ONLY", (tx) => work(heldTx(tx))) } };
  const core: Shop = { ...shop, db: { tx: (work) => run(undefined, work) } };
  const accounts: Shop = {
    ...shop,
    db: {
      tx: (work) => database.tx({ shopId: shop.id, key: plugin, bounds, signal: new AbortController().signal }, work),
    },
  };
  given.set(own, { end: over.signal, core, accounts });
  return {
    shop: own,
    wasInterrupted: () => interrupted,
    giveUp(error) {
      const [first] = open;
      over.abort(error);
      return first ? withStack(error, first) : error;
    },
  };
}

const heldTx = (tx: Tx): Tx => ({
  beforeCommit: tx.beforeCommit,
  rows: async (statement) => tx.rows(heldStatement(statement)),
  run: async (statement) => tx.run(heldStatement(statement)),
});

const withStack = (error: NoAnswer, { stack = "" }: { stack?: string }): NoAnswer =>
  Object.assign(error, { underWay: stack });
