// Predicates over the customer `c` for the customers whose membership time alone may change. A new day then judges only
// these customers.
import { type Sql, sql } from "../../../db.server.ts";
import { type AttributeFunction, type AttributeMap, isFunction, type Window } from "../../attribute.server.ts";
import { type Clause, clausesOf, literalsOf, type Query } from "../grammar/ast.ts";
import { askPlugin, shapeOf, testOf } from "./compile.server.ts";
import { isRelative, passedOver } from "./dates.server.ts";

const isDated = (clause: Clause): boolean => literalsOf(clause).some(isRelative);

/** Whether time alone may change a query's members: through a relative date, or through an attribute whose value changes with time. */
export function changesWithTime(query: Query, attributes: AttributeMap): boolean {
  const changesItself = ({ name }: Clause): boolean => {
    const entry = attributes[name.text];
    return entry !== undefined && (isFunction(entry) ? entry.flips === "all" : entry.flips !== undefined);
  };
  return clausesOf(query).some((clause) => isDated(clause) || changesItself(clause));
}

/**
 * Every customer whose membership differs between the window's two instants fulfils one of the predicates. Null: the
 * membership of any customer may differ.
 */
export function mayDiffer(query: Query, attributes: AttributeMap, window: Window): Sql[] | null {
  const found = clausesOf(query).map((clause) => clauseMayDiffer(clause, attributes, window));
  return found.some((each) => each === null) ? null : found.flatMap((each) => each ?? []);
}

function clauseMayDiffer(clause: Clause, attributes: AttributeMap, window: Window): Sql[] | null {
  const name = clause.name.text;
  const entry = attributes[name];
  if (!entry) throw new Error("a checked query names attributes that there are");
  if (entry.flips === "all") return null;
  if (isFunction(entry)) return isDated(clause) ? functionMayDiffer(clause, entry, window) : [];
  const { flips } = entry;
  const own = flips ? [askPlugin(name, () => flips(window))] : [];
  if (entry.type !== "date" || (clause.kind !== "compare" && clause.kind !== "between")) return own;
  const date = askPlugin(name, () => entry.sql({ now: window.to, timeZone: window.timeZone }));
  const passed = passedOver(clause, date, window);
  return passed ? [...own, passed] : own;
}

function functionMayDiffer(clause: Clause, entry: AttributeFunction, window: Window): Sql[] | null {
  const { flips } = entry;
  if (typeof flips !== "function" || clause.kind !== "matches") return null;
  const { params } = clause;
  const test = testOf(params, entry, { now: window.to, timeZone: window.timeZone });
  const differs = (name: string, date: Sql): Sql => {
    shapeOf(entry, name);
    const param = params.find((each) => each.name.text === name);
    return (param && passedOver(param.test, date, window)) ?? sql`false`;
  };
  return [askPlugin(clause.name.text, () => flips(Object.assign(test, { differs }), window))];
}
