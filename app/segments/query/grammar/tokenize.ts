import { invisibleIn } from "../../../invisible.ts";
import type { Comparator, Span } from "./ast.ts";

export type Token = Span & { text: string } & (
    | { kind: "string"; value: string }
    | { kind: "number" | "date" | "word" | "mark" | "junk" | "end" }
    | { kind: "comparator"; operator: Comparator }
  );

const BOUNDARY = "(?![A-Za-z0-9_.])";
const pattern = (source: string) => new RegExp(source, "y");

const BLANKS = pattern("\\s+");
// Within a string \' is a quote, and any other backslash is a backslash.
// A string has no NUL: PostgreSQL stores no NUL in a text.
const STRING = pattern("'((?:[^'\\\\\\u0000]|\\\\'|\\\\(?!'))*)'");
const COMPARATOR = pattern("=|!=|>=|<=|>|<");
const MARK = pattern("[(),:]");
const DATE = pattern(
  `(?:\\d{4}-\\d{2}-\\d{2}(?:T\\d{2}:\\d{2}:\\d{2})?|[+-]\\d+[dwmy]|\\d+_(?:days|months)_ago)${BOUNDARY}(?!-)`,
);
const NUMBER = pattern(`[+-]?\\d+(?:\\.\\d+)?${BOUNDARY}(?!-)`);
const WORD = pattern("[A-Za-z_][A-Za-z0-9_]*(?:\\.[A-Za-z0-9_]+)*");
// An unclosed quote takes the rest of the text.
const JUNK = pattern("'[^]*|[^\\s'(),:=<>!]+|[^]");

const KINDS = [
  ["string", STRING],
  ["comparator", COMPARATOR],
  ["mark", MARK],
  ["date", DATE],
  ["number", NUMBER],
  ["word", WORD],
  ["junk", JUNK],
] as const;

const tokenOf = (kind: (typeof KINDS)[number][0], match: RegExpExecArray, span: Span): Token => {
  const text = match[0];
  if (kind === "string") return { ...span, kind, text, value: (match[1] ?? "").replaceAll("\\'", "'") };
  if (kind === "comparator") return { ...span, kind, text, operator: text as Comparator };
  return { ...span, kind, text };
};

/**
 * Splits a text into tokens; the last token is `end`. Never throws: text that is not a token of the language is `junk`,
 * which the grammar never expects. Invisible characters belong to no token. `start` and `end` are offsets in the given text,
 * where invisible characters count; `column` counts visible characters only.
 */
export function tokenize(text: string): Token[] {
  const hidden = invisibleIn(text);
  if (hidden.length === 0) return tokenizeVisible(text);
  const visible = hidden.reduceRight((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text);
  const placeInText = (at: number, isBefore: (start: number, place: number) => boolean) =>
    hidden.reduce((place, { start, end }) => (isBefore(start, place) ? place + end - start : place), at);
  return tokenizeVisible(visible).map((token) => {
    const start = placeInText(token.start, (hiddenAt, place) => hiddenAt <= place);
    const end = token.kind === "end" ? start : placeInText(token.end, (hiddenAt, place) => hiddenAt < place);
    return { ...token, start, end };
  });
}

function tokenizeVisible(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = 0;
  let at = 0;
  const take = (expression: RegExp): RegExpExecArray | null => {
    expression.lastIndex = at;
    return expression.exec(text);
  };
  const advance = (taken: string) => {
    for (let i = 0; i < taken.length; i += 1) {
      if (taken[i] !== "\n") continue;
      line += 1;
      lineStart = at + i + 1;
    }
    at += taken.length;
  };
  while (at < text.length) {
    const blanks = take(BLANKS);
    if (blanks) {
      advance(blanks[0]);
      continue;
    }
    for (const [kind, expression] of KINDS) {
      const match = take(expression);
      if (!match) continue;
      const span = { start: at, end: at + match[0].length, line, column: at - lineStart };
      tokens.push(tokenOf(kind, match, span));
      advance(match[0]);
      break;
    }
  }
  tokens.push({ kind: "end", text: "", start: at, end: at, line, column: at - lineStart });
  return tokens;
}
