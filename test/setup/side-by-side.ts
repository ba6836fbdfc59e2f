// Puts two actions side by side: one transaction holds a lock, and the test waits until the others wait for it.
import { setTimeout } from "node:timers/promises";
import pg from "pg";
import type { Tx } from "../../app/db.server.ts";
import type { Shop } from "../../app/shop.server.ts";

/** Holds what `lock` locks in a transaction of its own, until the returned function is called. */
export async function hold(shop: Shop, lock: (tx: Tx) => Promise<unknown>): Promise<() => Promise<void>> {
  const [held, over] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  const transaction = shop.db.tx(async (tx) => {
    await lock(tx);
    held.resolve(undefined);
    await over.promise;
  });
  await held.promise;
  return () => {
    over.resolve(undefined);
    return transaction;
  };
}

/** Waits until this many connections to the test's database wait for a lock. Throws after five seconds. */
export async function untilWaiting(many: number): Promise<void> {
  const client = new pg.Client({ connectionString: process.env["DATABASE_URL"] });
  await client.connect();
  try {
    for (let left = 250; left > 0; left -= 1) {
      const { rows } = await client.query<{ waiting: number }>(
        "select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      if ((rows[0]?.waiting ?? 0) >= many) return;
      await setTimeout(20);
    }
    throw new Error(`fewer than ${many} connections wait for a lock`);
  } finally {
    await client.end();
  }
}
