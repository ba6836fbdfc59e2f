// Delivers domain events to the plugins that declare `events`: at least once, from each plugin's own position in the outbox.
import { sql, type Tx } from "../db.server.ts";
import { locked } from "../lock.server.ts";
import { beginReading, moveOn, peekEvents, readLag, type LoggedEvent } from "../outbox.server.ts";
import { workContextOf } from "../plugins/running/given/context.server.ts";
import { limitMsOf } from "../plugins/contract/contributions.server.ts";
import type { EventHandler } from "../plugins/contract/contributions/events.server.ts";
import { runGuarded } from "../plugins/running/guard.server.ts";
import type { Plugin } from "../plugins/plugin.ts";
import type { Registry } from "../plugins/registry.server.ts";
import { own } from "../own.ts";
import { enqueue } from "../queue.server.ts";
import type { Shop } from "../shop.server.ts";

const AT_ONCE = 100;
/** A job ends after this time, and the next job goes on: jobs of other shops come between. */
const TURN_MS = 10_000;
/** The limit of a plugin that hangs is halved each time, down to this fraction of the whole limit. */
const LEAST_PART = 10;
/** By shop and plugin, the present limit of a plugin that hangs. */
const limits = new Map<string, number>();

const readerOf = (plugin: string): string => `plugin ${plugin}`;

const listeners = ({ plugins }: Registry): Plugin[] => plugins.filter(({ events }) => events);

/** A new plugin gets events from now on. Call this before the events of the same transaction are emitted. */
export const beginEvents = (shop: Shop, registry: Registry, tx: Tx): Promise<void> =>
  beginReading(
    shop,
    tx,
    listeners(registry).map(({ name }) => readerOf(name)),
  );

/** Enqueues the job that delivers events, if a plugin listens. */
export async function enqueueEvents(shop: Shop, registry: Registry, tx?: Tx): Promise<void> {
  if (listeners(registry).length > 0) await enqueue("plugins.events", { shop: shop.id }, tx);
}

/** True if a plugin that listens has not yet got an event of the outbox. */
export async function isBehind(shop: Shop, registry: Registry): Promise<boolean> {
  const lags = await shop.db.tx(async (tx) => {
    const found: number[] = [];
    for (const { name } of listeners(registry)) found.push(await readLag(shop, tx, readerOf(name)));
    return found;
  });
  return lags.some((lag) => lag > 0);
}

/** Delivers to all plugins side by side, so that a slow plugin delays no other plugin. */
export async function deliverEvents(shop: Shop, registry: Registry, limitMs = limitMsOf("events")): Promise<void> {
  await Promise.all(
    listeners(registry).map((plugin) =>
      locked(`events ${shop.id} ${plugin.name}`, () => deliverTo(shop, registry, plugin, limitMs)),
    ),
  );
}

async function deliverTo(shop: Shop, registry: Registry, plugin: Plugin, limitMs: number): Promise<void> {
  const reader = readerOf(plugin.name);
  const key = `${shop.id} ${plugin.name}`;
  const settings = registry.settings.get(plugin.name) ?? {};
  const deliver = async (event: LoggedEvent) => {
    const handle = own((plugin.events ?? {}) as Record<string, EventHandler>, event.kind);
    if (!handle) return;
    const work = (its: Shop) => handle(workContextOf(its, plugin, settings, event.depth), event);
    const began = performance.now();
    const limit = limits.get(key) ?? limitMs;
    const ran = await runGuarded(shop, plugin.name, event.kind, work, limit);
    // The job fails, and the next one begins at this event.
    if (!ran.ok && ran.interrupted) throw new Error(`the work of ${plugin.name} was interrupted`);
    if (ran.ok) limits.delete(key);
    else if (performance.now() - began >= limit) limits.set(key, Math.max(limit / 2, limitMs / LEAST_PART));
  };
  const turnEnds = performance.now() + TURN_MS;
  const began = await shop.db.tx((tx) => stateOf(shop, tx, plugin.name));
  for (;;) {
    const events = await shop.db.tx((tx) => peekEvents(shop, tx, reader, AT_ONCE));
    for (const event of events) {
      await deliver(event);
      const now = await shop.db.tx(async (tx) => {
        await moveOn(shop, tx, reader, event.seq);
        return stateOf(shop, tx, plugin.name);
      });
      // Switched off, or other settings: the next job reads both anew.
      if (now !== began || performance.now() > turnEnds) return enqueue("plugins.events", { shop: shop.id });
    }
    if (events.length < AT_ONCE) return;
  }
}

/** Changes when the merchant switches the plugin off or on, saves its settings, or uninstalls the app. */
async function stateOf(shop: Shop, tx: Tx, plugin: string): Promise<string> {
  const [state] = await tx.rows<{ state: string }>(sql`
    select concat_ws(' ', s.uninstalled_at, p.enabled, p.settings) as state
    from shop s left join plugin p on p.shop_id = s.id and p.name = ${plugin} where s.id = ${shop.id}`);
  return state?.state ?? "erased";
}
