// The plugins of this installation, by hand: add a line here to add a plugin.
import { sql, type Tx } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";
import { attributes } from "./attributes/plugin.server.ts";
import { fileFaults } from "./contract-files.server.ts";
import { watchKinds } from "./guard.server.ts";
import { figures } from "./figures/plugin.server.ts";
import { loyalty } from "./loyalty/plugin.server.ts";
import { offerKinds } from "./offer-kinds/plugin.server.ts";
import { questionKinds } from "./question-kinds/plugin.server.ts";
import { assemble, type Registry } from "./registry.ts";

const installed = [attributes, figures, offerKinds, questionKinds, loyalty];

export const registry: Registry = assemble(installed);

const lacking = fileFaults(installed);
if (lacking.length > 0) throw new Error(lacking.join("\n"));

/**
 * The registry less what this shop switched off; what fails in it is marked. Give the transaction that is open: one that
 * waits for a second connection while it holds its own can wait for ever.
 */
export const registryFor = (shop: Shop, tx?: Tx): Promise<Registry> => registryOf(shop, registry, tx);

const reduced = new WeakMap<Registry, Map<string, Registry>>();

/** The same of any set of plugins. Shops that switched off the same ones share a map of attributes. */
export async function registryOf(shop: Shop, whole: Registry, tx?: Tx): Promise<Registry> {
  const names = tx ? await switchedOff(shop, tx) : await shop.db.tx((own) => switchedOff(shop, own));
  const known = reduced.get(whole) ?? new Map<string, Registry>([["", whole]]);
  reduced.set(whole, known);
  const key = names.join(" ");
  const rest = known.get(key) ?? assemble(whole.plugins.filter(({ name }) => !names.includes(name)));
  known.set(key, rest);
  return watchKinds(shop, rest);
}

async function switchedOff(shop: Shop, tx: Tx): Promise<string[]> {
  const rows = await tx.rows<{ plugin: string }>(
    sql`select plugin from plugin_state where shop_id = ${shop.id} and not enabled order by plugin`,
  );
  return rows.map(({ plugin }) => plugin);
}
