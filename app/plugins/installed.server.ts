// The plugins of this installation, by hand: add a line here to add a plugin.
import { sql } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";
import { attributes } from "./attributes/plugin.server.ts";
import { loyalty } from "./loyalty/plugin.server.ts";
import { offerKinds } from "./offer-kinds/plugin.server.ts";
import { questionKinds } from "./question-kinds/plugin.server.ts";
import { assemble, type Registry } from "./registry.ts";

const installed = [attributes, offerKinds, questionKinds, loyalty];

export const registry: Registry = assemble(installed);

/** The registry less what this shop switched off. */
export async function registryFor(shop: Shop): Promise<Registry> {
  const off = await shop.db.tx((tx) =>
    tx.rows<{ plugin: string }>(sql`select plugin from plugin_state where shop_id = ${shop.id} and not enabled`),
  );
  if (off.length === 0) return registry;
  const names = new Set(off.map(({ plugin }) => plugin));
  return assemble(installed.filter(({ name }) => !names.has(name)));
}
