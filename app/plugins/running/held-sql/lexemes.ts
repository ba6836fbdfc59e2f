// Splits SQL into its lexemes as PostgreSQL does, so that a comment, a quote or another way to write a name hides nothing.
// https://www.postgresql.org/docs/current/sql-syntax-lexical.html

/**
 * `name`: a key word or an identifier, in lower case and without its quotes. `sign`: one character of an operator or of punctuation.
 * `value`: a number, a parameter, or a text with its quotes.
 */
export type Lexeme = { kind: "name" | "sign" | "value"; text: string };

/** `fault`: why the SQL is not split, as the end of a sentence about it. */
export type Split = { ok: true; lexemes: Lexeme[] } | { ok: false; fault: string };

type Rule = { kind: Lexeme["kind"] | "space"; whole: RegExp; begins?: RegExp };

/** The first that matches counts. Where only its beginning matches, the SQL has no end. */
const RULES: readonly Rule[] = [
  { kind: "space", whole: /[ \t\n\r\f\v]+|--[^\n\r]*/y },
  { kind: "value", begins: /[Ee]'/y, whole: /[Ee]'[^'\\]*(?:(?:\\[^]|'')[^'\\]*)*'/y },
  { kind: "value", begins: /'/y, whole: /'[^']*(?:''[^']*)*'/y },
  { kind: "name", begins: /"/y, whole: /"[^"]*(?:""[^"]*)*"/y },
  {
    kind: "value",
    begins: /\$(?:[A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?\$/y,
    whole: /(\$(?:[A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?\$)[^]*?\1/y,
  },
  { kind: "value", whole: /\$\d+/y },
  { kind: "value", whole: /\d[\d_.]*/y },
  { kind: "name", whole: /[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*/y },
  { kind: "sign", whole: /[^]/y },
];
const COMMENT = /\/\*/y;

const UNENDED = "has a comment or a text without an end";
const ESCAPES_BY_CODE = /[Uu]&["']/y;

export function lexemesOf(sql: string): Split {
  const lexemes: Lexeme[] = [];
  for (let at = 0; at < sql.length;) {
    if (matchAt(ESCAPES_BY_CODE, sql, at) !== null)
      return { ok: false, fault: "writes characters by their code (U&\"…\" or U&'…')" };
    const found = spaceAt(sql, at) ?? lexemeAt(sql, at);
    if (found === null) return { ok: false, fault: UNENDED };
    const { end, lexeme } = found;
    // A text that follows on another line is part of the text before it: the backslash escapes there, too.
    if (lexeme?.text.startsWith("'") && /^E'/i.test(lexemes.at(-1)?.text ?? ""))
      return { ok: false, fault: "continues a text E'…' on another line" };
    if (lexeme) lexemes.push(lexeme);
    at = end;
  }
  return { ok: true, lexemes };
}

function matchAt(pattern: RegExp, sql: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(sql)?.[0] ?? null;
}

type Found = { end: number; lexeme?: Lexeme };

/** Null: no comment is here, or a comment that has no end. */
function spaceAt(sql: string, at: number): Found | null {
  const end = matchAt(COMMENT, sql, at) === null ? null : endOfComment(sql, at);
  return end === null ? null : { end };
}

/** Null: what begins here has no end. */
function lexemeAt(sql: string, at: number): Found | null {
  if (matchAt(COMMENT, sql, at) !== null) return null;
  for (const { kind, whole, begins } of RULES) {
    const text = matchAt(whole, sql, at);
    if (text === null) {
      if (begins && matchAt(begins, sql, at) !== null) return null;
      continue;
    }
    const end = at + text.length;
    return kind === "space" ? { end } : { end, lexeme: { kind, text: kind === "name" ? nameOf(text) : text } };
  }
  return null;
}

const nameOf = (text: string): string =>
  (text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text).toLowerCase();

/** Where the comment that begins at `start` ends. Comments nest. Null: it has no end. */
function endOfComment(sql: string, start: number): number | null {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  let depth = 0;
  for (let found = mark.exec(sql); found; found = mark.exec(sql)) {
    depth += found[0] === "/*" ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return null;
}
