// What resolvers get, and the form of resolvers: a table of plain functions for each type of the schema.

import type { DocumentNode, ExecutionResult, GraphQLResolveInfo } from "graphql";
import type { ShopState, Store } from "../model.ts";

export type SearchWarning = { path: string[]; query: string; parsed: unknown; warnings: unknown[] };

export type Context = {
  store: Store;
  shop: ShopState;
  /** The numeric id of the requesting app, as in its reserved namespaces. */
  appId: string;
  scopes: ReadonlySet<string>;
  /** Set in a bulk operation: a connection then needs no `first` and returns the next part of its list. */
  bulk: { window: BulkWindow } | null;
  searchWarnings: SearchWarning[];
  /** The resource of a global id. Null: there is none. */
  node(context: Context, id: string): object | null;
  /** Executes a document with another context. Bulk operations use this. */
  run(context: Context, document: DocumentNode, variables: Record<string, unknown>): ExecutionResult;
};

/**
 * The part of the top connection that one step of a bulk operation exports. Nested connections are exported whole. `pending`: the
 * top connection was not read yet. Null: the top field is not a connection.
 */
export type BulkWindow = { pending: boolean; from: number; size: number; total: number } | null;

/** Typed with `never`, so that a table can hold resolvers of any source and arguments without a cast. */
export type Resolver = (source: never, args: never, context: Context, info: GraphQLResolveInfo) => unknown;
export type Fields = Record<string, Resolver>;

/** The granted scopes and the scopes that they include: a write scope includes its read scope. */
export function allScopes(granted: readonly string[]): Set<string> {
  const scopes = new Set(granted);
  for (const scope of granted) if (scope.startsWith("write_")) scopes.add(scope.replace("write_", "read_"));
  return scopes;
}

/** An app without `read_all_orders` sees the orders of the last 60 days. */
export function orderHorizon(context: Context): string | null {
  if (context.scopes.has("read_all_orders")) return null;
  return new Date(context.store.clock.now().getTime() - 60 * 86_400_000).toISOString();
}
