// The choices in a row of the segment builder, and the contents of a new row.
import type { AttributeShape, Catalogue, FunctionShape, ValueType } from "../../attribute.ts";
import type { BuilderClause, BuilderParam } from "./builder.ts";
import { elementOf, FUNCTION_OPERATORS, isOfType, operatorsOf, PARAM_OPERATORS, typesOf } from "../check.ts";
import { quoteText } from "../grammar/format.ts";
import { parse } from "../grammar/parse.ts";

export type CatalogueEntry = AttributeShape | FunctionShape;
type ParamShape = FunctionShape["params"][string];

export const isFunctionShape = (entry: CatalogueEntry): entry is FunctionShape => "params" in entry;

export function entryOf(name: string, { attributes, functions }: Catalogue): CatalogueEntry | undefined {
  if (Object.hasOwn(attributes, name)) return attributes[name];
  return Object.hasOwn(functions, name) ? functions[name] : undefined;
}

/** The names of attributes and functions, grouped by `about`. Groups and names keep the catalogue's order. */
export function namesByAbout({ attributes, functions }: Catalogue): { about: string; names: string[] }[] {
  const groups = new Map<string, string[]>();
  for (const [name, { about = "other" }] of [...Object.entries(attributes), ...Object.entries(functions)]) {
    groups.set(about, [...(groups.get(about) ?? []), name]);
  }
  return [...groups].map(([about, names]) => ({ about, names }));
}

export const operatorsFor = (entry: CatalogueEntry): readonly string[] =>
  isFunctionShape(entry) ? FUNCTION_OPERATORS : operatorsOf(entry);

export const typeOfAttribute = ({ type }: AttributeShape): ValueType => elementOf(type);

/** A parameter's type. A parameter of two types has the type of its first value: `string` where that value is quoted. */
export function typeOfParam({ type }: ParamShape, values: readonly string[]): ValueType {
  const [only, ...others] = typesOf(type);
  if (others.length === 0 && only) return only;
  return values[0]?.startsWith("'") ? "string" : "float";
}

export const operatorsOfParam = (shape: ParamShape, values: readonly string[]): readonly string[] =>
  PARAM_OPERATORS[typeOfParam(shape, values)];

/** The text of a quoted literal. A literal without quotes is returned as it is. */
export const unquote = (literal: string): string =>
  literal.startsWith("'") ? literal.slice(1, -1).replaceAll("\\'", "'") : literal;

/** The literal in a new row. Blank for an id and for a text: any value would be a guess. */
export function firstValue(type: ValueType, values?: readonly string[]): string {
  if (values?.[0] !== undefined) return quoteText(values[0]);
  if (type === "date") return "-30d";
  if (type === "boolean") return "true";
  if (type === "integer" || type === "float") return "1";
  return type === "id" ? "" : quoteText("");
}

/** As many values as the operator takes. Present values are kept, and `first` fills the rest. */
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
  const entry = entryOf(name, catalogue);
  if (!entry) return { kind: "clause", name, operator: "=", values: [""], params: [] };
  const operator = preferred(operatorsFor(entry));
  const first = isFunctionShape(entry) ? "" : firstValue(typeOfAttribute(entry), entry.values);
  return { kind: "clause", name, operator, values: valuesFor(operator, [], first), params: [] };
}

export function newParam(name: string, shape: ParamShape): BuilderParam {
  const [type = "string"] = typesOf(shape.type);
  const operator = preferred(PARAM_OPERATORS[type]);
  return { name, operator, values: valuesFor(operator, [], firstValue(type, shape.values)) };
}

/** Whether a literal is a valid value of the type. */
export function fits(literal: string, type: ValueType): boolean {
  const read = parse(`x = ${literal}`);
  return read.ok && read.query.kind === "compare" && isOfType(read.query.value, type);
}
