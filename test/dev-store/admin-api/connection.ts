// Pages of a sorted list: cursors, first/last/after/before, and the schema's connection.

import type { BulkWindow, Context } from "./context.ts";
import { badRequest } from "./refusal.ts";

export type PageArgs = {
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
  reverse?: boolean | null;
};

export type Edge<Item> = { cursor: string; node: Item };
export type Connection<Item> = {
  edges: Edge<Item>[];
  nodes: Item[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  totalCount: number;
};

/** The order of a list. Ties are sorted by id, so that a cursor stays valid while rows are added and removed. */
export type Order<Item> = { id(item: Item): string; value(item: Item): string | number | bigint };

type Position = { last_id: string; last_value: string };

export function connect<Item>(
  context: Context,
  items: Item[],
  args: PageArgs,
  order: Order<Item>,
  maximum = 250,
): Connection<Item> {
  const sorted = [...items].sort((a, b) => compareKeys(order, a, b));
  if (args.reverse === true) sorted.reverse();
  if (context.bulk !== null) return cut(context.bulk.window, sorted, order);
  checkSize(args, maximum);
  let from = 0;
  let to = sorted.length;
  const direction = args.reverse === true ? -1 : 1;
  if (args.after != null) {
    const position = readCursor(args.after);
    from = sorted.findIndex((item) => compareTo(order, item, position) * direction > 0);
    if (from < 0) from = sorted.length;
  }
  if (args.before != null) {
    const position = readCursor(args.before);
    const at = sorted.findIndex((item) => compareTo(order, item, position) * direction >= 0);
    if (at >= 0) to = at;
  }
  if (args.first != null) to = Math.min(to, from + args.first);
  else if (args.last != null) from = Math.max(from, to - args.last);
  return slice(sorted, from, Math.max(from, to), order);
}

/** For short lists with an order of their own, such as the line items of an order. */
export function connectInOrder<Item extends { id: string }>(
  context: Context,
  items: Item[],
  args: PageArgs,
): Connection<Item> {
  const places = new Map(items.map((item, index) => [item, index]));
  return connect(context, items, args, { id: (item) => item.id, value: (item) => places.get(item) ?? 0 });
}

export function mapConnection<From, To>(connection: Connection<From>, map: (item: From) => To): Connection<To> {
  const edges = connection.edges.map(({ cursor, node }) => ({ cursor, node: map(node) }));
  return { ...connection, edges, nodes: edges.map((edge) => edge.node) };
}

function cut<Item>(window: BulkWindow, sorted: Item[], order: Order<Item>): Connection<Item> {
  if (window?.pending !== true) return slice(sorted, 0, sorted.length, order);
  window.pending = false;
  window.total = sorted.length;
  return slice(sorted, Math.min(window.from, sorted.length), Math.min(window.from + window.size, sorted.length), order);
}

function slice<Item>(sorted: Item[], from: number, to: number, order: Order<Item>): Connection<Item> {
  const nodes = sorted.slice(from, to);
  const edges = nodes.map((node) => ({ cursor: writeCursor(order, node), node }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: to < sorted.length,
      hasPreviousPage: from > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: sorted.length,
  };
}

function checkSize(args: PageArgs, maximum: number): void {
  if (args.first == null && args.last == null) throw badRequest("you must provide one of first or last");
  if (args.first != null && args.last != null) throw badRequest("providing both first and last is not supported");
  const name = args.first == null ? "last" : "first";
  const size = args.first ?? args.last ?? 0;
  if (size < 0) throw badRequest(`${name} cannot be negative`);
  if (size > maximum) throw badRequest(`${name} cannot exceed ${maximum}`);
}

function writeCursor<Item>(order: Order<Item>, item: Item): string {
  const position: Position = { last_id: order.id(item), last_value: String(order.value(item)) };
  return Buffer.from(JSON.stringify(position)).toString("base64");
}

function readCursor(cursor: string): Position {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64").toString("utf8"));
    if (typeof value === "object" && value !== null && "last_id" in value && "last_value" in value) {
      return { last_id: String(value.last_id), last_value: String(value.last_value) };
    }
  } catch {
    // The cursor is not one of ours, so it is refused below.
  }
  throw badRequest("Invalid cursor for current pagination sort.");
}

function compareTo<Item>(order: Order<Item>, item: Item, position: Position): number {
  const value = order.value(item);
  const other = typeof value === "string" ? position.last_value : toNumber(position.last_value);
  return compareValues(value, other) || compareIds(order.id(item), position.last_id);
}

function toNumber(text: string): number | bigint {
  return /^-?\d+$/.test(text) ? BigInt(text) : Number(text);
}

function compareKeys<Item>(order: Order<Item>, a: Item, b: Item): number {
  return compareValues(order.value(a), order.value(b)) || compareIds(order.id(a), order.id(b));
}

function compareValues(a: string | number | bigint, b: string | number | bigint): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

/** Ids are numbers beyond 2^53 written as text, so the longer one is the greater. */
export function compareIds(a: string, b: string): number {
  return a.length - b.length || compareValues(a, b);
}
