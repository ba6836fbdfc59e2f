// What can be chosen in a row of the builder, and what stands there when it was just added.
import type { AttributeShape, Catalogue, FunctionShape, ValueType } from "../attribute.ts";
import type { BuilderClause, BuilderParam } from "./builder.ts";
import { elementOf, FUNCTION_OPERATORS, isOfType, operatorsOf, PARAM_OPERATORS, typesOf } from "./check.ts";
import { quoteText } from "./format.ts";
import { parse } from "./parse.ts";

export type Asked = AttributeShape | FunctionShape;
type ParamShape = FunctionShape["params"][string];

export const isAskedByParams = (asked: Asked): asked is FunctionShape => "params" in asked;

export function askedOf(name: string, { attributes, functions }: Catalogue): Asked | undefined {
  if (Object.hasOwn(attributes, name)) return attributes[name];
  return Object.hasOwn(functions, name) ? functions[name] : undefined;
}

/** Names by what they are about, both in the catalogue's order. */
export function namesByAbout({ attributes, functions }: Catalogue): { about: string; names: string[] }[] {
  const groups = new Map<string, string[]>();
  for (const [name, { about = "other" }] of [...Object.entries(attributes), ...Object.entries(functions)]) {
    groups.set(about, [...(groups.get(about) ?? []), name]);
  }
  return [...groups].map(([about, names]) => ({ about, names }));
}

export const operatorsFor = (asked: Asked): readonly string[] =>
  isAskedByParams(asked) ? FUNCTION_OPERATORS : operatorsOf(asked);

export const typeOfAttribute = ({ type }: AttributeShape): ValueType => elementOf(type);

/** Where a parameter takes two types, the value says which it is now. */
export function typeOfParam({ type }: ParamShape, values: readonly string[]): ValueType {
  const [only, ...others] = typesOf(type);
  if (others.length === 0 && only) return only;
  return values[0]?.startsWith("'") ? "string" : "float";
}

export const operatorsOfParam = (shape: ParamShape, values: readonly string[]): readonly string[] =>
  PARAM_OPERATORS[typeOfParam(shape, values)];

/** The text behind a quoted literal. */
export const unquote = (literal: string): string =>
  literal.startsWith("'") ? literal.slice(1, -1).replaceAll("\\'", "'") : literal;

/** A value to begin with; blank where any would be a guess. */
export function firstValue(type: ValueType, values?: readonly string[]): string {
  if (values?.[0] !== undefined) return quoteText(values[0]);
  if (type === "date") return "-30d";
  if (type === "boolean") return "true";
  if (type === "integer" || type === "float") return "1";
  return type === "id" ? "" : quoteText("");
}

/** As many values as the operator takes, those there are kept. */
export function valuesFor(operator: string, values: readonly string[], first: string): string[] {
  if (operator.endsWith("NULL") || operator.endsWith("MATCHES")) return [];
  const kept = values.length > 0 ? values : [first];
  if (operator === "BETWEEN") return [kept[0] ?? first, kept[1] ?? first];
  return operator.endsWith("IN") ? [...kept] : kept.slice(0, 1);
}

const PREFERRED = [">=", "=", "CONTAINS", "MATCHES"];
const preferred = (operators: readonly string[]): string =>
  PREFERRED.find((operator) => operators.includes(operator)) ?? operators[0] ?? "=";

export function newClause(name: string, catalogue: Catalogue): BuilderClause {
  const asked = askedOf(name, catalogue);
  if (!asked) return { kind: "clause", name, operator: "=", values: [""], params: [] };
  const operator = preferred(operatorsFor(asked));
  const first = isAskedByParams(asked) ? "" : firstValue(typeOfAttribute(asked), asked.values);
  return { kind: "clause", name, operator, values: valuesFor(operator, [], first), params: [] };
}

export function newParam(name: string, shape: ParamShape): BuilderParam {
  const [type = "string"] = typesOf(shape.type);
  const operator = preferred(PARAM_OPERATORS[type]);
  return { name, operator, values: valuesFor(operator, [], firstValue(type, shape.values)) };
}

/** Whether a literal may stand where the type is asked for. */
export function fits(literal: string, type: ValueType): boolean {
  const read = parse(`x = ${literal}`);
  return read.ok && read.query.kind === "compare" && isOfType(read.query.value, type);
}
