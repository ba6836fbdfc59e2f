// A query asked as of a past moment: by what its attributes were then, as far as what is held today tells it.
import { type Sql, sql } from "../../../db.server.ts";
import {
  type Attribute,
  type AttributeFunction,
  type AttributeMap,
  isFunction,
  type Moment,
} from "../../attribute.server.ts";
import { type Clause, clausesOf, type Query } from "../ast.ts";
import { type Fault, faultAt } from "../fault.ts";
import { askPlugin, compile, testOf } from "./compile.server.ts";

export type AsOf = { ok: true; fits: Sql } | { ok: false; faults: Fault[] };

/** Faults where an attribute has no history: its present value would be a lie about the past. */
export function compileAsOf(query: Query, attributes: AttributeMap, moment: Moment): AsOf {
  const faults = clausesOf(query)
    .filter((clause) => !hasHistory(clause, attributes[clause.name.text], moment))
    .map(({ name }) => faultAt(name, "no_history", { name: name.text }));
  if (faults.length > 0) return { ok: false, faults };
  const past = Object.fromEntries(Object.entries(attributes).map(([name, entry]) => [name, asItWas(entry)]));
  const then = sql`${moment.now.toISOString()}::timestamptz`;
  // Nobody is there before the shop heard of them.
  return { ok: true, fits: sql`(least(c.added_at, c.first_order_at) <= ${then} and ${compile(query, past, moment)})` };
}

type Entry = Attribute | AttributeFunction;

function hasHistory(clause: Clause, entry: Entry | undefined, moment: Moment): boolean {
  if (!entry?.history) return false;
  if (!isFunction(entry)) return true;
  const test = testOf(clause.kind === "matches" ? clause.params : [], entry, moment);
  return askPlugin(clause.name.text, () => entry.history?.(test, moment) ?? null) !== null;
}

function asItWas(entry: Entry): Entry {
  if (!isFunction(entry)) return { ...entry, sql: entry.history ?? entry.sql };
  const { history } = entry;
  return { ...entry, sql: (test, moment) => history?.(test, moment) ?? entry.sql(test, moment) };
}
