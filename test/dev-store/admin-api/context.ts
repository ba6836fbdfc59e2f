// What every resolver is given, and how resolvers are written: a table of plain functions per type of the schema.

import type { DocumentNode, ExecutionResult, GraphQLResolveInfo } from "graphql";
import type { ShopState, Store } from "../model.ts";

export type SearchWarning = { path: string[]; query: string; parsed: unknown; warnings: unknown[] };

export type Context = {
  store: Store;
  shop: ShopState;
  /** The numeric id of the app that asks; it stands in its reserved namespaces. */
  appId: string;
  scopes: ReadonlySet<string>;
  /** In a bulk operation a connection needs no `first` and gives the part of its list that is due; else null. */
  bulk: { window: BulkWindow } | null;
  searchWarnings: SearchWarning[];
  /** The resource of a global id, null where there is none. */
  node(context: Context, id: string): object | null;
  /** Executes a document under another context: bulk operations do. */
  run(context: Context, document: DocumentNode, variables: Record<string, unknown>): ExecutionResult;
};

/**
 * The part of the top connection that one step of a bulk operation exports; nested ones are exported whole.
 * `pending` until the top connection was cut; null where the top field is no connection.
 */
export type BulkWindow = { pending: boolean; from: number; size: number; total: number } | null;

/** Declared with `never`, so that a table may hold resolvers of any source and arguments without a cast. */
export type Resolver = (source: never, args: never, context: Context, info: GraphQLResolveInfo) => unknown;
export type Fields = Record<string, Resolver>;

/** Scopes include what they imply: who may write may read. */
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
