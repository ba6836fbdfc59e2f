// Proposals for what may follow at the end of a query's text, from the catalogue.
import type { AttributeShape, Catalogue, FunctionShape, ListType, Named, ValueShape, ValueType } from "../attribute.ts";
import { operatorsOf, PARAM_OPERATORS, typesOf } from "../query/check.ts";
import { quoteText } from "../query/grammar/format.ts";
import type { ValueQuestion } from "../values/value-source.ts";
import { type Token, tokenize } from "../query/grammar/tokenize.ts";

export type Proposal = {
  text: string;
  kind: "attribute" | "function" | "parameter" | "operator" | "value" | "keyword";
  /** Key of a locale file. */
  label?: string;
  /** For a value: the text without its quotes, and how its name is found. */
  called?: { value: string; named: Named };
};
/** `asks`: the shop's own values may follow too. `search` is the part of the value that is already typed. */
export type Proposals = { from: number; list: Proposal[]; asks?: ValueQuestion & { search: string } };
type Next = { list: Proposal[]; asks?: ValueQuestion };

const FUNCTION_OPERATORS = ["MATCHES (", "NOT MATCHES (", "MATCHES ()", "NOT MATCHES ()"];
const DATES = ["today", "yesterday", "-7d", "-30d", "-90d", "-12m", "-1y"];
const operators = (words: readonly string[]): Proposal[] => words.map((text) => ({ text, kind: "operator" }));
const keywords = (words: readonly string[]): Proposal[] => words.map((text) => ({ text, kind: "keyword" }));
const isWord = (token: Token | undefined, ...words: string[]) =>
  token?.kind === "word" && words.includes(token.text.toLowerCase());

const isOpenText = (token: Token | undefined) => token?.kind === "junk" && token.text.startsWith("'");
const isPartial = (token: Token | undefined, end: number) =>
  token?.end === end && (token.kind === "word" || token.kind === "junk");

/** `text` ends at the cursor. Null: nothing to propose. */
export function proposalsAt(text: string, catalogue: Catalogue): Proposals | null {
  const tokens = tokenize(text).filter((token) => token.kind !== "end");
  const last = tokens.at(-1);
  const open = isOpenText(last) ? last : undefined;
  const partial = open ?? (isPartial(last, text.length) ? last : undefined);
  const before = partial ? tokens.slice(0, -1) : tokens;
  const next = proposalsAfter(before, catalogue);
  const quoted = ({ kind, text: each }: Proposal) => kind === "value" && each.startsWith("'");
  const list = open ? next.list.filter(quoted) : next.list;
  if (list.length === 0 && !next.asks) return null;
  const search = (partial?.text ?? "").replace(/^'/, "").replaceAll("\\'", "'");
  return { from: partial?.start ?? text.length, list, ...(next.asks ? { asks: { ...next.asks, search } } : {}) };
}

function proposalsAfter(before: Token[], catalogue: Catalogue): Next {
  const called = functionAround(before, catalogue);
  if (called) return paramProposals(called);
  const last = before.at(-1);
  if (!last || isWord(last, "and", "or", "not") || (last.kind === "mark" && last.text === "(")) {
    const between = isWord(last, "and") && isWord(before.at(-3), "between");
    return between ? valuesOfAttribute(before.at(-4), catalogue) : { list: names(catalogue) };
  }
  if (last.kind === "word") return afterWord(last, before, catalogue);
  if (last.kind === "comparator") return valuesOfAttribute(before.at(-2), catalogue);
  const upper = isWord(before.at(-2), "between");
  return { list: keywords(upper ? ["AND"] : ["AND", "OR"]) };
}

function names({ attributes, functions }: Catalogue): Proposal[] {
  const of = (map: Record<string, { label: string }>, kind: "attribute" | "function") =>
    Object.entries(map).map(([text, { label }]): Proposal => ({ text, kind, label }));
  return [...of(attributes, "attribute"), ...of(functions, "function")];
}

function afterWord(word: Token, before: Token[], catalogue: Catalogue): Next {
  if (isWord(word, "contains", "between")) {
    return valuesOfAttribute(before.at(isWord(before.at(-2), "not") ? -3 : -2), catalogue);
  }
  if (isWord(word, "is")) return { list: keywords(["NULL", "NOT NULL"]) };
  if (isWord(word, "null", "today", "yesterday", "true", "false")) return { list: keywords(["AND", "OR"]) };
  if (Object.hasOwn(catalogue.functions, word.text)) return { list: operators(FUNCTION_OPERATORS) };
  const attribute = attributeOf(word, catalogue);
  return { list: attribute ? operators(operatorsOf(attribute)) : [] };
}

const attributeOf = (name: Token | undefined, { attributes }: Catalogue): AttributeShape | undefined =>
  name?.kind === "word" && Object.hasOwn(attributes, name.text) ? attributes[name.text] : undefined;

function valuesOfAttribute(name: Token | undefined, catalogue: Catalogue): Next {
  const shape = attributeOf(name, catalogue);
  return name && shape ? valuesFor(shape, { attribute: name.text }) : { list: [] };
}

type Valued = ValueShape & { type: ValueType | ListType | readonly ValueType[] };

function valuesFor(shape: Valued, asks: ValueQuestion): Next {
  const { values, named } = shape;
  if (values) {
    const called = (value: string) => (named ? { called: { value, named } } : {});
    return { list: values.map((value) => ({ text: quoteText(value), kind: "value", ...called(value) })) };
  }
  const list = shape.type === "date" ? DATES.map((text): Proposal => ({ text, kind: "value" })) : [];
  return { list, ...(shape.suggests ? { asks } : {}) };
}

type Called = { name: string; shape: FunctionShape; inside: Token[] };

/** The function whose parentheses are still open, and the tokens within them. */
function functionAround(before: Token[], catalogue: Catalogue): Called | null {
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
  return name && shape ? { name: name.text, shape, inside } : null;
}

/** Splits tokens into parameters. A comma within parentheses separates the values of a list. */
function paramsOf(inside: Token[]): Token[][] {
  const params: Token[][] = [[]];
  let depth = 0;
  for (const token of inside) {
    if (token.kind === "mark" && token.text === "(") depth += 1;
    if (token.kind === "mark" && token.text === ")") depth -= 1;
    if (depth === 0 && token.kind === "mark" && token.text === ",") params.push([]);
    else params.at(-1)?.push(token);
  }
  return params;
}

/** The values of the parameters that are set by =. */
function valuesSetByEquals(params: Token[][]): Record<string, string> {
  return Object.fromEntries(
    params.flatMap(([name, operator, value]) =>
      name && operator?.text === "=" && value?.kind === "string" ? [[name.text, value.value]] : [],
    ),
  );
}

function paramProposals({ name: attribute, shape: { params }, inside }: Called): Next {
  const all = paramsOf(inside);
  const current = all.at(-1) ?? [];
  const [name, operator] = current;
  if (!name) return { list: Object.entries(params).map(([text, { label }]) => ({ text, kind: "parameter", label })) };
  const param = Object.hasOwn(params, name.text) ? params[name.text] : undefined;
  if (!param) return { list: [] };
  if (!operator) {
    return { list: operators([...new Set(typesOf(param.type).flatMap((type) => PARAM_OPERATORS[type]))]) };
  }
  const last = current.at(-1);
  const listed = current.some((token) => isWord(token, "in")) && last?.kind === "mark" && last.text !== ")";
  if ((last === operator && !isWord(last, "in", "not")) || isWord(last, "and") || listed) {
    return valuesFor(param, { attribute, parameter: name.text, given: valuesSetByEquals(all.slice(0, -1)) });
  }
  return { list: current.length === 3 && isWord(operator, "between") ? keywords(["AND"]) : [] };
}
