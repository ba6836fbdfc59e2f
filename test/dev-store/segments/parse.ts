// Parses Shopify's segment query language, with both grammars of functions.
// https://shopify.dev/docs/api/shopifyql/segment-query-language-reference

import type { Clause, Comparator, DateValue, Parameter, Query, SegmentFault, Test, Value } from "./ast.ts";
import { tokenize, type Token } from "./tokenize.ts";

/** With a fault, the parts before the fault are returned too, so that their filters can be checked. */
export type Parsed = { query: Query | null; clauses: Clause[]; names: Token[]; fault: SegmentFault | null };

class Unexpected extends Error {
  readonly token: Token;
  constructor(token: Token) {
    super("unexpected");
    this.token = token;
  }
}

const COMPARATORS: readonly string[] = ["=", "!=", ">", ">=", "<", "<="];

export function parseSegment(text: string): Parsed {
  const reader = new Reader(tokenize(text));
  try {
    const query = reader.or();
    reader.expectEnd();
    return { query, clauses: reader.clauses, names: reader.names, fault: null };
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error;
    const { at, text: found, kind } = error.token;
    const message = kind === "end" ? "Unexpected end of query." : `'${found}' is unexpected.`;
    return { query: null, clauses: reader.clauses, names: reader.names, fault: { at, message } };
  }
}

class Reader {
  readonly clauses: Clause[] = [];
  /** Every named filter, also in an incomplete clause. */
  readonly names: Token[] = [];
  private readonly tokens: Token[];
  private at = 0;

  constructor(tokens: Token[]) {
    this.tokens = tokens;
  }

  private get next(): Token {
    const token = this.tokens[Math.min(this.at, this.tokens.length - 1)];
    if (token === undefined) throw new Error("A token list without an end.");
    return token;
  }

  private take(): Token {
    const token = this.next;
    this.at++;
    return token;
  }

  private isWord(...words: string[]): boolean {
    return this.next.kind === "word" && words.includes(this.next.text.toUpperCase());
  }

  private isSign(sign: string): boolean {
    return this.next.kind === "sign" && this.next.text === sign;
  }

  private word(word: string): void {
    if (!this.isWord(word)) throw new Unexpected(this.next);
    this.at++;
  }

  private sign(sign: string): void {
    if (!this.isSign(sign)) throw new Unexpected(this.next);
    this.at++;
  }

  expectEnd(): void {
    if (this.next.kind !== "end") throw new Unexpected(this.next);
  }

  or(): Query {
    return this.joined("OR", "or", () => this.joined("AND", "and", () => this.unary()));
  }

  private joined(word: string, kind: "and" | "or", part: () => Query): Query {
    const parts = [part()];
    while (this.isWord(word)) {
      this.at++;
      parts.push(part());
    }
    const [first] = parts;
    return parts.length === 1 && first !== undefined ? first : { kind, parts };
  }

  private unary(): Query {
    if (this.isWord("NOT")) {
      this.at++;
      return { kind: "not", part: this.unary() };
    }
    if (this.isSign("(")) {
      this.at++;
      const inner = this.or();
      this.sign(")");
      return inner;
    }
    const clause = this.clause();
    this.clauses.push(clause);
    return { kind: "clause", clause };
  }

  private clause(): Clause {
    const name = this.take();
    if (name.kind !== "word") throw new Unexpected(name);
    this.names.push(name);
    const head = { at: name.at, name: name.text, operatorAt: this.next.at };
    if (this.isSign("(")) return name.text === "anniversary" ? this.anniversary(head) : this.legacy(head);
    if (this.next.kind === "sign" || this.isWord("BETWEEN")) return { ...head, ...this.test() };
    if (this.isWord("IS")) {
      this.at++;
      const negated = this.not();
      this.word("NULL");
      return { ...head, kind: "null", negated };
    }
    const negated = this.isWord("NOT_MATCHES") || this.not();
    if (this.isWord("CONTAINS")) {
      this.at++;
      return { ...head, kind: "contains", negated, value: this.value() };
    }
    if (!this.isWord("MATCHES", "NOT_MATCHES")) throw new Unexpected(this.next);
    this.at++;
    return { ...head, kind: "matches", negated, parameters: this.parameters(() => this.parameter()) };
  }

  private not(): boolean {
    if (!this.isWord("NOT")) return false;
    this.at++;
    return true;
  }

  private parameters(one: () => Parameter): Parameter[] {
    const parameters: Parameter[] = [];
    this.sign("(");
    while (!this.isSign(")")) {
      if (parameters.length > 0) this.sign(",");
      parameters.push(one());
    }
    this.sign(")");
    return parameters;
  }

  private parameter(): Parameter {
    const name = this.take();
    if (name.kind !== "word") throw new Unexpected(name);
    const head = { at: name.at, name: name.text };
    if (this.isSign("=") && this.tokens[this.at + 1]?.text === "(") {
      this.at++;
      return { ...head, kind: "tuple", values: this.list() };
    }
    if (this.isWord("IN", "NOT")) {
      const negated = this.not();
      this.word("IN");
      return { ...head, kind: "test", test: { kind: "in", negated, values: this.list() } };
    }
    return { ...head, kind: "test", test: this.test() };
  }

  /** `products_purchased(tag: 'hat', date: -30d) = true`, deprecated since 2026-10. */
  private legacy(head: Pick<Clause, "at" | "name" | "operatorAt">): Clause {
    const parameters = this.parameters(() => this.legacyParameter());
    const operatorAt = this.next.at;
    const test = this.test();
    if (test.kind !== "compare" || test.value.kind !== "boolean") throw new Unexpected(this.next);
    return { ...head, operatorAt, kind: "matches", negated: !test.value.boolean, parameters };
  }

  private legacyParameter(): Parameter {
    const name = this.take();
    if (name.kind !== "word") throw new Unexpected(name);
    this.sign(":");
    const head = { at: name.at, name: name.text };
    if (this.isSign("(")) {
      const values = this.list();
      if (name.text === "coordinates") return { ...head, kind: "tuple", values };
      return { ...head, kind: "test", test: { kind: "in", negated: false, values } };
    }
    if (this.isWord("BETWEEN") || COMPARATORS.includes(this.next.text)) {
      return { ...head, kind: "test", test: this.test() };
    }
    return { ...head, kind: "test", test: { kind: "compare", comparator: "=", value: this.value() } };
  }

  private anniversary(head: Pick<Clause, "at" | "name" | "operatorAt">): Clause {
    this.sign("(");
    if (this.isWord("DATE")) {
      this.at++;
      this.sign(":");
    }
    const path = this.value();
    this.sign(")");
    return { ...head, operatorAt: this.next.at, kind: "anniversary", path, test: this.test() };
  }

  private list(): Value[] {
    const values: Value[] = [];
    this.sign("(");
    do {
      if (values.length > 0) this.sign(",");
      values.push(this.value());
    } while (this.isSign(","));
    this.sign(")");
    return values;
  }

  private test(): Test {
    if (this.isWord("BETWEEN")) {
      this.at++;
      const low = this.value();
      this.word("AND");
      return { kind: "between", low, high: this.value() };
    }
    const sign = this.take();
    if (!isComparator(sign.text)) throw new Unexpected(sign);
    return { kind: "compare", comparator: sign.text, value: this.value() };
  }

  private value(): Value {
    const token = this.take();
    const { at, text } = token;
    if (token.kind === "string") return { at, text, kind: "string", string: text.slice(1, -1).replace(/\\(.)/g, "$1") };
    if (token.kind === "number") return { at, text, kind: "number", integer: !text.includes(".") };
    if (token.kind === "date") return { at, text, ...dateOf(text) };
    if (text === "true" || text === "false") return { at, text, kind: "boolean", boolean: text === "true" };
    if (text === "today" || text === "yesterday") return { at, text, kind: text };
    throw new Unexpected(token);
  }
}

const NAMED: Record<string, DateValue> = {
  "7_days_ago": { kind: "offset", amount: -7, unit: "d" },
  "30_days_ago": { kind: "offset", amount: -30, unit: "d" },
  "90_days_ago": { kind: "offset", amount: -90, unit: "d" },
  "12_months_ago": { kind: "offset", amount: -12, unit: "m" },
};

function dateOf(text: string): DateValue {
  const named = NAMED[text];
  if (named !== undefined) return named;
  const unit = text.at(-1);
  if (unit === "d" || unit === "w" || unit === "m" || unit === "y") {
    return { kind: "offset", amount: Number(text.slice(0, -1)), unit };
  }
  const [day = "", time] = text.split("T");
  return time === undefined ? { kind: "date", day } : { kind: "datetime", day, time };
}

function isComparator(text: string): text is Comparator {
  return COMPARATORS.includes(text);
}
