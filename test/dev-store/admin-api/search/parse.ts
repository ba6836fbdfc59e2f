// Shopify's search syntax, read into a tree. https://shopify.dev/docs/api/usage/search-syntax

export type Comparator = ":" | ">" | "<" | ">=" | "<=";
export type Term = { kind: "term"; field: string | null; comparator: Comparator; value: string; quoted: boolean };
export type SearchNode = Term | { kind: "not"; node: SearchNode } | { kind: "and" | "or"; nodes: SearchNode[] };

type Token = { kind: "(" | ")" | "-" | "AND" | "OR" | "NOT" } | Term;

export function parseSearch(text: string): SearchNode {
  const tokens = tokenize(text);
  let at = 0;

  function any(): SearchNode {
    const nodes = [all()];
    while (tokens[at]?.kind === "OR") {
      at++;
      nodes.push(all());
    }
    return nodes.length === 1 && nodes[0] !== undefined ? nodes[0] : { kind: "or", nodes };
  }

  function all(): SearchNode {
    const nodes: SearchNode[] = [];
    for (let next = tokens[at]; next !== undefined && next.kind !== ")" && next.kind !== "OR"; next = tokens[at]) {
      if (next.kind === "AND") at++;
      else nodes.push(one());
    }
    return { kind: "and", nodes };
  }

  function one(): SearchNode {
    const token = tokens[at++];
    if (token === undefined || token.kind === ")") return { kind: "and", nodes: [] };
    if (token.kind === "-" || token.kind === "NOT") return { kind: "not", node: one() };
    if (token.kind === "(") {
      const inner = any();
      if (tokens[at]?.kind === ")") at++;
      return inner;
    }
    return token.kind === "term" ? token : one();
  }

  return any();
}

const WORDS: Record<string, "AND" | "OR" | "NOT"> = { AND: "AND", OR: "OR", NOT: "NOT" };
const SIGNS: Record<string, "(" | ")" | "-"> = { "(": "(", ")": ")", "-": "-" };
const SPACE = /\s*/y;
const SIGN = /[()]|-(?=\S)/y;
const WORD = /(AND|OR|NOT)(?=[\s(]|$)/y;
const FIELD = /([A-Za-z_][\w.$-]*):\s*(>=|<=|>|<)?\s*/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/y;
const BARE = /[^\s()]+/y;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) at += match[0].length;
    return match;
  };
  for (take(SPACE); at < text.length; take(SPACE)) {
    const word = take(WORD);
    if (word !== null) {
      tokens.push({ kind: WORDS[word[1] ?? ""] ?? "AND" });
      continue;
    }
    const sign = take(SIGN);
    if (sign !== null) {
      tokens.push({ kind: SIGNS[sign[0]] ?? "-" });
      continue;
    }
    const field = take(FIELD);
    const quoted = take(QUOTED);
    const value = quoted === null ? (take(BARE)?.[0] ?? "") : (quoted[1] ?? quoted[2] ?? "").replace(/\\(.)/g, "$1");
    tokens.push({
      kind: "term",
      field: field?.[1] ?? null,
      comparator: toComparator(field?.[2]),
      value,
      quoted: quoted !== null,
    });
  }
  return tokens;
}

function toComparator(text: string | undefined): Comparator {
  return text === ">" || text === "<" || text === ">=" || text === "<=" ? text : ":";
}
