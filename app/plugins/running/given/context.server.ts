// Makes the context that a plugin's code gets. `own` is the shop whose `db` runs the plugin's own transactions.
import { textsOf } from "../../../field-view.ts";
import { parseFields, type Fields, type Values } from "../../../fields.ts";
import { adminFor, type AdminApi } from "../../../shopify/admin-api.server.ts";
import type { Shop } from "../../../shop.server.ts";
import { noteAccess } from "./access.server.ts";
import type { Context, Plugin, WorkContext } from "../../plugin.ts";
import { emitOf } from "./emit.server.ts";
import { accountsOf, endOf, refuseInside } from "./own-transactions.server.ts";
import { recordsOf } from "./records.server.ts";
import { fetchOf } from "./sends.server.ts";

/** Returns the settings that the merchant saved. A setting that was never saved, or that no longer parses, has its initial value. */
export function settingsOf<S extends Fields>(
  fields: S = {} as S,
  held: Readonly<Record<string, unknown>> = {},
): Values<S> {
  const read = parsed(fields, held);
  if (read?.ok) return read.value;
  const faulty = new Set(read?.faults.map(({ field = "" }) => field.replace(/\..*/, "")));
  const readable = Object.entries(held).filter(([name]) => !faulty.has(name));
  const second = read && parsed(fields, Object.fromEntries(readable));
  if (second?.ok) return second.value;
  const initial = parsed(fields, {});
  if (initial?.ok) return initial.value;
  // Reached only if a field refuses its own initial value. contract.server.ts refuses a plugin with such a field.
  return Object.fromEntries(Object.keys(fields).map((name) => [name, null])) as Values<S>;
}

/** Null: a field of the plugin's own throws for a stored value, as after an update of the plugin. */
function parsed<S extends Fields>(fields: S, held: Readonly<Record<string, unknown>>) {
  try {
    return parseFields(fields, textsOf(fields, held));
  } catch {
    return null;
  }
}

/** The context of offer kinds and cards. */
export const contextOf = (own: Shop, { name }: Plugin, settings: Values<Fields>, depth = 0): Context => ({
  shop: own,
  settings,
  records: recordsOf(own, name, depth),
});

/** The context of handlers and jobs. `depth`: of the event that is handled. */
export const workContextOf = (own: Shop, plugin: Plugin, settings: Values<Fields>, depth = 0): WorkContext => ({
  ...contextOf(own, plugin, settings, depth),
  admin: adminOf(own, plugin.name),
  emit: emitOf(own, plugin.name, plugin.emits ?? [], depth),
  fetch: fetchOf(own, plugin.name, plugin.sends ?? []),
  log: own.log.child({ plugin: plugin.name }),
});

const OPERATION = /\b(?:query|mutation)\s+(\w+)/;

const adminOf = (own: Shop, plugin: string): AdminApi => ({
  async request<Result>(...asked: Parameters<AdminApi["request"]>) {
    const what = OPERATION.exec(asked[0])?.[1] ?? "unnamed";
    refuseInside("admin.request");
    endOf(own).throwIfAborted();
    const note = (failed: boolean) =>
      accountsOf(own).db.tx((tx) => noteAccess(own, tx, { plugin, direction: "asked", what, failed }));
    try {
      const answer = await (await adminFor(own)).request<Result>(...asked);
      await note(false);
      return answer;
    } catch (error) {
      await note(true);
      throw error;
    }
  },
});
