// Writes a plugin's own events to the outbox as `PLUGIN.EVENT`, in a transaction of the plugin. Other plugins can handle these
// events.
import { column } from "../../../columns.ts";
import { redactedAmong } from "../../../customers/facts/redaction/tombstones.server.ts";
import { sql, type Tx } from "../../../db.server.ts";
import { PluginMistake } from "../../../errors.ts";
import { emit as emitEvents } from "../../../outbox.server.ts";
import { enqueue } from "../../../queue.server.ts";
import type { Instant } from "../../../instant.ts";
import type { Shop } from "../../../shop.server.ts";
import { refuseCircle, spendAnswers } from "./circles.ts";
import { coreOf } from "./own-transactions.server.ts";

/**
 * `key`: identifies what happened, so that a repeated call gives the same event id. `data`: ids and numbers, without personal
 * data.
 */
export type Emitted = {
  key: string;
  /** The customer whom the event is about. An event of an unknown customer, such as a redacted one, is not emitted. */
  customerId?: string | null;
  /** When it happened; now if left out. */
  at?: Instant;
  data?: Readonly<Record<string, unknown>>;
};

/** Emits one event or many, all or none. `name`: one of the plugin's `emits`. */
export type Emit = (name: string, events: Emitted | readonly Emitted[]) => Promise<void>;

const AT_ONCE = 1000;
const LONGEST_KEY = 255;
const MOST_BYTES = 4096;

/** `emits`: what the plugin declares. `depth`: of the event that is being handled; 0 where no plugin's event is. */
export const emitOf =
  (shop: Shop, plugin: string, emits: readonly string[], depth: number): Emit =>
  async (name, given) => {
    const events = "key" in given ? [given] : given;
    if (!emits.includes(name))
      throw new PluginMistake(`it emits ${name}, which is not among its emits: declare it there`);
    refuseCircle(depth, `emits ${name}`);
    if (events.length > AT_ONCE)
      throw new PluginMistake(
        `it emits ${events.length} events at once, and ${AT_ONCE} is the most: emit them in parts`,
      );
    events.forEach((event) => checkEvent(name, event));
    if (depth > 0) spendAnswers(`${shop.id} ${plugin}`, events.length);
    const kind = `${plugin}.${name}`;
    await coreOf(shop).db.tx(async (tx) => {
      const present = await presentCustomers(shop, tx, events);
      const emitted = events.flatMap(({ key, customerId = null, at = shop.now(), data = {} }) => {
        const now = customerId === null ? null : present.get(customerId);
        return now === undefined
          ? []
          : [{ id: `${plugin}/${name}/${key}`, kind, customerId: now, at: at.toISOString(), data, depth: depth + 1 }];
      });
      if (emitted.length === 0) return;
      emitEvents(shop, tx, emitted);
      await enqueue("plugins.events", { shop: shop.id }, tx);
    });
  };

function checkEvent(name: string, { key, data = {} }: Emitted): void {
  if (typeof key !== "string" || key === "" || key.length > LONGEST_KEY)
    throw new PluginMistake(`it emits ${name} with a key of none or more than ${LONGEST_KEY} letters: use a short key`);
  const bytes = Buffer.byteLength(JSON.stringify(data));
  if (bytes > MOST_BYTES)
    throw new PluginMistake(
      `it emits ${name} with ${bytes} bytes of data, and ${MOST_BYTES} is the most: give ids only`,
    );
}

/** By the given id, the present customer after merges. An unknown or redacted customer is left out. */
async function presentCustomers(shop: Shop, tx: Tx, events: readonly Emitted[]): Promise<Map<string, string>> {
  const ids = [...new Set(events.flatMap(({ customerId }) => customerId ?? []))];
  if (ids.length === 0) return new Map();
  const redacted = await redactedAmong(shop, tx, "customer", ids);
  const rows = await tx.rows<{ id: string; present: string }>(sql`
    select id, coalesce(merged_into, id) as present from customer
    where shop_id = ${shop.id} and id = any(${column(ids, (id) => id)}::text[])`);
  return new Map(rows.flatMap(({ id, present }) => (redacted.has(id) ? [] : [[id, present]])));
}
