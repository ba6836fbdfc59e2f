// Parses and validates each query text once. Faults are in Shopify's words.

import {
  getLocation,
  GraphQLError,
  parse,
  specifiedRules,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  type ASTVisitor,
  type ValidationContext,
} from "graphql";
import { getNamedType } from "graphql";
import type { ErrorBody } from "./refusal.ts";
import { adminSchema } from "./schema.ts";
import { wordFault, type FaultWords } from "./validation-words.ts";

export type Parsed = { document: DocumentNode } | { errors: ErrorBody[] };

const cache = new Map<string, Parsed>();
const MOST_TEXTS = 500;

export function parseQuery(text: string): Parsed {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const parsed = parseAnew(text);
  if (cache.size >= MOST_TEXTS) cache.clear();
  cache.set(text, parsed);
  return parsed;
}

function parseAnew(text: string): Parsed {
  let document: DocumentNode;
  try {
    document = parse(text);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const at = error.locations?.[0] ?? { line: 1, column: 1 };
    return { errors: [{ message: syntaxWords(error, at), locations: [at] }] };
  }
  const faults = validate(adminSchema().schema, document, [...specifiedRules, globalIdsInLiterals]);
  if (faults.length === 0) return { document };
  return { errors: joinMissing(faults.map((fault) => placeFault(fault, document))) };
}

/** "syntax error, unexpected end of file at [1, 21]" */
export function syntaxWords(error: GraphQLError, at: { line: number; column: number }): string {
  const found = /Unexpected (?:(<EOF>)|\w+ ?"?([^"]*)"?|.*"(.*)")\.?$/.exec(
    error.message.replace(/^Syntax Error: /, ""),
  );
  const what = found?.[1] !== undefined || error.message.includes("<EOF>") ? "end of file" : `"${found?.[2] ?? ""}"`;
  return `syntax error, unexpected ${what} at [${at.line}, ${at.column}]`;
}

function placeFault(fault: GraphQLError, document: DocumentNode): ErrorBody {
  const words = wordFault(fault);
  const node = fault.nodes?.[0];
  const trail = node === undefined ? [] : trailTo(node, document);
  if (words.onField) wordLiteral(words, trail);
  const field = [...trail].reverse().find((step): step is FieldNode => step.kind === "Field");
  const anchor = words.onField && field !== undefined ? field : node;
  const start = anchor?.loc?.startToken.start;
  const locations =
    start === undefined || anchor?.loc === undefined
      ? (fault.locations ?? [])
      : [getLocation(anchor.loc.source, start)];
  return {
    message: words.message,
    locations,
    path: [...trail.flatMap(stepName), ...words.path],
    extensions: words.extensions,
  };
}

/** Joins several missing arguments of one field into one fault: "missing required arguments: name, query". */
function joinMissing(errors: ErrorBody[]): ErrorBody[] {
  const joined: ErrorBody[] = [];
  for (const error of errors) {
    const { code, name, arguments: missing } = error.extensions ?? {};
    const earlier = joined.find(
      (one) =>
        code === "missingRequiredArguments" &&
        one.extensions?.["code"] === code &&
        JSON.stringify(one.path) === JSON.stringify(error.path),
    );
    if (earlier?.extensions === undefined) {
      joined.push(error);
      continue;
    }
    const all = `${String(earlier.extensions["arguments"])}, ${String(missing)}`;
    earlier.extensions["arguments"] = all;
    earlier.message = `Field '${String(name)}' is missing required arguments: ${all}`;
  }
  return joined;
}

/** "Argument 'sortKey' on Field 'orders' has an invalid value (X). Expected type 'Y'." */
function wordLiteral(words: FaultWords, trail: ASTNode[]): void {
  if (words.extensions["typeName"] !== "Field") return;
  const field = [...trail].reverse().find((step) => step.kind === "Field");
  const argument = [...trail].reverse().find((step) => step.kind === "ObjectField" || step.kind === "Argument");
  if (field?.kind !== "Field" || argument === undefined) return;
  const name = stepName(argument)[0] ?? "";
  words.message = words.message.replace("Argument has", `Argument '${name}' on Field '${field.name.value}' has`);
  words.extensions["argumentName"] = name;
}

function trailTo(target: ASTNode, document: DocumentNode): ASTNode[] {
  let found: ASTNode[] = [];
  const open: ASTNode[] = [];
  visit(document, {
    enter(node) {
      open.push(node);
      if (node === target) found = [...open];
    },
    leave() {
      open.pop();
    },
  });
  return found;
}

function stepName(node: ASTNode): string[] {
  switch (node.kind) {
    case "OperationDefinition":
      return [node.name === undefined ? node.operation : `${node.operation} ${node.name.value}`];
    case "FragmentDefinition":
      return [`fragment ${node.name.value}`];
    case "InlineFragment":
      return [node.typeCondition === undefined ? "..." : `... on ${node.typeCondition.name.value}`];
    case "Field":
      return [node.alias?.value ?? node.name.value];
    case "Argument":
    case "ObjectField":
      return [node.name.value];
    default:
      return [];
  }
}

/** An id in the query's text must be a global id, as an id in a variable must. */
function globalIdsInLiterals(context: ValidationContext): ASTVisitor {
  const types = new TypeInfo(context.getSchema());
  return visitWithTypeInfo(types, {
    StringValue(node) {
      const type = types.getInputType();
      if (type == null || getNamedType(type).name !== "ID" || node.value.startsWith("gid://")) return;
      context.reportError(new GraphQLError(`Invalid global id '${node.value}'`, { nodes: node }));
    },
  });
}
