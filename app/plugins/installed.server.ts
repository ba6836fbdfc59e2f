// The list of installed plugins, written by hand: add a line here to add a plugin.
import { sql, type Tx } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";
import { attributes } from "./attributes/plugin.server.ts";
import { fileFaults } from "./contract/contract-files.server.ts";
import { figures } from "./figures/plugin.server.ts";
import { loyalty } from "./loyalty/plugin.server.ts";
import { offerKinds } from "./offer-kinds/plugin.server.ts";
import { questionKinds } from "./question-kinds/plugin.server.ts";
import { assemble, bindAll, type Registry } from "./registry.server.ts";
import { watchAll } from "./running/watched.server.ts";

const installed = [attributes, figures, offerKinds, questionKinds, loyalty];

export const registry: Registry = assemble(installed);

const lacking = fileFaults(installed);
if (lacking.length > 0) throw new Error(lacking.join("\n"));

/**
 * Returns the registry without the plugins that this shop switched off. A contribution that fails marks its plugin. Pass the open
 * transaction if there is one: a transaction that waits for a second connection while it holds its own can wait for ever.
 */
export const registryFor = (shop: Shop, tx?: Tx): Promise<Registry> => registryOf(shop, registry, tx);

const KEPT = 500;
/** By whole registry and by states: a registry bound to these states. Shops with the same states share it. */
const reduced = new WeakMap<Registry, Map<string, Registry>>();

/** The same as `registryFor`, for any set of plugins. */
export async function registryOf(shop: Shop, whole: Registry, tx?: Tx): Promise<Registry> {
  const states = tx ? await statesOf(shop, tx) : await shop.db.tx((own) => statesOf(shop, own));
  return watchAll(shop, ofStates(whole, states));
}

type State = { plugin: string; enabled: boolean; settings: Record<string, unknown> };

/** Reads the states that differ from a new plugin's: the plugin is switched off, or a setting was saved. */
const statesOf = (shop: Shop, tx: Tx): Promise<State[]> =>
  tx.rows<State>(sql`select name as plugin, enabled, case when enabled then settings else '{}' end as settings from plugin
    where shop_id = ${shop.id} and (not enabled or settings <> '{}') order by name`);

function ofStates(whole: Registry, states: State[]): Registry {
  if (states.length === 0) return whole;
  let known = reduced.get(whole);
  if (!known || known.size > KEPT) reduced.set(whole, (known = new Map()));
  const key = JSON.stringify(states);
  let rest = known.get(key);
  if (!rest) {
    const off = new Set(states.filter(({ enabled }) => !enabled).map(({ plugin }) => plugin));
    const held = Object.fromEntries(states.map(({ plugin, settings }) => [plugin, settings]));
    rest = bindAll(
      whole.plugins.filter(({ name }) => !off.has(name)),
      held,
    );
    known.set(key, rest);
  }
  return rest;
}
