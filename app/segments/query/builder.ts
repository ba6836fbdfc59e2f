// The other face of a query: groups, and clauses as rows of what is asked, how, and with which values. A model that was
// read from a query is written as the same query.
import type { Catalogue } from "../attribute.ts";
import { type Clause, type Group, isGroup, type Negation, type Param, type Query } from "./ast.ts";
import { operatorOf, readQuery, valuesOf } from "./check.ts";
import { formatLiteral } from "./format.ts";

/** Values are literals as the query says them: none for IS NULL, two for BETWEEN, any number for IN, otherwise one. */
export type BuilderParam = { name: string; operator: string; values: string[] };
/** `params` are those of a function, which has no values of its own. */
export type BuilderClause = BuilderParam & { kind: "clause"; params: BuilderParam[] };
export type BuilderGroup = { kind: "group"; join: "and" | "or"; negated: boolean; items: BuilderItem[] };
export type BuilderItem = BuilderClause | BuilderGroup;

/** Why a query is shown as text only. */
export type Unshown = "faulty" | "too_deep" | "too_large" | "list_too_long" | "line_break";
export type Built = { ok: true; root: BuilderGroup } | { ok: false; reason: Unshown };

export const DEEPEST = 5;
const MOST_CLAUSES = 60;
export const LONGEST_LIST = 30;

export const emptyGroup = (): BuilderGroup => ({ kind: "group", join: "and", negated: false, items: [] });

/** A blank text is an empty group. */
export function readBuilder(text: string, catalogue: Catalogue): Built {
  if (text.trim() === "") return { ok: true, root: emptyGroup() };
  const read = readQuery(text, catalogue);
  if (!read.ok) return { ok: false, reason: "faulty" };
  const root = groupOf(read.query);
  const reason = whyUnshown(root);
  return reason ? { ok: false, reason } : { ok: true, root };
}

const groupOf = (query: Query): BuilderGroup => {
  const item = itemOf(query);
  return item.kind === "group" ? item : { ...emptyGroup(), items: [item] };
};

function itemOf(query: Query): BuilderItem {
  if (isGroup(query)) return { kind: "group", join: query.kind, negated: false, items: query.operands.map(itemOf) };
  return query.kind === "not" ? negationOf(query) : clauseOf(query);
}

/** What is denied is one group: its own where it is one, else a group of the one thing. */
function negationOf({ operand }: Negation): BuilderGroup {
  const items = isGroup(operand) ? operand.operands.map(itemOf) : [itemOf(operand)];
  const join: Group["kind"] = isGroup(operand) ? operand.kind : "and";
  return { kind: "group", join, negated: true, items };
}

const clauseOf = (clause: Clause): BuilderClause => ({
  kind: "clause",
  name: clause.name.text,
  operator: operatorOf(clause),
  values: valuesOf(clause).map(formatLiteral),
  params: clause.kind === "matches" ? clause.params.map(paramOf) : [],
});

const paramOf = ({ name, test }: Param): BuilderParam => ({
  name: name.text,
  operator: operatorOf(test),
  values: valuesOf(test).map(formatLiteral),
});

function whyUnshown(root: BuilderGroup): Unshown | null {
  const clauses = clausesIn(root);
  const valued = clauses.flatMap((clause) => [clause, ...clause.params]);
  if (depthOf(root) > DEEPEST) return "too_deep";
  if (clauses.length > MOST_CLAUSES) return "too_large";
  if (valued.some(({ values }) => values.length > LONGEST_LIST)) return "list_too_long";
  return valued.some(({ values }) => values.some((value) => /[\n\r]/.test(value))) ? "line_break" : null;
}

const depthOf = (item: BuilderItem): number =>
  item.kind === "clause" ? 0 : 1 + Math.max(0, ...item.items.map(depthOf));

export const clausesIn = (item: BuilderItem): BuilderClause[] =>
  item.kind === "clause" ? [item] : item.items.flatMap(clausesIn);

type Written = { text: string; binds: "clause" | "not" | "and" | "or" };

/** The query in one line; groups without anything in them are left out. A value that is missing leaves its gap. */
export const writeBuilder = (root: BuilderGroup): string => write(root)?.text ?? "";

function write(item: BuilderItem): Written | null {
  if (item.kind === "clause") return { text: writeClause(item), binds: "clause" };
  const parts = item.items.map(write).filter((part) => part !== null);
  const [first, ...others] = parts;
  if (!first) return null;
  const inner: Written = others.length === 0 ? first : { text: joined(parts, item.join), binds: item.join };
  if (!item.negated) return inner;
  return { text: inner.binds === "clause" ? `NOT ${inner.text}` : `NOT (${inner.text})`, binds: "not" };
}

// AND binds tighter, so only a group of the same or the looser kind needs its parentheses.
function joined(parts: Written[], join: BuilderGroup["join"]): string {
  const loose = join === "and" ? ["and", "or"] : ["or"];
  const texts = parts.map(({ text, binds }) => (loose.includes(binds) ? `(${text})` : text));
  return texts.join(join === "and" ? " AND " : " OR ");
}

function writeClause(clause: BuilderClause): string {
  if (!clause.operator.endsWith("MATCHES")) return writeTest(clause);
  return `${clause.name} ${clause.operator} (${clause.params.map(writeTest).join(", ")})`;
}

function writeTest({ name, operator, values }: BuilderParam): string {
  if (operator.endsWith("NULL")) return `${name} ${operator}`;
  if (operator.endsWith("IN")) return `${name} ${operator} (${values.join(", ")})`;
  return `${name} ${operator} ${values.join(" AND ")}`;
}
