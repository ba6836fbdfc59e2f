// Parses the part of TOML 1.0 that app configurations use: tables, arrays of tables, dotted and quoted keys, all four kinds of
// strings, numbers, booleans, arrays and inline tables. Refuses dates.

import type { TomlValue } from "./model.ts";

type Table = { [key: string]: TomlValue };
type Reader = { text: string; at: number };

const ESCAPES: Record<string, string> = { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r", '"': '"', "\\": "\\" };

export function parseToml(source: string): Table {
  const reader: Reader = { text: source.replace(/\r\n/g, "\n"), at: 0 };
  const root: Table = {};
  let current = root;
  for (;;) {
    skipBlank(reader);
    if (reader.at >= reader.text.length) return root;
    if (reader.text[reader.at] === "[") current = readHeader(reader, root);
    else readPair(reader, current);
    take(reader, /[ \t]*(#[^\n]*)?/y);
    if (reader.at < reader.text.length && reader.text[reader.at] !== "\n") fail(reader, "expected the end of the line");
  }
}

function fail(reader: Reader, message: string): never {
  throw new SyntaxError(`TOML line ${reader.text.slice(0, reader.at).split("\n").length}: ${message}`);
}

function take(reader: Reader, pattern: RegExp): string | null {
  pattern.lastIndex = reader.at;
  const match = pattern.exec(reader.text);
  if (match === null) return null;
  reader.at += match[0].length;
  return match[0];
}

function skipSpace(reader: Reader): void {
  take(reader, /[ \t]*/y);
}

function skipBlank(reader: Reader): void {
  take(reader, /(?:[ \t\n]|#[^\n]*)*/y);
}

function expect(reader: Reader, sign: string): void {
  if (!reader.text.startsWith(sign, reader.at)) fail(reader, `expected ${sign}`);
  reader.at += sign.length;
}

function readKey(reader: Reader): string[] {
  const path: string[] = [];
  do {
    skipSpace(reader);
    path.push(take(reader, /[A-Za-z0-9_-]+/y) ?? readString(reader));
    skipSpace(reader);
  } while (take(reader, /\./y) !== null);
  return path;
}

function readString(reader: Reader): string {
  const multi = take(reader, /"""\n?|'''\n?/y);
  const quote =
    multi === null ? (take(reader, /["']/y) ?? fail(reader, "expected a key or a value")) : multi.slice(0, 3);
  const end = findEnd(reader, quote);
  const raw = reader.text.slice(reader.at, end);
  reader.at = end + quote.length;
  return quote.startsWith("'") ? raw : unescapeText(reader, raw);
}

function findEnd(reader: Reader, quote: string): number {
  for (let index = reader.at; index < reader.text.length; index++) {
    if (reader.text.startsWith(quote, index)) return index;
    if (reader.text[index] === "\n" && quote.length === 1) break;
    if (reader.text[index] === "\\" && quote.startsWith('"')) index++;
  }
  return fail(reader, "a string without an end");
}

function unescapeText(reader: Reader, raw: string): string {
  return raw.replace(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|[ \t]*\n\s*|(.))/g, (_all, short, long, sign) => {
    if (short ?? long) return String.fromCodePoint(parseInt(short ?? long, 16));
    return sign === undefined ? "" : (ESCAPES[sign] ?? fail(reader, `unknown escape \\${sign}`));
  });
}

function readValue(reader: Reader): TomlValue {
  const sign = reader.text[reader.at];
  if (sign === '"' || sign === "'") return readString(reader);
  if (sign === "[") return readArray(reader);
  if (sign === "{") return readInlineTable(reader);
  const word = take(reader, /[^\s,\]}#]+/y) ?? fail(reader, "expected a value");
  if (word === "true" || word === "false") return word === "true";
  const number = Number(word.replace(/_/g, ""));
  return Number.isNaN(number) ? fail(reader, `unknown value ${word}`) : number;
}

function readArray(reader: Reader): TomlValue[] {
  const values: TomlValue[] = [];
  expect(reader, "[");
  for (;;) {
    skipBlank(reader);
    if (take(reader, /\]/y) !== null) return values;
    values.push(readValue(reader));
    skipBlank(reader);
    if (take(reader, /,/y) === null) {
      expect(reader, "]");
      return values;
    }
  }
}

function readInlineTable(reader: Reader): Table {
  const table: Table = {};
  expect(reader, "{");
  skipSpace(reader);
  if (take(reader, /\}/y) !== null) return table;
  do readPair(reader, table);
  while (take(reader, /,/y) !== null);
  expect(reader, "}");
  return table;
}

function readPair(reader: Reader, table: Table): void {
  const path = readKey(reader);
  expect(reader, "=");
  skipSpace(reader);
  const last = path.pop() ?? fail(reader, "expected a key");
  const owner = descend(reader, table, path);
  if (Object.hasOwn(owner, last)) fail(reader, `${last} is set twice`);
  owner[last] = readValue(reader);
  skipSpace(reader);
}

function descend(reader: Reader, table: Table, path: string[]): Table {
  return path.reduce((owner, key) => {
    if (!Object.hasOwn(owner, key)) owner[key] = {};
    const next = owner[key];
    const inner = Array.isArray(next) ? next.at(-1) : next;
    return typeof inner === "object" && !Array.isArray(inner) ? inner : fail(reader, `${key} is not a table`);
  }, table);
}

function readHeader(reader: Reader, root: Table): Table {
  const listed = take(reader, /\[\[/y) !== null;
  if (!listed) expect(reader, "[");
  const path = readKey(reader);
  expect(reader, listed ? "]]" : "]");
  if (!listed) return descend(reader, root, path);
  const last = path.pop() ?? fail(reader, "expected a key");
  const owner = descend(reader, root, path);
  const list = (owner[last] ??= []);
  if (!Array.isArray(list)) fail(reader, `${last} is not a list of tables`);
  const table: Table = {};
  list.push(table);
  return table;
}
