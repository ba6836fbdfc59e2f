// Checks a query against the catalogue: unknown filters, operators that a type lacks, and values of the wrong type.

import { resolveNamespace } from "../admin-api/app-namespace.ts";
import type { ShopState } from "../model.ts";
import type { Clause, Parameter, Query, SegmentFault, Test, Value } from "./ast.ts";
import { findFilter, type Filter, type FilterType } from "./catalogue.ts";
import { parseSegment } from "./parse.ts";

const MOST_CLAUSES = 10;
const MOST_IDS = 500;

export type Checked = { ok: true; query: Query } | { ok: false; faults: SegmentFault[] };

export function checkSegment(shop: ShopState, appId: string, text: string): Checked {
  const { query, clauses, names, fault } = parseSegment(text);
  const find = (name: string): Filter | null => findFilter(shop, name, (one) => resolveNamespace(one, appId));
  const faults = fault === null ? [] : [fault];
  for (const { at, text: name } of names) {
    if (name !== "anniversary" && find(name) === null)
      faults.push({ at, message: `'${name}' filter cannot be found.` });
  }
  for (const clause of clauses) faults.push(...faultsOf(clause, find));
  if (clauses.length > MOST_CLAUSES) {
    const at = clauses[MOST_CLAUSES]?.at ?? 0;
    faults.push({ at, message: `Query can't have more than ${MOST_CLAUSES} filters.` });
  }
  return query === null || faults.length > 0 ? { ok: false, faults } : { ok: true, query };
}

/** "Line 1 Column 14: …", with lines from 1 and columns from 0, as recorded. */
export function wordSegmentFault(text: string, { at, message }: SegmentFault): string {
  const before = text.slice(0, at).split("\n");
  return `Line ${before.length} Column ${before.at(-1)?.length ?? 0}: ${message}`;
}

function faultsOf(clause: Clause, find: (name: string) => Filter | null): SegmentFault[] {
  if (clause.kind === "anniversary") return anniversaryFaults(clause, find);
  const filter = find(clause.name);
  if (filter === null) return [];
  const unsupported = (operator: string): SegmentFault[] => [
    { at: clause.operatorAt, message: `${clause.name} does not support operator '${operator}'` },
  ];
  switch (clause.kind) {
    case "matches":
      if (filter.type !== "function") return unsupported("MATCHES");
      return clause.parameters.flatMap((one, index) => parameterFaults(clause, filter, one, index));
    case "null":
      return filter.nullable === true ? [] : unsupported(clause.negated ? "IS NOT NULL" : "IS NULL");
    case "contains":
      if (filter.type !== "list" && filter.type !== "id_list") return unsupported("CONTAINS");
      return valueFaults(clause.name, listItem(filter), clause.value);
    default:
      if (!allows(filter, clause)) return unsupported(operatorOf(clause));
      return valuesOf(clause).flatMap((value) => valueFaults(clause.name, filter, value));
  }
}

function anniversaryFaults(
  clause: Clause & { kind: "anniversary" },
  find: (name: string) => Filter | null,
): SegmentFault[] {
  const name = clause.path.kind === "string" ? clause.path.string : "";
  if (find(name)?.type !== "date") {
    return [{ at: clause.path.at, message: `'${name}' filter cannot be found.` }];
  }
  const allowed = clause.test.kind === "between" || (clause.test.kind === "compare" && clause.test.comparator === "=");
  if (!allowed) {
    return [{ at: clause.operatorAt, message: `anniversary does not support operator '${operatorOf(clause.test)}'` }];
  }
  return valuesOf(clause.test).flatMap((value) => valueFaults("anniversary", { type: "date" }, value));
}

const ORDERED: readonly FilterType[] = ["date", "float", "integer"];

function allows(filter: Filter, test: Test): boolean {
  if (test.kind === "in" || filter.type === "function" || filter.type === "list") return false;
  if (filter.type === "id_list") return test.kind === "compare" && test.comparator === "=";
  if (filter.metafield !== undefined && filter.type === "date") {
    return test.kind === "between" || (test.kind === "compare" && ["=", "<=", ">="].includes(test.comparator));
  }
  if (test.kind === "compare" && (test.comparator === "=" || test.comparator === "!=")) return true;
  return ORDERED.includes(filter.type);
}

function operatorOf(test: Test): string {
  return test.kind === "compare" ? test.comparator : test.kind === "between" ? "BETWEEN" : "IN";
}

function valuesOf(test: Test): Value[] {
  if (test.kind === "compare") return [test.value];
  return test.kind === "between" ? [test.low, test.high] : test.values;
}

function listItem(filter: Filter): Filter {
  if (filter.type === "id_list" || filter.metafield?.type === "list.number_integer") return { type: "integer" };
  return { type: filter.metafield?.type === "list.number_decimal" ? "float" : "string" };
}

function parameterFaults(
  clause: Clause & { kind: "matches" },
  filter: Filter,
  parameter: Parameter,
  index: number,
): SegmentFault[] {
  const { at, name } = parameter;
  const type = filter.parameters?.[name];
  if (type === undefined) return [{ at, message: `'${name}' parameter cannot be found.` }];
  if (clause.parameters.findIndex((one) => one.name === name) < index) {
    return [{ at, message: `'${name}' parameter is already specified.` }];
  }
  if (parameter.kind === "tuple" || type === "tuple") {
    return parameter.kind === "tuple" && type === "tuple" ? [] : [{ at, message: `'${name}' parameter is invalid.` }];
  }
  const values = valuesOf(parameter.test);
  if (values.length > MOST_IDS) return [{ at, message: `'${name}' can't have more than ${MOST_IDS} values.` }];
  const wanted: Filter = { type: type === "id" ? "integer" : type === "money" ? "float" : type };
  return values.flatMap((value) => valueFaults(name, wanted, value));
}

const KINDS: Record<string, readonly Value["kind"][]> = {
  date: ["date", "datetime", "offset", "today", "yesterday"],
  enum: ["string"],
  string: ["string"],
  float: ["number"],
  integer: ["number"],
  boolean: ["boolean"],
  id_list: ["number"],
};

function valueFaults(name: string, filter: Filter, value: Value): SegmentFault[] {
  const fits =
    (KINDS[filter.type] ?? []).includes(value.kind) &&
    !(filter.type === "integer" && value.kind === "number" && !value.integer) &&
    !(filter.type === "enum" && value.kind === "string" && !(filter.values ?? []).includes(value.string)) &&
    isRealDay(value);
  return fits ? [] : [{ at: value.at, message: `${name} value ${value.text} is invalid.` }];
}

function isRealDay(value: Value): boolean {
  if (value.kind !== "date" && value.kind !== "datetime") return true;
  const time = value.kind === "datetime" ? value.time : "00:00:00";
  const read = new Date(`${value.day}T${time}Z`);
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(value.day);
}
