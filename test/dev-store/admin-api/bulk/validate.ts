// Checks whether a document may run as a bulk operation. Refuses in the recorded words.

import {
  getNamedType,
  GraphQLError,
  isCompositeType,
  isListType,
  isNonNullType,
  Kind,
  parse,
  type DocumentNode,
  type FieldNode,
  type GraphQLOutputType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";
import { parseQuery, syntaxWords } from "../document.ts";
import { adminSchema } from "../schema.ts";

export type BulkFault = { field: string[] | null; message: string; code: string | null };
export type BulkDocument = { document: DocumentNode; operation: OperationDefinitionNode };

const LARGEST_QUERY = 65_535;
const MOST_CONNECTIONS = 5;
const DEEPEST = 2;

type Found = { name: string; depth: number; inList: boolean; nodes: boolean; lacksId: boolean };

/** All connections within a selection, with the facts about their place that the rules need. */
function connectionsIn(set: SelectionSetNode, typeName: string, document: DocumentNode): Found[] {
  const found: Found[] = [];
  walk(set, typeName, { depth: 0, inList: false });
  return found;

  function walk(inner: SelectionSetNode, parentName: string, place: { depth: number; inList: boolean }): void {
    const parent = adminSchema().schema.getType(parentName);
    if (!isCompositeType(parent)) return;
    for (const selection of inner.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        walk(selection.selectionSet, selection.typeCondition?.name.value ?? parentName, place);
      } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = document.definitions.find(
          (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === selection.name.value,
        );
        if (fragment?.kind === Kind.FRAGMENT_DEFINITION) {
          walk(fragment.selectionSet, fragment.typeCondition.name.value, place);
        }
      } else if (selection.selectionSet !== undefined && "getFields" in parent) {
        const type = parent.getFields()[selection.name.value]?.type;
        if (type !== undefined) field(selection, selection.selectionSet, type, place);
      }
    }
  }

  function field(
    node: FieldNode,
    set: SelectionSetNode,
    type: GraphQLOutputType,
    place: { depth: number; inList: boolean },
  ): void {
    const name = getNamedType(type).name;
    if (!name.endsWith("Connection")) {
      const edges = name.endsWith("Edge");
      const list = isListType(isNonNullType(type) ? type.ofType : type);
      return walk(set, name, { ...place, inList: place.inList || (list && !edges) });
    }
    const depth = place.depth + 1;
    const at = found.length;
    const usesNodes = set.selections.some((one) => one.kind === Kind.FIELD && one.name.value === "nodes");
    found.push({ name: node.name.value, depth, inList: place.inList, nodes: usesNodes, lacksId: false });
    walk(set, name, { depth, inList: false });
    const entry = found[at];
    if (entry !== undefined && found.length > at + 1) entry.lacksId = !selectsId(set);
  }
}

function selectsId(connection: SelectionSetNode): boolean {
  for (const edges of connection.selections) {
    if (edges.kind !== Kind.FIELD || edges.selectionSet === undefined) continue;
    for (const node of edges.selectionSet.selections) {
      if (node.kind !== Kind.FIELD || node.name.value !== "node") continue;
      const fields = node.selectionSet?.selections ?? [];
      if (fields.some((one) => one.kind === Kind.FIELD && one.name.value === "id" && one.alias === undefined))
        return true;
      return fields.some((one) => one.kind === Kind.FRAGMENT_SPREAD);
    }
  }
  return false;
}

export function checkBulkQuery(text: string): BulkDocument | { faults: BulkFault[] } {
  const fault = (message: string): BulkFault => ({ field: ["query"], message, code: "INVALID" });
  const bytes = Buffer.byteLength(text);
  if (bytes > LARGEST_QUERY) {
    return { faults: [fault(`Query is too large (${bytes} bytes; maximum is ${LARGEST_QUERY} bytes)`)] };
  }
  const read = readDocument(text);
  if (typeof read === "string") return { faults: [fault(`Invalid bulk query: ${read}`)] };
  if (read.operation.operation !== "query") {
    return { faults: [fault("Invalid operation type. Only `query` operations are supported.")] };
  }
  const parsed = parseQuery(text);
  if ("errors" in parsed) return { faults: [fault(`Invalid bulk query: ${parsed.errors[0]?.message ?? ""}`)] };
  const messages = queryRules(read);
  return messages.length > 0 ? { faults: messages.map(fault) } : read;
}

function queryRules({ document, operation }: BulkDocument): string[] {
  const messages: string[] = [];
  const roots = operation.selectionSet.selections.flatMap((one) => (one.kind === Kind.FIELD ? [one.name.value] : []));
  for (const root of roots) {
    if (root === "node" || root === "nodes")
      messages.push(`Bulk queries cannot contain a top level \`${root}\` field.`);
  }
  if (operation.selectionSet.selections.length !== 1) messages.push("Bulk queries must have a single top level field.");
  const found = connectionsIn(operation.selectionSet, "QueryRoot", document);
  if (found.length === 0) messages.push("Bulk queries must contain at least one connection.");
  if (found.length > MOST_CONNECTIONS) {
    messages.push(`Bulk queries cannot contain more than ${MOST_CONNECTIONS} connections.`);
  }
  if (found.some((one) => one.depth > DEEPEST)) {
    messages.push(`Bulk queries cannot contain connections with a nesting depth greater than ${DEEPEST}.`);
  }
  const viaNodes = found.filter((one) => one.nodes).map((one) => one.name);
  if (viaNodes.length > 0) messages.push(nodesWords(viaNodes));
  const withoutId = found.filter((one) => one.lacksId).map((one) => one.name);
  if (withoutId.length > 0) messages.push(idWords(withoutId));
  if (found.some((one) => one.inList)) {
    messages.push("Queries that contain a connection field within a list field are not currently supported.");
  }
  return messages;
}

function nodesWords(names: string[]): string {
  const example = `${names[0] ?? ""} { edges { node {`;
  return (
    `All connection fields in a bulk query must select their contents using 'edges' > 'node', e.g: '${example}'. ` +
    `Selecting via 'nodes' is not supported. Invalid connection fields: '${names.join("', '")}'.`
  );
}

function idWords(names: string[]): string {
  return (
    "The parent 'node' field for a nested connection must select the 'id' field without an alias and must be of 'ID' " +
    `return type. Connection fields without 'id': ${names.join(", ")}.`
  );
}

export function checkBulkMutation(text: string): BulkDocument | { faults: BulkFault[] } {
  const whole = (message: string): { faults: BulkFault[] } => ({
    faults: [{ field: null, message, code: "INVALID_MUTATION" }],
  });
  const inside = (message: string): { faults: BulkFault[] } => ({
    faults: [{ field: ["mutation"], message, code: null }],
  });
  const read = readDocument(text);
  if (typeof read === "string") return whole(`Failed to parse the mutation - ${read}`);
  if (read.operation.operation !== "mutation") {
    return whole("Invalid operation type. Only `mutation` operations are supported.");
  }
  const fields = read.operation.selectionSet.selections;
  if (fields.length !== 1) return inside("You must specify a single top level mutation.");
  const [root] = fields;
  if (root?.kind === Kind.FIELD && root.name.value.startsWith("bulkOperation")) {
    return inside("You must use an allowed mutation name.");
  }
  const parsed = parseQuery(text);
  if ("errors" in parsed) return whole(parsed.errors[0]?.message ?? "");
  const found = connectionsIn(read.operation.selectionSet, "Mutation", read.document);
  return found.length > 1 ? inside("Bulk mutations cannot contain more than 1 connection.") : read;
}

/** The document, or the syntax error: "syntax error, unexpected end of file at [1, 21]". */
function readDocument(text: string): BulkDocument | string {
  if (text.trim() === "") return "syntax error, unexpected end of file";
  try {
    const document = parse(text);
    const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
    return operation?.kind === Kind.OPERATION_DEFINITION ? { document, operation } : "no operation";
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return syntaxWords(error, error.locations?.[0] ?? { line: 1, column: 1 });
  }
}
