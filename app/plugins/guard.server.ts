// A plugin that throws or hangs is marked on its page; the others go on.
import { sql } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";

const LIMIT_MS = 10_000;

export type Guarded<T> = { ok: true; value: T } | { ok: false };

/** Runs a plugin's work within a time limit. A failure is counted in plugin_state and logged, not thrown. */
export async function runGuarded<T>(
  shop: Shop,
  plugin: string,
  what: string,
  work: () => Promise<T>,
  limitMs = LIMIT_MS,
): Promise<Guarded<T>> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limitMs / 1000} s`)), limitMs);
  });
  try {
    const value = await Promise.race([work(), limit]);
    return { ok: true, value };
  } catch (error) {
    const fault = error instanceof Error ? error : new Error(String(error));
    shop.log.error({ err: fault, plugin, what }, "plugin failed");
    await markFailed(shop, plugin, `${what}: ${fault.message}`.slice(0, 500));
    return { ok: false };
  } finally {
    clearTimeout(timer);
  }
}

const markFailed = (shop: Shop, plugin: string, fault: string) =>
  shop.db.tx((tx) =>
    tx.run(sql`
      insert into plugin_state (shop_id, plugin, failures, failed_at, fault)
      values (${shop.id}, ${plugin}, 1, ${shop.now()}, ${fault})
      on conflict (shop_id, plugin) do update
      set failures = plugin_state.failures + 1, failed_at = excluded.failed_at, fault = excluded.fault`),
  );
