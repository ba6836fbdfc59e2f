// Filters a list by a search query. An unknown field restricts nothing and gives a warning.

import type { GraphQLResolveInfo } from "graphql";
import { boundedMillionths, toMillionths } from "../../money.ts";
import { addDays, dayAt, startOfDay } from "../../segments/shop-days.ts";
import type { Context } from "../context.ts";
import { parseGid } from "../gid.ts";
import { badRequest } from "../refusal.ts";
import { parseSearch, type SearchNode, type Term } from "./parse.ts";

type Texts = string | null | (string | null)[];
export type Filter<Item> =
  | { type: "id" | "text" | "money" | "number"; of(item: Item): Texts }
  | { type: "word"; of(item: Item): Texts }
  /** `wholeDays`: only the day is compared, as for customers' updated_at. */
  | { type: "time"; of(item: Item): Texts; wholeDays?: boolean }
  | { type: "flag"; of(item: Item): boolean };
export type Filters<Item> = Record<string, Filter<Item>>;

export type Searchable<Item> = { filters: Filters<Item>; words(item: Item): Texts };

export function search<Item>(
  context: Context,
  info: GraphQLResolveInfo,
  items: Item[],
  query: string | null | undefined,
  { filters, words }: Searchable<Item>,
): Item[] {
  if (query == null || query.trim() === "") return items;
  const tree = parseSearch(query);
  warn(context, info, query, tree, filters);
  const test = compile(tree);
  return items.filter(test);

  function compile(node: SearchNode): (item: Item) => boolean {
    if (node.kind === "not") {
      const inner = compile(node.node);
      return (item) => !inner(item);
    }
    if (node.kind === "term") return compileTerm(node);
    const parts = node.nodes.map(compile);
    return node.kind === "or"
      ? (item) => parts.some((part) => part(item))
      : (item) => parts.every((part) => part(item));
  }

  function compileTerm(term: Term): (item: Item) => boolean {
    if (term.field === null) return (item) => listOf(words(item)).some((word) => holds(word, term));
    const filter = filters[term.field];
    if (filter === undefined) return () => true;
    if (filter.type === "flag") {
      const wanted = term.value.toLowerCase() === "true";
      return (item) => filter.of(item) === wanted;
    }
    if (term.value === "*") return (item) => listOf(filter.of(item)).length > 0;
    const match = matcher(context, filter, term);
    return (item) => listOf(filter.of(item)).some(match);
  }
}

function listOf(texts: Texts): string[] {
  return (Array.isArray(texts) ? texts : [texts]).filter((text): text is string => text !== null && text !== "");
}

function matcher<Item>(
  context: Context,
  filter: Exclude<Filter<Item>, { type: "flag" }>,
  term: Term,
): (value: string) => boolean {
  switch (filter.type) {
    case "id":
      return compared(term, BigInt(digitsOf(term.value)), (value) => BigInt(value));
    case "money":
    case "number":
      return compared(term, amountOf(term.value), toMillionths);
    case "time":
      return timeMatcher(context, term, filter.wholeDays === true);
    case "word":
      return (value) => term.value.split(",").some((one) => value.toLowerCase() === one.trim().toLowerCase());
    case "text":
      return (value) => holds(value, term);
  }
}

function digitsOf(text: string): string {
  const id = parseGid(text)?.id ?? text;
  return /^\d+$/.test(id) ? id : "0";
}

function amountOf(text: string): number {
  return /^-?\d+(\.\d+)?$/.test(text) ? boundedMillionths(text) : NaN;
}

function compared<Value extends bigint | number>(
  { comparator }: Term,
  wanted: Value,
  read: (value: string) => Value,
): (value: string) => boolean {
  return (text) => {
    const value = read(text);
    if (comparator === ">") return value > wanted;
    if (comparator === "<") return value < wanted;
    if (comparator === ">=") return value >= wanted;
    if (comparator === "<=") return value <= wanted;
    return value === wanted;
  };
}

/** A date without a time is that whole day in the shop's zone. */
function timeMatcher(context: Context, term: Term, wholeDays: boolean): (value: string) => boolean {
  const { timeZone } = context.shop;
  const named = /^\d{4}-\d\d-\d\d$/.test(term.value);
  const at = term.value === "now" ? context.store.clock.now() : new Date(term.value);
  if (Number.isNaN(at.getTime())) throw badRequest(`Invalid timestamp for query filter \`${term.field ?? ""}\`.`);
  if (!named && !wholeDays) return compared(term, at.getTime(), (value) => Date.parse(value));
  const name = named ? term.value : dayAt(at.getTime(), timeZone);
  const [day, end] = [startOfDay(name, timeZone), startOfDay(addDays(name, 1), timeZone)];
  return (value) => {
    const time = Date.parse(value);
    if (term.comparator === ">=") return time >= day;
    if (term.comparator === ">") return wholeDays ? time >= end : time > day;
    if (term.comparator === "<") return time < day;
    if (term.comparator === "<=") return wholeDays ? time < end : time <= day;
    return time >= day && time < end;
  };
}

/** A quoted value must occur as it is. An unquoted value must be a word, or with a star the start of a word. */
function holds(text: string, { value, quoted }: Term): boolean {
  const [whole, wanted] = [text.toLowerCase(), value.toLowerCase()];
  if (quoted) return whole.includes(wanted);
  const words = [whole, ...whole.split(/[\s@.,_-]+/)];
  if (wanted.endsWith("*")) return words.some((word) => word.startsWith(wanted.slice(0, -1)));
  return words.includes(wanted);
}

function warn<Item>(
  context: Context,
  info: GraphQLResolveInfo,
  query: string,
  tree: SearchNode,
  filters: Filters<Item>,
): void {
  const unknown = termsOf(tree).filter((term) => term.field !== null && filters[term.field] === undefined);
  if (unknown.length === 0) return;
  const first = unknown[0];
  context.searchWarnings.push({
    path: [String(info.path.key)],
    query,
    parsed: { field: first?.field, match_all: first?.value },
    warnings: unknown.map(({ field }) => ({
      field,
      message: "Invalid search field for this query.",
      code: "invalid_field",
    })),
  });
}

function termsOf(node: SearchNode): Term[] {
  if (node.kind === "term") return [node];
  return node.kind === "not" ? termsOf(node.node) : node.nodes.flatMap(termsOf);
}
