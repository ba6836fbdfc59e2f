// Runs one query or mutation: parses, checks, prices, throttles and executes it.

import {
  execute,
  getNamedType,
  isAbstractType,
  Kind,
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLResolveInfo,
  type OperationDefinitionNode,
} from "graphql";
import type { Context, Fields } from "./context.ts";
import { queryCost } from "./cost.ts";
import { parseQuery } from "./document.ts";
import { checkInputSizes } from "./input-size.ts";
import { typeNameOf } from "./named.ts";
import { allFields } from "./resolvers.ts";
import { accessDenied, unimplemented, type ErrorBody } from "./refusal.ts";
import { adminSchema } from "./schema.ts";
import { giveBackPoints, MOST_PER_QUERY, takePoints, throttleStatus } from "./throttle.ts";
import { checkVariables } from "./variables.ts";

export type AdminRequest = {
  query: string;
  variables: Record<string, unknown>;
  operationName: string | null;
};
export type AdminAnswer = {
  data?: unknown;
  errors?: (ErrorBody | ExecutionResult["errors"])[] | ExecutionResult["errors"];
  extensions?: Record<string, unknown>;
};

export function answerAdminRequest(context: Context, request: AdminRequest): AdminAnswer {
  const parsed = parseQuery(request.query);
  if ("errors" in parsed) return { errors: parsed.errors };
  const operation = findOperation(parsed.document, request.operationName);
  if (operation === null) return { errors: [{ message: "No operation with that name." }] };
  const faults = checkVariables(operation, request.variables);
  if (faults.length > 0) return { errors: faults };
  const long = checkInputSizes(parsed.document, operation, request.variables);
  if (long.length > 0) return { errors: long };
  return pay(context, parsed.document, operation, request);
}

function pay(
  context: Context,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  request: AdminRequest,
): AdminAnswer {
  const { store, shop } = context;
  const costing = { fragments: fragmentsOf(document), variables: withDefaults(operation, request.variables) };
  const requested = queryCost(operation, costing);
  if (requested > MOST_PER_QUERY) return tooDear(requested);
  const cost = (actual: number | null): Record<string, unknown> => ({
    requestedQueryCost: requested,
    actualQueryCost: actual,
    throttleStatus: throttleStatus(store, shop),
  });
  if (!takePoints(store, shop, requested)) return { errors: [THROTTLED], extensions: { cost: cost(null) } };
  const result = runDocument(context, document, request.variables, operation.name?.value ?? null);
  const actual = Math.min(requested, queryCost(operation, costing, result.data ?? null));
  giveBackPoints(store, shop, requested - actual);
  const search = context.searchWarnings.length === 0 ? {} : { search: context.searchWarnings };
  return {
    ...(result.errors === undefined ? {} : { errors: result.errors }),
    ...(result.data === undefined ? {} : { data: result.data }),
    extensions: { cost: cost(actual), ...search },
  };
}

const THROTTLED: ErrorBody = {
  message: "Throttled",
  extensions: { code: "THROTTLED", documentation: "https://shopify.dev/api/usage/rate-limits" },
};

function tooDear(cost: number): AdminAnswer {
  const message = `Query cost is ${cost}, which exceeds the single query max cost limit (${MOST_PER_QUERY}).

See https://shopify.dev/concepts/about-apis/rate-limits for more information on how the
cost of a query is calculated.

To query larger amounts of data with fewer limits, bulk operations should be used instead.
See https://shopify.dev/tutorials/perform-bulk-operations-with-admin-api for usage details.
`;
  const documentation = "https://shopify.dev/api/usage/rate-limits";
  return {
    errors: [{ message, extensions: { code: "MAX_COST_EXCEEDED", cost, maxCost: MOST_PER_QUERY, documentation } }],
  };
}

/** Executes without a price, because bulk operations are not throttled by points. Synchronous, as all resolvers are. */
export function runDocument(
  context: Context,
  document: DocumentNode,
  variables: Record<string, unknown>,
  operationName: string | null = null,
): ExecutionResult {
  const result = execute({
    schema: adminSchema().schema,
    document,
    contextValue: context,
    variableValues: variables,
    operationName,
    fieldResolver: resolveField,
    typeResolver: (source) => typeNameOf(source),
  });
  if (result instanceof Promise) throw new Error("A resolver of the Admin API is asynchronous.");
  return result;
}

function resolveField(source: unknown, args: unknown, context: Context, info: GraphQLResolveInfo): unknown {
  const { fieldName, parentType } = info;
  guard(context, info);
  const resolver = fieldsOf(parentType.name)[fieldName];
  if (resolver !== undefined) return resolver(source as never, args as never, context, info);
  if (typeof source === "object" && source !== null && fieldName in source) return Reflect.get(source, fieldName);
  throw unimplemented(parentType.name, fieldName);
}

function fieldsOf(typeName: string): Fields {
  return allFields[typeName] ?? {};
}

/** A field itself, its return type, or the type of a connection's nodes may require a scope. */
function guard(context: Context, { fieldName, parentType, returnType }: GraphQLResolveInfo): void {
  const { accessOf } = adminSchema();
  const named = getNamedType(returnType);
  if (isAbstractType(named) && parentType.name !== "QueryRoot") return;
  const typeName = named.name.replace(/Connection$/, "");
  for (const access of [accessOf(parentType.name, fieldName), accessOf(typeName, null)]) {
    if (access === null || access.scopes.some((scope) => context.scopes.has(scope))) continue;
    throw accessDenied(fieldName, access.words);
  }
}

function findOperation(document: DocumentNode, name: string | null): OperationDefinitionNode | null {
  const operations = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (name === null) return operations.length === 1 ? (operations[0] ?? null) : null;
  return operations.find((one) => one.name?.value === name) ?? null;
}

function fragmentsOf(document: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments = document.definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION);
  return Object.fromEntries(fragments.map((one) => [one.name.value, one]));
}

function withDefaults(operation: OperationDefinitionNode, given: Record<string, unknown>): Record<string, unknown> {
  const variables = { ...given };
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    if (variables[variable.name.value] !== undefined || defaultValue === undefined) continue;
    if (defaultValue.kind === Kind.INT) variables[variable.name.value] = Number(defaultValue.value);
    if (defaultValue.kind === Kind.BOOLEAN) variables[variable.name.value] = defaultValue.value;
  }
  return variables;
}
