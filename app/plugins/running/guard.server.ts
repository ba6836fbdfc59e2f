// Guards the core against plugins: a plugin that throws or hangs is marked on its page, and the other plugins go on.
import { sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { NoAnswer, withinLimit } from "../../time-limit.ts";
import { type Failed, nameFailure } from "./failure.server.ts";
import { ownTransactions } from "./given/own-transactions.server.ts";
import { beginWork } from "./under-way.server.ts";

const LIMIT_MS = 10_000;

/** `interrupted`: the database or this process ended the work, and the work did not fail by itself. */
export type Guarded<T> = { ok: true; value: T } | { ok: false; interrupted?: true };

/** The plugin is not marked: whatever calls the work again has it done. */
class Interrupted extends Error {
  constructor(cause: unknown) {
    super("the database ended a transaction of a plugin", { cause });
    this.name = "Interrupted";
  }
}

/**
 * Runs a plugin's work within a time limit, with a shop whose transactions run in the plugins' own pool. A failure is counted in
 * plugin_health and logged, and not thrown.
 */
export const runGuarded = <T>(
  shop: Shop,
  plugin: string,
  what: string,
  work: (own: Shop) => Promise<T>,
  limitMs = LIMIT_MS,
): Promise<Guarded<T>> =>
  watchedWithin(shop, plugin, what, work, limitMs).then(
    (value): Guarded<T> => ({ ok: true, value }),
    async (error: unknown): Promise<Guarded<T>> => {
      if (error instanceof Interrupted) {
        shop.log.warn({ err: error.cause, plugin, what }, "a plugin's work was interrupted");
        return { ok: false, interrupted: true };
      }
      await markFailed(shop, plugin, what, error);
      return { ok: false };
    },
  );

/** The same as `runGuarded`, but throws the failure and does not mark it. */
export async function watchedWithin<T>(
  shop: Shop,
  plugin: string,
  what: string,
  work: (own: Shop) => T | Promise<T>,
  limitMs: number,
) {
  const end = beginWork({ shop: shop.id, plugin, what });
  const onGivenUp = (error: Error) => markFailed(shop, plugin, what, error);
  const own = ownTransactions(shop, plugin, limitMs, onGivenUp);
  try {
    return await withinLimit(() => work(own.shop), limitMs);
  } catch (thrown) {
    const error = errorOf(thrown);
    if (error instanceof NoAnswer) throw own.giveUp(error);
    throw own.wasInterrupted() ? new Interrupted(error) : error;
  } finally {
    end();
  }
}

/** A plugin may throw anything: a text, or an object whose members throw when they are read. */
function errorOf(thrown: unknown): Error {
  try {
    if (
      thrown instanceof Error &&
      [thrown.name, thrown.message, thrown.stack].every((text) => typeof text === "string")
    )
      return thrown;
  } catch {
    // Not readable: the sentence below stands for it.
  }
  return new Error("a plugin threw a value that is no error");
}

const marked = new WeakSet<Error>();

/**
 * Marks a plugin as failed. Never throws: if the mark cannot be written, that is logged. Writes nothing for a shop that was erased in
 * the meantime. An error that is passed several times counts once.
 */
export async function markFailed(shop: Shop, plugin: string, what: string, thrown: unknown): Promise<void> {
  const error = errorOf(thrown);
  if (marked.has(error)) return;
  marked.add(error);
  await shop.db
    .tx((tx) => mark(shop, tx, { plugin, what }, error))
    .catch((lost: Error) => shop.log.error({ err: lost, plugin }, "a plugin's failure could not be kept"));
}

export async function mark(
  shop: Shop,
  tx: Tx,
  { plugin, what, written }: Failed & { plugin: string; what: string },
  thrown: unknown,
): Promise<void> {
  const failure = errorOf(thrown);
  shop.log.error({ err: failure, plugin, what }, "plugin failed");
  const fault = `${what}: ${nameFailure(failure, { plugin, what, written })}`;
  const kept = JSON.stringify({ [what]: { fault, at: shop.now(), times: 1 } });
  await tx.run(sql`
    insert into plugin_health as s (shop_id, plugin, failures, failed_at, fault, faults)
    select id, ${plugin}, 1, ${shop.now()}, ${fault}, ${kept}::jsonb from shop where id = ${shop.id} for key share
    on conflict (shop_id, plugin) do update
    set failures = s.failures + 1, failed_at = excluded.failed_at, fault = excluded.fault,
      faults = s.faults || jsonb_set(excluded.faults, array[${what}::text, 'times'],
        (coalesce((s.faults -> ${what}::text ->> 'times')::int, 0) + 1)::text::jsonb)`);
}

/**
 * Runs synchronous code of a plugin, and marks and rethrows its failure. A time limit cannot end synchronous code: if the code loops
 * for ever, worker/watchdog.server.ts ends the process.
 */
export function seen<T>(shop: Shop, plugin: string, what: string, work: () => T): T {
  const end = beginWork({ shop: shop.id, plugin, what });
  try {
    return work();
  } catch (error) {
    void markFailed(shop, plugin, what, error);
    throw error;
  } finally {
    end();
  }
}
