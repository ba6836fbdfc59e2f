// Checks the names and types of every clause against the catalogue. The order of faults is Shopify's: faults of the grammar
// first, then unknown names.
import type { AttributeShape, Catalogue, FunctionShape, ListType, ValueType } from "../attribute.ts";
import {
  type Clause,
  clausesOf,
  type Literal,
  type Param,
  type Query,
  type Span,
  type Test,
  type Word,
} from "./grammar/ast.ts";
import { faultAt, type Fault } from "./fault.ts";
import { formatLiteral } from "./grammar/format.ts";
import { SHOPIFY_MAX_CLAUSES } from "./limits.ts";
import { parse } from "./grammar/parse.ts";

/** `native`: the query has no more clauses than Shopify allows. */
export type Checked = { ok: true; query: Query; native: boolean } | { ok: false; faults: Fault[] };

const EQUALITY = ["=", "!="] as const;
const ORDER = [...EQUALITY, ">", ">=", "<", "<=", "BETWEEN"] as const;
const LIST = ["CONTAINS", "NOT CONTAINS", "IS NULL", "IS NOT NULL"] as const;
const AMONG = ["IN", "NOT IN"] as const;
export const FUNCTION_OPERATORS: readonly string[] = ["MATCHES", "NOT MATCHES", "IS NULL", "IS NOT NULL"];

export const CLAUSE_OPERATORS: Record<ValueType | ListType, readonly string[]> = {
  date: [...ORDER, "IS NULL", "IS NOT NULL"],
  enum: EQUALITY,
  float: ORDER,
  integer: ORDER,
  string: EQUALITY,
  boolean: EQUALITY,
  id: EQUALITY,
  "list<string>": LIST,
  "list<enum>": LIST,
  "list<id>": LIST,
};

export const PARAM_OPERATORS: Record<ValueType, readonly string[]> = {
  date: [...ORDER, ...AMONG],
  enum: [...EQUALITY, ...AMONG],
  float: [...ORDER, ...AMONG],
  integer: [...ORDER, ...AMONG],
  string: [...EQUALITY, ...AMONG],
  boolean: EQUALITY,
  id: [...EQUALITY, ...AMONG],
};

const own = <Value>(map: Record<string, Value>, name: string): Value | undefined =>
  Object.hasOwn(map, name) ? map[name] : undefined;

/** Parses and checks a query: the entry for pages, offers, surveys and the command line. */
export function readQuery(text: string, catalogue: Catalogue): Checked {
  const parsed = parse(text);
  if (!parsed.ok) {
    const unknown = parsed.names.flatMap((name) => (isKnown(name.text, catalogue) ? [] : [filterFault(name)]));
    return { ok: false, faults: [...parsed.faults, ...unknown] };
  }
  const faults = check(parsed.query, catalogue);
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, query: parsed.query, native: clausesOf(parsed.query).length <= SHOPIFY_MAX_CLAUSES };
}

export const check = (query: Query, catalogue: Catalogue): Fault[] =>
  clausesOf(query).flatMap((clause) => checkClause(clause, catalogue));

const isKnown = (name: string, catalogue: Catalogue) =>
  Object.hasOwn(catalogue.attributes, name) || Object.hasOwn(catalogue.functions, name);

const filterFault = (name: Word): Fault => faultAt(name, "filter", { name: name.text });

function checkClause(clause: Clause, catalogue: Catalogue): Fault[] {
  const name = clause.name.text;
  const asked = own(catalogue.functions, name);
  if (asked) return checkFunction(clause, asked);
  const attribute = own(catalogue.attributes, name);
  if (!attribute) return [filterFault(clause.name)];
  // An anniversary is computed from the date in a metafield. The catalogue has no metafields.
  if (clause.kind === "anniversary") return [filterFault(clause.name)];
  const operator = operatorOf(clause);
  if (!operatorsOf(attribute).includes(operator)) return [operatorFault(clause.operator, name, operator)];
  return valuesOf(clause).flatMap((value) => checkValue(value, [elementOf(attribute.type)], attribute, name));
}

export const operatorsOf = ({ type, nullable }: AttributeShape): readonly string[] =>
  nullable ? [...CLAUSE_OPERATORS[type], "IS NULL", "IS NOT NULL"] : CLAUSE_OPERATORS[type];

export const elementOf = (type: ValueType | ListType): ValueType =>
  type === "list<string>" ? "string" : type === "list<enum>" ? "enum" : type === "list<id>" ? "id" : type;

const operatorFault = (at: Span, name: string, operator: string): Fault => faultAt(at, "operator", { name, operator });

const not = (negated: boolean, operator: string) => (negated ? `NOT ${operator}` : operator);

export function operatorOf(asked: Clause | Test): string {
  switch (asked.kind) {
    case "compare":
      return asked.operator.text;
    case "contains":
      return not(asked.negated, "CONTAINS");
    case "null":
      return asked.negated ? "IS NOT NULL" : "IS NULL";
    case "matches":
      return not(asked.negated, "MATCHES");
    case "in":
      return not(asked.negated, "IN");
    default:
      return "BETWEEN";
  }
}

export function valuesOf(asked: Clause | Test): Literal[] {
  if (asked.kind === "compare" || asked.kind === "contains") return [asked.value];
  if (asked.kind === "between") return [asked.from, asked.to];
  return asked.kind === "in" ? asked.values : [];
}

function checkFunction(clause: Clause, asked: FunctionShape): Fault[] {
  const name = clause.name.text;
  const operator = operatorOf(clause);
  if (!FUNCTION_OPERATORS.includes(operator)) return [operatorFault(clause.operator, name, operator)];
  if (clause.kind !== "matches") return [];
  return clause.params.flatMap((param, at) => {
    const first = clause.params.findIndex((other) => other.name.text === param.name.text);
    if (first < at) return [faultAt(param.name, "parameter_twice", { name: param.name.text })];
    return checkParam(param, asked, name);
  });
}

function checkParam(param: Param, asked: FunctionShape, of: string): Fault[] {
  const name = param.name.text;
  const shape = own(asked.params, name);
  if (!shape) return [faultAt(param.name, "parameter", { name, of })];
  const types = typesOf(shape.type);
  const operator = operatorOf(param.test);
  const values = valuesOf(param.test);
  const allowed = types.filter((type) => PARAM_OPERATORS[type].includes(operator));
  if (allowed.length === 0) return [faultAt(param.test.operator, "parameter_operator", { name, operator })];
  const faults = values.flatMap((value) => checkValue(value, allowed, shape, name));
  const [kind] = new Set(values.map((value) => value.kind));
  const mixed = values.find((value) => value.kind !== kind);
  return mixed && faults.length === 0 ? [faultAt(mixed, "value", { name, text: formatLiteral(mixed) })] : faults;
}

export const typesOf = (type: ValueType | readonly ValueType[]): readonly ValueType[] =>
  typeof type === "string" ? [type] : type;

function checkValue(
  value: Literal,
  types: readonly ValueType[],
  { values }: { values?: readonly string[] },
  name: string,
): Fault[] {
  const type = types.find((one) => isOfType(value, one));
  if (!type) return [faultAt(value, "value", { name, text: formatLiteral(value) })];
  if (type !== "enum" || value.kind !== "string" || !values || values.includes(value.value)) return [];
  return [listFault(value, value.value, values, name)];
}

/** The most values that a fault names. */
const NAMED_VALUES = 12;

function listFault(at: Span, text: string, values: readonly string[], name: string): Fault {
  const near = values.find((value) => value.toLowerCase() === text.trim().toLowerCase());
  if (near !== undefined) return faultAt(at, "not_in_list_near", { name, text, near });
  const named = values.slice(0, NAMED_VALUES).map((value) => `'${value}'`);
  const more = values.length > NAMED_VALUES ? ["…"] : [];
  return faultAt(at, "not_in_list", { name, text, values: [...named, ...more].join(", ") });
}

const MAX_INT64 = 2n ** 63n - 1n;
const isInteger = (text: string) => {
  if (!/^[+-]?\d{1,20}$/.test(text)) return false;
  const number = BigInt(text.replace("+", ""));
  return number <= MAX_INT64 && number >= -MAX_INT64 - 1n;
};

/** Whether a literal is a valid value of the type. The closed list of an enum is not checked here. */
export function isOfType(value: Literal, type: ValueType): boolean {
  switch (type) {
    case "date":
      return value.kind === "date";
    case "boolean":
      return value.kind === "boolean";
    case "string":
    case "enum":
      return value.kind === "string";
    case "float":
      return value.kind === "number" && Number.isFinite(Number(value.text)) && value.text.length <= 40;
    case "integer":
      return value.kind === "number" && isInteger(value.text);
    case "id":
      return value.kind === "number" && /^\d/.test(value.text) && isInteger(value.text);
  }
}
