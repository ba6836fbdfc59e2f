// A plugin's transactions: short, from a pool of the plugins' own, so that one that hangs costs the core no connection, and
// a few at a time of each plugin, so that it costs the other plugins none. Its work is never begun while the core holds a
// lock of the shop: handlers, jobs, cards and kinds run outside of the core's transactions.
import { openBounded } from "../bounded-db.server.ts";
import type { Tx } from "../db.server.ts";
import { env } from "../env.server.ts";
import { counter } from "../metrics.server.ts";
import type { Shop } from "../shop.server.ts";
import { NoAnswer } from "../time-limit.ts";
import { heldSql } from "./held-sql.ts";

/** One is each plugin's, so that several that hang keep none that works waiting; these are for who needs more. */
const MORE_CONNECTIONS = 3;
const CONNECTIONS_A_PLUGIN = 4;
/** More than there are plugins. */
const MOST_CONNECTIONS = 100;
const LONGEST_MS = 60_000;
const IDLE_MS = 5_000;
/** Of the time that the plugin has in all: it shall hear of its own transaction's end. */
const PART = 0.8;

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
  /** What the plugin is given: the same shop with the plugin's own way to the database. */
  shop: Shop;
  /** Ends what is still open, and returns the error with the place at which it was opened. */
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
  const whole = Math.ceil(Math.min(limitMs * PART, LONGEST_MS));
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
            // Of the whole work that was given up one failure is told, with that error.
            if (error === over.signal.reason) throw error;
            await onGivenUp(at(error, place));
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
      return first ? at(error, first) : error;
    },
  };
}

const heldTx = (tx: Tx): Tx => ({
  rows: async (statement) => tx.rows(heldSql(statement)),
  run: async (statement) => tx.run(heldSql(statement)),
});

const at = (error: NoAnswer, { stack = "" }: { stack?: string }): NoAnswer => Object.assign(error, { underWay: stack });
