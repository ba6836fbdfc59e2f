// A check of the contract: a rule that every plugin must keep, and a function that throws if the plugin breaks the rule. The error says
// how to correct the plugin.
import { expect } from "vitest";
import { sql } from "../../../../app/db.server.ts";
import type { Plugin, PluginAttribute, PluginFunction } from "../../../../app/plugins/plugin.ts";
import type { PluginShop } from "../plugin-shop.ts";

/** `says`: the rule in a sentence. `it`: a shop with a few customers, which the checks of one plugin share. */
export type Check = { says: string; run(plugin: Plugin, it: PluginShop): Promise<void> };

/** A query that asks for the attribute without naming a value. Null if every query must name a value. */
export function queryOf(name: string, entry: PluginAttribute | PluginFunction): string | null {
  if (entry.params !== undefined) return `${name} MATCHES ()`;
  return entry.nullable ? `${name} IS NOT NULL OR ${name} IS NULL` : null;
}

export const expectHealth = async (it: PluginShop): Promise<void> =>
  expect((await it.page()).faults, "it failed: see each fault's line").toEqual([]);

/** All plugins' records of the shop. */
export const recordsIn = (it: PluginShop) =>
  it.shop.db.tx((tx) =>
    tx.rows(
      sql`select plugin, kind, key, customer_id, data from plugin_record where shop_id = ${it.shop.id} order by 1, 2, 3`,
    ),
  );
