// The cost of a query in points. An object costs 1, a mutation 10 with the object it returns, a count 10, scalars and money
// nothing. A connection costs 2, and its nodes count twice the natural logarithm of the page size, rounded down. Shopify does not
// document the last rule: it is derived from recorded answers of the real API, which parity.test.ts compares.

import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  valueFromASTUntyped,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";
import { adminSchema } from "./schema.ts";

export type Costing = {
  /** True if an answer is priced: fields that are null in the answer cost nothing more. */
  answered?: boolean;
  fragments: Record<string, FragmentDefinitionNode>;
  variables: Record<string, unknown>;
};

const FREE = new Set(["MoneyBag", "MoneyV2", "PageInfo", "Count"]);
/** Found by trial: with this factor a page that is not full costs what the recorded answers say. */
const PART_PAGE = 0.198;
/** Fields that cost nothing beyond their parent, as recorded. */
const FREE_FIELDS = new Set(["Customer.defaultAddress"]);

type Visit = (field: FieldNode, parent: GraphQLCompositeType, type: GraphQLNamedType, value: unknown) => number;

/** Without an answer: the most that the query may cost. With an answer: what it did cost. */
export function queryCost(operation: OperationDefinitionNode, texts: Costing, data?: unknown): number {
  const costing = { ...texts, answered: data !== undefined };
  const root = adminSchema().schema.getRootType(operation.operation);
  if (root == null) return 0;
  const ofField: Visit = (...field) => costOfField(costing, ...field);
  const ofMutation: Visit = (field, _parent, payload, value) =>
    10 +
    costOfChildren(costing, field, payload, value, (child, _type, type, inner) =>
      costOfChildren(costing, child, type, inner, ofField),
    );
  return costOfSet(
    costing,
    operation.selectionSet,
    root,
    data,
    operation.operation === "mutation" ? ofMutation : ofField,
  );
}

function costOfSet(
  costing: Costing,
  set: SelectionSetNode,
  parent: GraphQLCompositeType,
  value: unknown,
  visit: Visit,
): number {
  let own = 0;
  let highest = 0;
  for (const selection of set.selections) {
    if (isLeftOut(selection.directives ?? [], costing.variables)) continue;
    if (selection.kind === "Field") {
      own += visit(selection, parent, fieldType(parent, selection), valueAt(value, selection));
      continue;
    }
    const fragment = selection.kind === "FragmentSpread" ? costing.fragments[selection.name.value] : selection;
    const condition = fragment?.typeCondition?.name.value;
    const type = condition === undefined ? parent : adminSchema().schema.getType(condition);
    if (fragment === undefined || !isCompositeType(type)) continue;
    const cost = costOfSet(costing, fragment.selectionSet, type, value, visit);
    if (isAbstractType(parent) && isObjectType(type)) highest = Math.max(highest, cost);
    else own += cost;
  }
  return own + highest;
}

/** Only connections are multiplied. Of a list, the most expensive item counts once. */
function costOfChildren(
  costing: Costing,
  field: FieldNode,
  type: GraphQLNamedType,
  value: unknown,
  visit: Visit,
): number {
  const set = field.selectionSet;
  if (set === undefined || !isCompositeType(type) || (costing.answered === true && value === null)) return 0;
  if (!Array.isArray(value)) return costOfSet(costing, set, type, value, visit);
  return Math.max(0, ...value.map((item) => costOfSet(costing, set, type, item, visit)));
}

function costOfField(
  costing: Costing,
  field: FieldNode,
  parent: GraphQLCompositeType,
  type: GraphQLNamedType,
  value: unknown,
): number {
  if (field.selectionSet === undefined || !isCompositeType(type)) return 0;
  if (type.name.endsWith("Connection")) return costOfConnection(costing, field, type, value);
  if (type.name === "Count" && parent.name === "QueryRoot") return 10;
  if (FREE.has(type.name) || FREE_FIELDS.has(`${parent.name}.${field.name.value}`)) return 0;
  if (type.name.endsWith("UserError")) return 0;
  return 1 + costOfChildren(costing, field, type, value, (...inner) => costOfField(costing, ...inner));
}

function costOfConnection(costing: Costing, field: FieldNode, type: GraphQLCompositeType, value: unknown): number {
  const held = sizeOf(value);
  // As recorded, an empty page costs as much as a full one.
  if (costing.answered === true && held === 0 && value !== null) {
    return costOfConnection({ ...costing, answered: false }, field, type, null);
  }
  const ofField: Visit = (...inner) => costOfField(costing, ...inner);
  const perNode = costOfChildren(costing, field, type, value, (inner, _parent, innerType, innerValue) => {
    const name = inner.name.value;
    if (name !== "nodes" && name !== "edges") return 0;
    return (name === "nodes" ? 1 : 0) + costOfChildren(costing, inner, innerType, innerValue, ofField);
  });
  const asked = pageSize(costing, field, "first") ?? pageSize(costing, field, "last") ?? 0;
  const whole = asked === 0 ? 0 : perNode * Math.max(1, Math.floor(2 * Math.log(asked)));
  if (held === 0 || held >= asked) return 2 + whole;
  return 2 + Math.max(perNode, Math.ceil((whole * held) / asked - PART_PAGE));
}

function pageSize(costing: Costing, field: FieldNode, name: string): number | null {
  const found = field.arguments?.find((one) => one.name.value === name);
  const value = found === undefined ? null : valueFromASTUntyped(found.value, costing.variables);
  return typeof value === "number" ? value : null;
}

function fieldType(parent: GraphQLCompositeType, field: FieldNode): GraphQLNamedType {
  const { schema } = adminSchema();
  const fields = "getFields" in parent ? parent.getFields() : {};
  if (field.name.value === "__type") return schema.getType("__Type") ?? parent;
  const type = fields[field.name.value]?.type;
  return type === undefined ? (schema.getType("String") ?? parent) : getNamedType(type);
}

function valueAt(value: unknown, field: FieldNode): unknown {
  if (typeof value !== "object" || value === null) return null;
  return Reflect.get(value, field.alias?.value ?? field.name.value) ?? null;
}

/** The number of nodes of a connection in the answer. */
function sizeOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  for (const name of ["nodes", "edges"]) {
    const list: unknown = Reflect.get(value, name);
    if (Array.isArray(list)) return list.length;
  }
  return 0;
}

function isLeftOut(directives: readonly DirectiveNode[], variables: Record<string, unknown>): boolean {
  return directives.some((directive) => {
    const condition = directive.arguments?.find((one) => one.name.value === "if");
    if (condition === undefined) return false;
    const holds = valueFromASTUntyped(condition.value, variables) === true;
    return directive.name.value === "skip" ? holds : directive.name.value === "include" && !holds;
  });
}
