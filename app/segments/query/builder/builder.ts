// The segment builder's model of a query: groups of rows, each with a name, an operator and values. Reading a query and
// writing it again gives an equal query.
import type { Catalogue } from "../../attribute.ts";
import { type Clause, type Group, isGroup, type Negation, type Param, type Query } from "../grammar/ast.ts";
import { operatorOf, readQuery, valuesOf } from "../check.ts";
import { formatLiteral } from "../grammar/format.ts";

/** Values are literals as the query writes them: none for IS NULL, two for BETWEEN, any number for IN, otherwise one. */
export type BuilderParam = { name: string; operator: string; values: string[] };
/** A function has `params` and no values; an attribute has values and no `params`. */
export type BuilderClause = BuilderParam & { kind: "clause"; params: BuilderParam[] };
export type BuilderGroup = { kind: "group"; join: "and" | "or"; negated: boolean; items: BuilderItem[] };
export type BuilderItem = BuilderClause | BuilderGroup;

/** Why the builder cannot show a query. */
export type Unshown = "faulty" | "too_deep" | "too_large" | "list_too_long" | "line_break";
export type Built = { ok: true; root: BuilderGroup } | { ok: false; reason: Unshown };

export const MAX_BUILDER_DEPTH = 5;
const MAX_BUILDER_CLAUSES = 60;
export const MAX_BUILDER_LIST = 30;

export const emptyGroup = (): BuilderGroup => ({ kind: "group", join: "and", negated: false, items: [] });

/** Reads a query into the builder's model. A blank text is an empty group. */
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

/** NOT becomes a negated group: the operand itself where the operand is a group, otherwise a group of the operand alone. */
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
  if (depthOf(root) > MAX_BUILDER_DEPTH) return "too_deep";
  if (clauses.length > MAX_BUILDER_CLAUSES) return "too_large";
  if (valued.some(({ values }) => values.length > MAX_BUILDER_LIST)) return "list_too_long";
  return valued.some(({ values }) => values.some((value) => /[\n\r]/.test(value))) ? "line_break" : null;
}

const depthOf = (item: BuilderItem): number =>
  item.kind === "clause" ? 0 : 1 + Math.max(0, ...item.items.map(depthOf));

export const clausesIn = (item: BuilderItem): BuilderClause[] =>
  item.kind === "clause" ? [item] : item.items.flatMap(clausesIn);

type Written = { text: string; binds: "clause" | "not" | "and" | "or" };

/** Writes the query in one line. Empty groups are left out. A missing value is written as an empty text. */
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

// A group within AND needs parentheses; within OR only an OR group does, since AND binds tighter.
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
