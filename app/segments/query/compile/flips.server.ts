// Predicates over the customer `c` for the customers whose membership time alone may change. A new day then judges only
// these customers.
import { empty, join, type Sql, sql } from "../../../db.server.ts";
import {
  type Attribute,
  type AttributeFunction,
  type AttributeMap,
  isFunction,
  type Moment,
  type Window,
} from "../../attribute.server.ts";
import { type Clause, clausesOf, literalsOf, type Query } from "../grammar/ast.ts";
import { askPlugin, compileClause, compileClauses, isColumn, shapeOf, testOf } from "./compile.server.ts";
import { isRelative, literalsIn, passedOver } from "./dates.server.ts";

const isDated = (clause: Clause): boolean => literalsOf(clause).some(isRelative);

/** Whether time alone may change a query's members: through a relative date, or through an attribute whose value changes with time. */
export function changesWithTime(query: Query, attributes: AttributeMap): boolean {
  const changesItself = ({ name }: Clause): boolean => {
    const entry = attributes[name.text];
    return entry !== undefined && (isFunction(entry) ? entry.flips === "all" : entry.flips !== undefined);
  };
  return clausesOf(query).some((clause) => isDated(clause) || changesItself(clause));
}

/** `who`: a predicate over the customer `c`. `columns`: the columns of `c` in the index that finds these customers. */
type Differing = { who: Sql; columns: readonly string[] };

const KEY = ["shop_id", "id"];
/** Each index of a stored date has the other dates too. */
const DATES = [...KEY, "first_order_at", "last_order_at", "added_at"];

/**
 * Every customer whose membership differs between the window's two instants fulfils one of the predicates. Null: the
 * membership of any customer may differ.
 */
export function mayDiffer(query: Query, attributes: AttributeMap, window: Window): Differing[] | null {
  const found = clausesOf(query).map((clause) => clauseMayDiffer(clause, attributes, window));
  return found.some((each) => each === null) ? null : found.flatMap((each) => each ?? []);
}

/**
 * The query's value as far as these columns of `c` tell it: NULL where clauses decide that need others. Functions and attributes that
 * change with time are told from the orders, lines and records of the customer.
 */
export function compileFrom(
  columns: Differing["columns"],
  query: Query,
  attributes: AttributeMap,
  moment: Moment,
): Sql {
  return compileClauses(query, (clause) => {
    const entry = attributes[clause.name.text];
    const made = compileClause(clause, attributes, moment);
    const hasColumns = [...made.sql.matchAll(/\bc\.(\w+)/g)].every(([, column = ""]) => columns.includes(column));
    return entry && hasColumns && isTold(clause, entry, moment) ? sql`((${made}) is true)` : sql`null::boolean`;
  });
}

const isTold = ({ name }: Clause, entry: Attribute | AttributeFunction, moment: Moment): boolean =>
  isFunction(entry) || entry.flips !== undefined || isColumn(askPlugin(name.text, () => entry.sql(moment)));

function clauseMayDiffer(clause: Clause, attributes: AttributeMap, window: Window): Differing[] | null {
  const name = clause.name.text;
  const entry = attributes[name];
  if (!entry) throw new Error("a checked query names attributes that there are");
  if (entry.flips === "all") return null;
  const byKey = (all: Sql[]) => all.map((who) => ({ who, columns: KEY }));
  if (isFunction(entry)) {
    const found = isDated(clause) ? functionMayDiffer(clause, entry, window) : [];
    return found && byKey(found);
  }
  const { flips } = entry;
  const own = flips ? byKey([askPlugin(name, () => flips(window))]) : [];
  if (entry.type !== "date" || (clause.kind !== "compare" && clause.kind !== "between")) return own;
  const date = askPlugin(name, () => entry.sql({ now: window.to, timeZone: window.timeZone }));
  const columns = isColumn(date) ? DATES : KEY;
  return [...own, ...passedOver(clause, date, window).map((who) => ({ who, columns }))];
}

/** Where one parameter has moving dates, there is a predicate for each of its bounds: each is found by an index. */
function functionMayDiffer(clause: Clause, entry: AttributeFunction, window: Window): Sql[] | null {
  const { flips } = entry;
  if (typeof flips !== "function" || clause.kind !== "matches") return null;
  const { params } = clause;
  const test = testOf(params, entry, { now: window.to, timeZone: window.timeZone });
  const ask = (bound?: number) => {
    const differs = (name: string, date: Sql): Sql => {
      shapeOf(entry, name);
      const param = params.find((each) => each.name.text === name);
      const all = param ? passedOver(param.test, date, window) : [];
      const passed = bound === undefined ? all : all.slice(bound, bound + 1);
      return passed.length > 0 ? sql`(${join(passed, " or ")})` : sql`false`;
    };
    return askPlugin(clause.name.text, () => flips(Object.assign(test, { differs }), window));
  };
  const [dated, ...others] = params.filter((param) => literalsIn(param.test).some(isRelative));
  // A list may have hundreds of dates, so that its bounds stay in one predicate.
  const isApart = dated !== undefined && others.length === 0 && dated.test.kind !== "in";
  const bounds = isApart ? passedOver(dated.test, empty, window) : [];
  return bounds.length > 1 ? bounds.map((_, bound) => ask(bound)) : [ask()];
}
