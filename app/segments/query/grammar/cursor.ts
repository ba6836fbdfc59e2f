// The parser's position in the tokens, and the fault for a token that the grammar does not expect.
import type { Span } from "./ast.ts";
import { faultAt, type Fault } from "../fault.ts";
import { MAX_NODES } from "../limits.ts";
import type { Token } from "./tokenize.ts";

/** Thrown by the parser where the text does not follow the grammar. */
export class Refusal extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.code);
    this.fault = fault;
  }
}

export const isKeyword = (token: Token, word: string) => token.kind === "word" && token.text.toLowerCase() === word;
export const isMark = (token: Token, mark: string) => token.kind === "mark" && token.text === mark;
const MAX_QUOTED = 60;

export class Cursor {
  readonly #tokens: Token[];
  #at = 0;
  #nodes = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  protected peek(ahead = 0): Token {
    const token = this.#tokens[this.#at + ahead] ?? this.#tokens.at(-1);
    if (!token) throw new Error("a list of tokens has an end");
    return token;
  }

  protected next(): Token {
    const token = this.peek();
    this.#at += 1;
    return token;
  }

  protected unexpected(token = this.peek()): never {
    const text = token.text.length > MAX_QUOTED ? `${token.text.slice(0, MAX_QUOTED)}…` : token.text;
    throw new Refusal(token.kind === "end" ? faultAt(token, "incomplete") : faultAt(token, "unexpected", { text }));
  }

  protected skip(tokens: number): void {
    this.#at += tokens;
  }

  protected takeKeyword(word: string): boolean {
    if (!isKeyword(this.peek(), word)) return false;
    this.#at += 1;
    return true;
  }

  protected takeMark(mark: string): boolean {
    if (!isMark(this.peek(), mark)) return false;
    this.#at += 1;
    return true;
  }

  protected needKeyword(word: string): Token {
    return isKeyword(this.peek(), word) ? this.next() : this.unexpected();
  }

  protected needMark(mark: string): Token {
    return isMark(this.peek(), mark) ? this.next() : this.unexpected();
  }

  /** From the start of `first` to the end of the last token taken. */
  protected span(first: Span): Span {
    const last = this.#tokens[this.#at - 1] ?? first;
    return { start: first.start, end: last.end, line: first.line, column: first.column };
  }

  protected count(at: Span): void {
    this.#nodes += 1;
    if (this.#nodes > MAX_NODES) throw new Refusal(faultAt(at, "too_large", { max: MAX_NODES }));
  }
}
