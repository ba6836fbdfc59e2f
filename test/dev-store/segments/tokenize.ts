export type Token = {
  at: number;
  end: number;
  text: string;
  kind: "word" | "string" | "number" | "date" | "sign" | "unknown" | "end";
};

const PATTERNS: [Token["kind"], RegExp][] = [
  ["string", /'(?:[^'\\]|\\.)*'/y],
  ["date", /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d|\d{4}-\d\d-\d\d|[+-]\d+[dwmy]\b|(?:7|30|90)_days_ago\b|12_months_ago\b/y],
  ["number", /-?\d+(?:\.\d+)?/y],
  ["word", /\$?[A-Za-z_][A-Za-z0-9_]*(?:[.:][$A-Za-z_][A-Za-z0-9_-]*|--?[A-Za-z0-9_]+)*/y],
  ["sign", /!=|>=|<=|[=<>(),:]/y],
];

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) {
      at++;
      continue;
    }
    const token = read(text, at);
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ at: text.length, end: text.length, text: "", kind: "end" });
  return tokens;
}

function read(text: string, at: number): Token {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) return { kind, at, end: at + match[0].length, text: match[0] };
  }
  return { kind: "unknown", at, end: at + 1, text: text.charAt(at) };
}
