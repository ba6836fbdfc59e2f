// Checks variables against their declared types. Faults are in Shopify's words.

import {
  GraphQLEnumType,
  GraphQLInputObjectType,
  isListType,
  isNonNullType,
  print,
  typeFromAST,
  type GraphQLInputType,
  type OperationDefinitionNode,
  isInputType,
} from "graphql";
import { parseGid } from "./gid.ts";
import type { ErrorBody } from "./refusal.ts";
import { adminSchema } from "./schema.ts";

type Problem = { path: (string | number)[]; explanation: string; message?: string };
type Variables = Record<string, unknown>;

export function checkVariables(operation: OperationDefinitionNode, variables: Variables): ErrorBody[] {
  const errors: ErrorBody[] = [];
  for (const definition of operation.variableDefinitions ?? []) {
    const type = typeFromAST(adminSchema().schema, definition.type);
    if (!isInputType(type)) continue;
    const name = definition.variable.name.value;
    const value = variables[name];
    if (value === undefined && (definition.defaultValue !== undefined || !isNonNullType(type))) continue;
    const problems = findProblems(type, value ?? null, []);
    if (problems.length === 0) continue;
    const { line = 1, column = 1 } = definition.loc?.startToken ?? {};
    errors.push({
      message: `Variable $${name} of type ${print(definition.type)} was provided invalid value${placesIn(problems)}`,
      locations: [{ line, column }],
      extensions: { code: "INVALID_VARIABLE", value: value ?? null, problems },
    });
  }
  return errors;
}

function placesIn(problems: Problem[]): string {
  const places = problems.filter((problem) => problem.path.length > 0);
  if (places.length === 0) return "";
  return ` for ${places.map((problem) => `${problem.path.join(".")} (${problem.explanation})`).join(", ")}`;
}

function findProblems(type: GraphQLInputType, value: unknown, path: (string | number)[]): Problem[] {
  if (isNonNullType(type)) {
    if (value === null || value === undefined) return [{ path, explanation: "Expected value to not be null" }];
    return findProblems(type.ofType, value, path);
  }
  if (value === null || value === undefined) return [];
  if (isListType(type)) {
    if (!Array.isArray(value)) return findProblems(type.ofType, value, path);
    return value.flatMap((item, index) => findProblems(type.ofType, item, [...path, index]));
  }
  if (type instanceof GraphQLInputObjectType) return problemsInObject(type, value, path);
  if (type instanceof GraphQLEnumType) {
    const names = type.getValues().map((one) => one.name);
    if (typeof value === "string" && names.includes(value)) return [];
    return [{ path, explanation: `Expected "${String(value)}" to be one of: ${names.join(", ")}` }];
  }
  return problemsInScalar(type.name, value, path);
}

function problemsInObject(type: GraphQLInputObjectType, value: unknown, path: (string | number)[]): Problem[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return [{ path, explanation: `Expected ${JSON.stringify(value)} to be a key-value object.` }];
  }
  const fields = type.getFields();
  const given = new Map(Object.entries(value));
  const problems: Problem[] = [];
  for (const name of given.keys()) {
    if (fields[name] === undefined) {
      problems.push({ path: [...path, name], explanation: `Field is not defined on ${type.name}` });
    }
  }
  for (const field of Object.values(fields)) {
    const inner = given.get(field.name);
    if (inner === undefined && (field.defaultValue !== undefined || !isNonNullType(field.type))) continue;
    problems.push(...findProblems(field.type, inner, [...path, field.name]));
  }
  return problems;
}

const SCALARS: Record<string, (value: unknown) => boolean> = {
  Int: (value) => typeof value === "number" && Number.isInteger(value) && Math.abs(value) < 2 ** 31,
  Float: (value) => typeof value === "number",
  String: (value) => typeof value === "string",
  Boolean: (value) => typeof value === "boolean",
  DateTime: (value) => typeof value === "string" && /^\d{4}-\d\d-\d\d/.test(value) && !Number.isNaN(Date.parse(value)),
  Date: (value) => typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value),
  Decimal: (value) => /^-?\d+(\.\d+)?$/.test(String(value)),
  Money: (value) => /^-?\d+(\.\d+)?$/.test(String(value)),
  UnsignedInt64: (value) => /^\d+$/.test(String(value)),
  URL: (value) => typeof value === "string",
};

function problemsInScalar(name: string, value: unknown, path: (string | number)[]): Problem[] {
  if (name === "ID") {
    if (typeof value === "string" && parseGid(value) !== null) return [];
    const explanation = `Invalid global id '${String(value)}'`;
    return [{ path, explanation, message: explanation }];
  }
  const fits = SCALARS[name];
  if (fits === undefined || fits(value)) return [];
  const explain = EXPLAINED[name] ?? ((text: string) => `Could not coerce value ${text} to ${name}`);
  return [{ path, explanation: explain(JSON.stringify(value)) }];
}

/** The recorded words for a value, which is given as JSON. */
const EXPLAINED: Record<string, (text: string) => string> = {
  Decimal: (text) => `invalid decimal '${unquoted(text)}'`,
  UnsignedInt64: (text) =>
    /^"?-\d+"?$/.test(text)
      ? `UnsignedInt64 '${unquoted(text)}' is out of range`
      : `UnsignedInt64 invalid value '${unquoted(text)}'`,
};
const unquoted = (text: string): string => text.replace(/^"|"$/g, "");
