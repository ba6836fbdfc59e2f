// Compares the columns that a statement returned with the row type in the code: the columns' names, PostgreSQL's types as node-postgres
// reads them, and the values seen, such as a null, or a text that is not in a union of texts.
import ts from "typescript";
import type { CallSite } from "./call-sites.ts";
import type { ColumnSeen, RowsSeen } from "./record.ts";

type Kind = "text" | "number" | "boolean" | "instant" | "json" | "bytes";

/** PostgreSQL's own numbers of its types: https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat */
const KINDS: Record<number, Kind> = {
  ...{ 16: "boolean", 17: "bytes" },
  // int2, int4, oid, float4, float8
  ...{ 21: "number", 23: "number", 26: "number", 700: "number", 701: "number" },
  // "char", name, int8, text, unknown, varchar, numeric, regclass, uuid, void
  ...{ 18: "text", 19: "text", 20: "text", 25: "text", 705: "text", 1043: "text", 1700: "text", 2205: "text" },
  ...{ 2950: "text", 2278: "text", 114: "json", 3802: "json", 1184: "instant" },
};
/** bool, int4, text, int8, timestamptz, numeric, jsonb */
const ELEMENTS: Record<number, number> = { 1000: 16, 1007: 23, 1009: 25, 1016: 20, 1185: 1184, 1231: 1700, 3807: 3802 };

const SAYS: Record<Kind, string> = {
  text: "string",
  number: "number",
  boolean: "boolean",
  instant: "Instant",
  json: "JSON",
  bytes: "Buffer",
};

/** One sentence per fault. */
export function faultsOf(site: CallSite, seen: RowsSeen, checker: ts.TypeChecker): string[] {
  const said = new Map(checker.getPropertiesOfType(site.row).map((property) => [property.name, property]));
  const came = new Set(seen.columns.map(({ name }) => name));
  const missing = [...said.values()].filter(({ name, flags }) => !came.has(name) && !(flags & ts.SymbolFlags.Optional));
  const faults = [
    ...missing.map(({ name }) => `no column ${name} comes, and the row type has one`),
    ...seen.columns.flatMap((column) => {
      const property = said.get(column.name);
      if (!property) return [`a column ${column.name} comes, and the row type has none`];
      return columnFaults(column, checker.getTypeOfSymbolAtLocation(property, site.call), checker);
    }),
  ];
  return faults.map((fault) => `${site.place}: ${fault}`);
}

function columnFaults({ name, oid, nulls, texts }: ColumnSeen, said: ts.Type, checker: ts.TypeChecker): string[] {
  if (said.flags & ts.TypeFlags.Unknown) return [];
  const element = ELEMENTS[oid];
  const kind = KINDS[element ?? oid];
  if (!kind) return [`the column ${name} has PostgreSQL's type ${oid}, which compare.ts does not know`];
  const wanted = `${SAYS[kind]}${element === undefined ? "" : "[]"}`;
  const parts = withoutNull(said);
  const fits = (part: ts.Type) =>
    element === undefined
      ? isOf(kind, part, checker)
      : checker.isArrayType(part) &&
        checker
          .getTypeArguments(part as ts.TypeReference)
          .flatMap(withoutNull)
          .every((inner) => isOf(kind, inner, checker));
  const isNullable = partsOf(said).some(({ flags }) => flags & ts.TypeFlags.Null);
  const literals = parts.map((part) => (part.isStringLiteral() ? part.value : null));
  const strange = kind === "text" && !literals.includes(null) ? texts?.filter((text) => !literals.includes(text)) : [];
  const says = `and the row type says ${checker.typeToString(said)}`;
  return [
    ...(parts.every(fits) ? [] : [`the column ${name} comes as ${wanted}, ${says}`]),
    ...(nulls && !isNullable ? [`the column ${name} was null, ${says}`] : []),
    ...(strange ?? []).map((text) => `the column ${name} was "${text}", ${says}`),
  ];
}

const withoutNull = (type: ts.Type) =>
  partsOf(type).filter(({ flags }) => !(flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)));
const partsOf = (type: ts.Type): ts.Type[] => (type.isUnion() ? type.types : [type]);

function isOf(kind: Kind, said: ts.Type, checker: ts.TypeChecker): boolean {
  const part = checker.getBaseConstraintOfType(said) ?? said;
  switch (kind) {
    case "text":
      return checker.isTypeAssignableTo(part, checker.getStringType());
    case "number":
      return checker.isTypeAssignableTo(part, checker.getNumberType());
    case "boolean":
      return checker.isTypeAssignableTo(part, checker.getBooleanType());
    case "instant":
      return isDate(part);
    case "bytes":
      return part.symbol?.name === "Buffer";
    case "json":
      return isJson(part, checker, new Set());
  }
}

const isDate = (type: ts.Type) => type.symbol?.name === "Date";

/** JSON has no dates and no buffers: both are texts in JSON. */
function isJson(type: ts.Type, checker: ts.TypeChecker, walked: Set<ts.Type>): boolean {
  if (walked.has(type)) return true;
  walked.add(type);
  if (isDate(type) || type.symbol?.name === "Buffer" || type.flags & ts.TypeFlags.BigIntLike) return false;
  if (type.isUnionOrIntersection()) return type.types.every((part) => isJson(part, checker, walked));
  if (!(type.flags & ts.TypeFlags.Object)) return true;
  if (checker.isArrayType(type) || checker.isTupleType(type)) {
    return checker.getTypeArguments(type as ts.TypeReference).every((part) => isJson(part, checker, walked));
  }
  const index = checker.getIndexInfosOfType(type).map((info) => info.type);
  const inner = checker.getPropertiesOfType(type).map((property) => checker.getTypeOfSymbol(property));
  return [...index, ...inner].every((part) => isJson(part, checker, walked));
}
