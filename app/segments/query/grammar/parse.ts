// A recursive-descent parser. Shopify's older and newer grammar are read into the same tree: f(a: 1, b: (2, 3)) = false
// is f NOT MATCHES (a = 1, b IN (2, 3)).
import { withoutInvisible } from "../../../invisible.ts";
import type { Clause, Literal, Operator, Param, Query, Span, Test, Word } from "./ast.ts";
import { Cursor, isKeyword, isMark, Refusal } from "./cursor.ts";
import { readDate, readNamedDay } from "./date-literal.ts";
import { faultAt, type Fault } from "../fault.ts";
import { MAX_CHARACTERS, MAX_DEPTH, MAX_LIST } from "../limits.ts";
import { tokenize } from "./tokenize.ts";

/** `names` are the attributes and functions before the fault, so that `readQuery` can report unknown ones too. */
export type Parsed = { ok: true; query: Query } | { ok: false; faults: Fault[]; names: Word[] };

const KEYWORDS = new Set(["and", "or", "not", "is", "null", "between", "contains", "matches", "not_matches", "in"]);

export function parse(text: string): Parsed {
  const whole = { start: 0, end: text.length, line: 1, column: 0 };
  const refused = (fault: Fault, names: Word[] = []): Parsed => ({ ok: false, faults: [fault], names });
  if (withoutInvisible(text).trim() === "") return refused(faultAt(whole, "blank"));
  if ([...text].length > MAX_CHARACTERS) return refused(faultAt(whole, "too_long", { max: MAX_CHARACTERS }));
  const parser = new Parser(tokenize(text));
  try {
    return { ok: true, query: parser.query() };
  } catch (error) {
    if (error instanceof Refusal) return refused(error.fault, parser.names);
    throw error;
  }
}

class Parser extends Cursor {
  readonly names: Word[] = [];

  query(): Query {
    const query = this.#or(0);
    if (this.peek().kind !== "end") this.unexpected();
    return query;
  }

  #or(depth: number): Query {
    return this.#chain("or", () => this.#chain("and", () => this.#unary(depth)));
  }

  #chain(kind: "and" | "or", operand: () => Query): Query {
    const first = operand();
    const operands = [first];
    while (this.takeKeyword(kind)) operands.push(operand());
    if (operands.length === 1) return first;
    this.count(first);
    return { kind, operands, ...this.span(first) };
  }

  #unary(depth: number): Query {
    const first = this.peek();
    if (!this.takeKeyword("not")) return this.#primary(depth);
    this.count(first);
    const operand = this.#primary(depth);
    return { kind: "not", operand, ...this.span(first) };
  }

  #primary(depth: number): Query {
    const first = this.peek();
    if (!this.takeMark("(")) return this.#clause();
    if (depth >= MAX_DEPTH) throw new Refusal(faultAt(first, "too_deep", { max: MAX_DEPTH }));
    const query = this.#or(depth + 1);
    this.needMark(")");
    return query;
  }

  #name(): Word {
    const token = this.next();
    if (token.kind !== "word" || KEYWORDS.has(token.text.toLowerCase())) this.unexpected(token);
    const { text, start, end, line, column } = token;
    return { text, start, end, line, column };
  }

  #clause(): Clause {
    const name = this.#name();
    this.count(name);
    if (name.text === "anniversary" && isMark(this.peek(), "(")) return this.#anniversary(name);
    this.names.push(name);
    const first = this.peek();
    const negated = isKeyword(first, "not") || isKeyword(first, "not_matches");
    if (isMark(first, "(")) return this.#legacy(name);
    if (this.takeKeyword("is")) {
      const not = this.takeKeyword("not");
      this.needKeyword("null");
      return { kind: "null", negated: not, name, operator: this.span(first), ...this.span(name) };
    }
    if (this.takeKeyword("not_matches") || this.#takeAfterNot("matches", negated)) {
      const operator = this.span(first);
      this.needMark("(");
      const params = isMark(this.peek(), ")") ? [] : this.#list(() => this.#param());
      this.needMark(")");
      return { kind: "matches", negated, name, params, operator, ...this.span(name) };
    }
    if (this.#takeAfterNot("contains", negated)) {
      const operator = this.span(first);
      return { kind: "contains", negated, name, operator, value: this.#value(), ...this.span(name) };
    }
    return { name, ...this.#comparison(), ...this.span(name) };
  }

  /** Takes the keyword, and NOT before the keyword if `negated`. */
  #takeAfterNot(keyword: string, negated: boolean): boolean {
    if (!isKeyword(this.peek(negated ? 1 : 0), keyword)) return false;
    this.skip(negated ? 2 : 1);
    return true;
  }

  #comparison(): Exclude<Test, { kind: "in" }> {
    const token = this.next();
    const operator: Span = this.span(token);
    if (isKeyword(token, "between")) return { kind: "between", operator, ...this.#range() };
    if (token.kind !== "comparator") this.unexpected(isKeyword(token, "not") ? this.peek() : token);
    return { kind: "compare", operator: { text: token.operator, ...operator }, value: this.#value() };
  }

  #range(): { from: Literal; to: Literal } {
    const from = this.#value();
    this.needKeyword("and");
    return { from, to: this.#value() };
  }

  #list<Item>(item: () => Item): Item[] {
    const items = [item()];
    while (this.takeMark(",")) {
      items.push(item());
      if (items.length > MAX_LIST) throw new Refusal(faultAt(this.peek(), "list_too_long", { max: MAX_LIST }));
    }
    return items;
  }

  #param(): Param {
    const name = this.#name();
    this.count(name);
    const first = this.peek();
    const negated = isKeyword(first, "not");
    if (this.#takeAfterNot("in", negated)) {
      const operator = this.span(first);
      this.needMark("(");
      const values = this.#list(() => this.#scalar());
      this.needMark(")");
      return { name, test: { kind: "in", operator, negated, values }, ...this.span(name) };
    }
    return { name, test: this.#comparison(), ...this.span(name) };
  }

  #value(): Literal {
    const first = this.peek();
    if (!this.takeMark("(")) return this.#scalar();
    const values = this.#list(() => this.#scalar());
    this.needMark(")");
    return { kind: "tuple", values, ...this.span(first) };
  }

  #scalar(): Literal {
    const token = this.next();
    const span = this.span(token);
    if (token.kind === "string") return { kind: "string", value: token.value, ...span };
    if (token.kind === "number") return { kind: "number", text: token.text, ...span };
    if (token.kind === "date") {
      const value = readDate(token.text);
      if (!value) throw new Refusal(faultAt(token, "date", { text: token.text }));
      return { kind: "date", value, ...span };
    }
    if (isKeyword(token, "true") || isKeyword(token, "false")) {
      return { kind: "boolean", value: isKeyword(token, "true"), ...span };
    }
    const day = token.kind === "word" ? readNamedDay(token.text) : null;
    return day ? { kind: "date", value: day, ...span } : this.unexpected(token);
  }

  #legacy(name: Word): Clause {
    const first = this.needMark("(");
    const params = isMark(this.peek(), ")") ? [] : this.#list(() => this.#legacyParam());
    this.needMark(")");
    const equals = this.next();
    const isComparison = equals.kind === "comparator" && (equals.operator === "=" || equals.operator === "!=");
    if (!isComparison) this.unexpected(equals);
    const truth = this.next();
    if (!isKeyword(truth, "true") && !isKeyword(truth, "false")) this.unexpected(truth);
    const negated = isKeyword(truth, "true") !== (equals.operator === "=");
    return { kind: "matches", negated, name, params, operator: this.span(first), ...this.span(name) };
  }

  #legacyParam(): Param {
    const name = this.#name();
    this.count(name);
    const colon = this.needMark(":");
    const place: Span = this.span(colon);
    if (this.takeKeyword("between")) {
      return { name, test: { kind: "between", operator: place, ...this.#range() }, ...this.span(name) };
    }
    const value = this.#value();
    const operator: Operator = { text: "=", ...place };
    // Coordinates are one value. Any other list in parentheses means IN.
    const test: Test =
      value.kind === "tuple" && name.text !== "coordinates"
        ? { kind: "in", operator: place, negated: false, values: value.values }
        : { kind: "compare", operator, value };
    return { name, test, ...this.span(name) };
  }

  #anniversary(name: Word): Clause {
    this.needMark("(");
    if (isKeyword(this.peek(), "date") && isMark(this.peek(1), ":")) this.skip(2);
    const path = this.next();
    if (path.kind !== "string") this.unexpected(path);
    const word: Word = { text: path.value, ...this.span(path) };
    this.names.push(word);
    this.needMark(")");
    const operator = this.peek();
    const test = this.#comparison();
    if (test.kind === "compare" && test.operator.text !== "=") this.unexpected(operator);
    const range = test.kind === "compare" ? { from: test.value, to: null } : { from: test.from, to: test.to };
    return { kind: "anniversary", name: word, operator: test.operator, ...range, ...this.span(name) };
  }
}
