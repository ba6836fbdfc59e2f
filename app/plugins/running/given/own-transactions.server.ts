// A plugin's transactions are short and run in a pool of the plugins' own, so that a plugin that hangs takes no connection of the
// core. Each plugin runs a few transactions at a time, so that it takes no connection of another plugin. Handlers, jobs, cards and
// kinds run outside the core's transactions, so that no plugin runs while the core holds a lock of the shop.
import { openBounded } from "../../../bounded-db.server.ts";
import type { Tx } from "../../../db.server.ts";
import { env } from "../../../env.server.ts";
import { counter } from "../../../metrics.server.ts";
import type { Shop } from "../../../shop.server.ts";
import { NoAnswer } from "../../../time-limit.ts";
import { heldSql } from "./held-sql.ts";

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

export type OwnTransactions = {
  /** The shop that the plugin gets: its `db` runs the plugin's own transactions. */
  shop: Shop;
  /** Ends the transactions that are still open. Returns the error with the stack of the first one's start. */
  giveUp(error: NoAnswer): NoAnswer;
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
  return {
    shop: {
      ...shop,
      db: {
        async tx(work) {
          const place: { stack?: string } = {};
          Error.captureStackTrace(place);
          open.add(place);
          const asked = { shopId: shop.id, key: plugin, bounds, signal: over.signal };
          try {
            return await database.tx(asked, (tx) => work(heldTx(tx)));
          } catch (error) {
            if (!(error instanceof NoAnswer)) throw error;
            givenUp.inc({ plugin });
            // The whole work was given up: `giveUp` reports that failure, so it is not reported here too.
            if (error === over.signal.reason) throw error;
            await onGivenUp(withStack(error, place));
            throw error;
          } finally {
            open.delete(place);
          }
        },
      },
    },
    giveUp(error) {
      const [first] = open;
      over.abort(error);
      return first ? withStack(error, first) : error;
    },
  };
}

const heldTx = (tx: Tx): Tx => ({
  beforeCommit: tx.beforeCommit,
  rows: async (statement) => tx.rows(heldSql(statement)),
  run: async (statement) => tx.run(heldSql(statement)),
});

const withStack = (error: NoAnswer, { stack = "" }: { stack?: string }): NoAnswer =>
  Object.assign(error, { underWay: stack });
