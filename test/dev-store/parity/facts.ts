// Reads a recorded answer with its query: each object's type and fields, by the schema's names instead of aliases.

import {
  getNamedType,
  isCompositeType,
  isObjectType,
  valueFromASTUntyped,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";
import { parseGid } from "../admin-api/gid.ts";
import { adminSchema } from "../admin-api/schema.ts";

export type Facts = { type: string; args: Record<string, unknown>; fields: Map<string, Fact> };
export type Fact = Facts | Facts[] | string[] | string | number | boolean | null;

/** Null if the answer does not belong to the query: a requested field is missing. */
export function readFacts(document: DocumentNode, variables: Record<string, unknown>, data: unknown): Facts | null {
  const operation = document.definitions.find((one) => one.kind === "OperationDefinition");
  const fragments = new Map(
    document.definitions.flatMap((one) => (one.kind === "FragmentDefinition" ? [[one.name.value, one]] : [])),
  );
  if (operation === undefined) throw new Error("A recording without an operation.");
  const reader = new Reader(fragments, variables);
  const facts = reader.root(operation, data);
  return reader.complete ? facts : null;
}

class Reader {
  complete = true;
  private readonly fragments: Map<string, FragmentDefinitionNode>;
  private readonly variables: Record<string, unknown>;

  constructor(fragments: Map<string, FragmentDefinitionNode>, variables: Record<string, unknown>) {
    this.fragments = fragments;
    this.variables = variables;
  }

  root(operation: OperationDefinitionNode, data: unknown): Facts {
    const facts: Facts = { type: "QueryRoot", args: {}, fields: new Map() };
    this.whole(operation.selectionSet, data);
    this.fill(facts, operation.selectionSet, data);
    return facts;
  }

  private fill(facts: Facts, set: SelectionSetNode, data: unknown): void {
    if (typeof data !== "object" || data === null) return;
    for (const selection of set.selections) {
      if (selection.kind === "Field") {
        this.field(facts, selection, Reflect.get(data, selection.alias?.value ?? selection.name.value));
        continue;
      }
      const fragment = selection.kind === "FragmentSpread" ? this.fragments.get(selection.name.value) : selection;
      const condition = fragment?.typeCondition?.name.value ?? facts.type;
      if (fragment !== undefined && condition === facts.type) this.fill(facts, fragment.selectionSet, data);
    }
  }

  private field(facts: Facts, selection: FieldNode, value: unknown): void {
    if (value === undefined) this.complete = false;
    const type = adminSchema().schema.getType(facts.type);
    const name = selection.name.value;
    const fieldType = isObjectType(type) ? type.getFields()[name]?.type : undefined;
    if (fieldType === undefined || value === undefined) return;
    const args = Object.fromEntries(
      (selection.arguments ?? []).map((one) => [one.name.value, valueFromASTUntyped(one.value, this.variables)]),
    );
    const read = this.value(getNamedType(fieldType).name, selection.selectionSet, value, args);
    // A root field may occur several times, with other arguments and aliases.
    facts.fields.set(facts.type === "QueryRoot" ? `${name} ${selection.alias?.value ?? ""}` : name, read);
  }

  /** Checks that the answer has no field that was not requested. */
  private whole(set: SelectionSetNode, data: unknown): void {
    const asked = this.asked(set);
    if (Object.keys(Object(data)).some((key) => !asked.has(key))) this.complete = false;
  }

  /** The names of the selection's fields in the answer. */
  private asked(set: SelectionSetNode): Set<string> {
    const names = new Set<string>();
    for (const selection of set.selections) {
      if (selection.kind === "Field") {
        names.add(selection.alias?.value ?? selection.name.value);
        continue;
      }
      const fragment = selection.kind === "FragmentSpread" ? this.fragments.get(selection.name.value) : selection;
      if (fragment !== undefined) for (const name of this.asked(fragment.selectionSet)) names.add(name);
    }
    return names;
  }

  private value(
    typeName: string,
    set: SelectionSetNode | undefined,
    value: unknown,
    args: Record<string, unknown>,
  ): Fact {
    if (Array.isArray(value)) {
      if (set === undefined) return value.map(String);
      return value.flatMap((item) => {
        const read = this.value(typeName, set, item, args);
        return typeof read === "object" && read !== null && !Array.isArray(read) ? [read] : [];
      });
    }
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
    if (value === null || set === undefined) return null;
    const facts: Facts = { type: concreteType(typeName, value, args), args, fields: new Map() };
    this.whole(set, value);
    this.fill(facts, set, value);
    return facts;
  }
}

/** For an interface or a union, the answer itself or the requested id gives the type. */
function concreteType(typeName: string, value: unknown, args: Record<string, unknown>): string {
  const type = adminSchema().schema.getType(typeName);
  if (!isCompositeType(type) || isObjectType(type) || typeof value !== "object" || value === null) return typeName;
  if ("__typename" in value) return String(value.__typename);
  const id = "id" in value ? value.id : args["id"];
  return parseGid(String(id))?.type ?? typeName;
}
