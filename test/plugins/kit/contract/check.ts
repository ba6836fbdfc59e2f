// A check of the contract: a rule that every plugin must keep, and a function that throws if the plugin breaks the rule. The error says
// how to correct the plugin.
import { sql } from "../../../../app/db.server.ts";
import type { Plugin, PluginAttribute, PluginFunction } from "../../../../app/plugins/plugin.ts";
import { SQL_TYPES } from "../../../../app/segments/attribute.server.ts";
import { typesOf } from "../../../../app/segments/query/check.ts";
import { quoteText } from "../../../../app/segments/query/grammar/format.ts";
import { failureOf } from "../failures.ts";
import type { PluginShop } from "../plugin-shop.ts";

/** `says`: the rule in a sentence. `it`: a shop with a few customers, which the checks of one plugin share. */
export type Check = { says: string; run(plugin: Plugin, it: PluginShop): Promise<void> };

/** A value of each type, as a query writes it. */
const LITERALS: Record<PluginAttribute["type"], string> = {
  date: "today",
  boolean: "true",
  integer: "1",
  float: "1.5",
  id: "1",
  string: "'a'",
  enum: "'a'",
  "list<string>": "'a'",
  "list<enum>": "'a'",
  "list<id>": "1",
};

/** A query that compares the attribute with a value of its type, or asks the function without parameters. */
export function queryOf(name: string, entry: PluginAttribute | PluginFunction): string {
  if (entry.params !== undefined) return `${name} MATCHES ()`;
  return `${name} ${entry.type.startsWith("list") ? "CONTAINS" : "="} ${valueFor(entry.type, entry.values)}`;
}

/** `queryOf`, and for each parameter of a function and each of its types a query that compares the parameter. */
export const queriesOf = (name: string, entry: PluginAttribute | PluginFunction): string[] => [
  queryOf(name, entry),
  ...Object.entries(entry.params ?? {}).flatMap(([param, { type, values }]) =>
    typesOf(type).map((each) => `${name} MATCHES (${param} = ${valueFor(each, values)})`),
  ),
];

const valueFor = (type: PluginAttribute["type"], [first]: readonly string[] = []): string =>
  first === undefined ? LITERALS[type] : quoteText(first);

export const sqlTypesOf = (entry: PluginAttribute | PluginFunction): readonly [string, ...string[]] =>
  SQL_TYPES[entry.params === undefined ? entry.type : "boolean"];

/** `members`: how the faults begin for which the check looks, such as `card `; left out: all. */
export async function expectHealth(it: PluginShop, members: readonly string[] = [""]): Promise<void> {
  const faults = (await it.page()).faults.filter(({ fault }) => members.some((member) => fault.startsWith(member)));
  if (faults.length > 0) throw failureOf(faults, it.thrown);
}

/** All plugins' records of the shop. */
export const recordsIn = (it: PluginShop) =>
  it.shop.db.tx((tx) =>
    tx.rows(
      sql`select plugin, kind, key, customer_id, data from plugin_record where shop_id = ${it.shop.id} order by 1, 2, 3`,
    ),
  );
