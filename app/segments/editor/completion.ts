// What may come next at the end of a text, from the catalogue alone.
import type { AttributeShape, Catalogue, FunctionShape, ListType, ValueType } from "../attribute.ts";
import { operatorsOf, PARAM_OPERATORS, typesOf } from "../query/check.ts";
import { type Token, tokenize } from "../query/tokenize.ts";

export type Proposal = {
  text: string;
  kind: "attribute" | "function" | "parameter" | "operator" | "value" | "keyword";
  /** Key of a locale file. */
  label?: string;
};
export type Proposals = { from: number; list: Proposal[] };

const FUNCTION_OPERATORS = ["MATCHES (", "NOT MATCHES (", "MATCHES ()", "NOT MATCHES ()"];
const DATES = ["today", "yesterday", "-7d", "-30d", "-90d", "-12m", "-1y"];
const operators = (words: readonly string[]): Proposal[] => words.map((text) => ({ text, kind: "operator" }));
const keywords = (words: readonly string[]): Proposal[] => words.map((text) => ({ text, kind: "keyword" }));
const isWord = (token: Token | undefined, ...words: string[]) =>
  token?.kind === "word" && words.includes(token.text.toLowerCase());

/** `text` ends where the cursor is. */
export function proposalsAt(text: string, catalogue: Catalogue): Proposals | null {
  const tokens = tokenize(text).filter((token) => token.kind !== "end");
  const last = tokens.at(-1);
  const open = last?.kind === "junk" && last.text.startsWith("'") ? last : undefined;
  const partial =
    open ?? (last?.end === text.length && (last.kind === "word" || last.kind === "junk") ? last : undefined);
  const before = partial ? tokens.slice(0, -1) : tokens;
  const list = proposalsAfter(before, catalogue);
  if (open) {
    const values = list.filter(({ kind, text: each }) => kind === "value" && each.startsWith("'"));
    return values.length > 0 ? { from: open.start, list: values } : null;
  }
  return list.length > 0 ? { from: partial?.start ?? text.length, list } : null;
}

function proposalsAfter(before: Token[], catalogue: Catalogue): Proposal[] {
  const called = functionAround(before, catalogue);
  if (called) return paramProposals(called.inside, called.shape);
  const last = before.at(-1);
  if (!last || isWord(last, "and", "or", "not") || (last.kind === "mark" && last.text === "(")) {
    const between = isWord(last, "and") && isWord(before.at(-3), "between");
    return between ? valuesFor(shapeBefore(before.slice(0, -3), catalogue)) : names(catalogue);
  }
  if (last.kind === "word") return afterWord(last, before, catalogue);
  if (last.kind === "comparator") return valuesFor(shapeBefore(before.slice(0, -1), catalogue));
  const upper = isWord(before.at(-2), "between");
  return keywords(upper ? ["AND"] : ["AND", "OR"]);
}

function names({ attributes, functions }: Catalogue): Proposal[] {
  const of = (map: Record<string, { label: string }>, kind: "attribute" | "function") =>
    Object.entries(map).map(([text, { label }]): Proposal => ({ text, kind, label }));
  return [...of(attributes, "attribute"), ...of(functions, "function")];
}

function afterWord(word: Token, before: Token[], catalogue: Catalogue): Proposal[] {
  if (isWord(word, "contains", "between")) {
    const negated = isWord(before.at(-2), "not");
    return valuesFor(shapeBefore(before.slice(0, negated ? -2 : -1), catalogue));
  }
  if (isWord(word, "is")) return keywords(["NULL", "NOT NULL"]);
  if (isWord(word, "null", "today", "yesterday", "true", "false")) return keywords(["AND", "OR"]);
  if (Object.hasOwn(catalogue.functions, word.text)) return operators(FUNCTION_OPERATORS);
  const attribute = shapeBefore(before, catalogue);
  return attribute ? operators(operatorsOf(attribute)) : [];
}

function shapeBefore(before: Token[], { attributes }: Catalogue): AttributeShape | undefined {
  const name = before.at(-1);
  return name?.kind === "word" && Object.hasOwn(attributes, name.text) ? attributes[name.text] : undefined;
}

type Valued = { type: ValueType | ListType | readonly ValueType[]; values?: readonly string[] };

function valuesFor(shape: Valued | undefined): Proposal[] {
  if (!shape) return [];
  if (shape.values) return shape.values.map((value) => ({ text: `'${value}'`, kind: "value" }));
  return shape.type === "date" ? DATES.map((text) => ({ text, kind: "value" })) : [];
}

/** The function whose parentheses are still open, and the tokens within them. */
function functionAround(before: Token[], catalogue: Catalogue): { shape: FunctionShape; inside: Token[] } | null {
  const at = before.findLastIndex((token, index) => {
    const verb = before[index - 1];
    return token.kind === "mark" && token.text === "(" && isWord(verb, "matches", "not_matches");
  });
  if (at === -1) return null;
  const inside = before.slice(at + 1);
  let depth = 1;
  for (const token of inside) {
    if (token.kind === "mark" && token.text === "(") depth += 1;
    if (token.kind === "mark" && token.text === ")") depth -= 1;
    if (depth === 0) return null;
  }
  const name = before[isWord(before[at - 2], "not") ? at - 3 : at - 2];
  const shape = name && Object.hasOwn(catalogue.functions, name.text) ? catalogue.functions[name.text] : undefined;
  return shape ? { shape, inside } : null;
}

function paramProposals(inside: Token[], { params }: FunctionShape): Proposal[] {
  const comma = inside.findLastIndex((token) => token.kind === "mark" && token.text === ",");
  const current = inside.slice(comma + 1);
  const [name, operator] = current;
  if (!name) return Object.entries(params).map(([text, { label }]) => ({ text, kind: "parameter", label }));
  const param = Object.hasOwn(params, name.text) ? params[name.text] : undefined;
  if (!param) return [];
  if (!operator) return operators([...new Set(typesOf(param.type).flatMap((type) => PARAM_OPERATORS[type]))]);
  const last = current.at(-1);
  if (last === operator || isWord(last, "and")) return valuesFor(param);
  return current.length === 3 && isWord(operator, "between") ? keywords(["AND"]) : [];
}
