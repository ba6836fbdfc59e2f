// The parts of a segment query, each with its place in the text: offsets from 0, `end` exclusive, line from 1, column from 0.

export type Span = { start: number; end: number; line: number; column: number };

export type Comparator = "=" | "!=" | ">" | ">=" | "<" | "<=";
export type OffsetUnit = "d" | "w" | "m" | "y";

/** A date as the query writes it. `rangeOf` computes its instants from the shop's zone and the present instant. */
export type DateValue =
  | { form: "day"; year: number; month: number; day: number }
  | {
      form: "datetime";
      year: number;
      month: number;
      day: number;
      hour: number;
      minute: number;
      second: number;
    }
  | { form: "offset"; amount: number; unit: OffsetUnit }
  | { form: "today" }
  | { form: "yesterday" };

export type Literal = Span &
  (
    | { kind: "string"; value: string }
    /** The number as the query writes it: a JavaScript number rounds 64-bit integers and money. */
    | { kind: "number"; text: string }
    | { kind: "date"; value: DateValue }
    | { kind: "boolean"; value: boolean }
    /** A list in parentheses as one value: Shopify's coordinates. */
    | { kind: "tuple"; values: Literal[] }
  );

export type Word = Span & { text: string };
export type Operator = Span & { text: Comparator };

/** The comparison of an attribute or a parameter with literals. */
export type Test =
  | { kind: "compare"; operator: Operator; value: Literal }
  | { kind: "between"; operator: Span; from: Literal; to: Literal }
  | { kind: "in"; operator: Span; negated: boolean; values: Literal[] };

export type Param = Span & { name: Word; test: Test };

export type Clause = Span & { name: Word } & (
    | { kind: "compare"; operator: Operator; value: Literal }
    | { kind: "between"; operator: Span; from: Literal; to: Literal }
    | { kind: "contains"; operator: Span; negated: boolean; value: Literal }
    | { kind: "null"; operator: Span; negated: boolean }
    | { kind: "matches"; operator: Span; negated: boolean; params: Param[] }
    /** `anniversary('path') = day`: the day and month of the date at the path, in any year. `name` is the path. */
    | { kind: "anniversary"; operator: Span; from: Literal; to: Literal | null }
  );

export type Group = Span & { kind: "and" | "or"; operands: Query[] };
export type Negation = Span & { kind: "not"; operand: Query };
export type Query = Clause | Group | Negation;

export const isGroup = (query: Query): query is Group => query.kind === "and" || query.kind === "or";

/** The clauses in the order of the text. */
export function clausesOf(query: Query): Clause[] {
  if (isGroup(query)) return query.operands.flatMap(clausesOf);
  return query.kind === "not" ? clausesOf(query.operand) : [query];
}

export function literalsOf(clause: Clause): Literal[] {
  const of = (test: Test): Literal[] => {
    if (test.kind === "compare") return [test.value];
    return test.kind === "between" ? [test.from, test.to] : test.values;
  };
  switch (clause.kind) {
    case "null":
      return [];
    case "contains":
      return [clause.value];
    case "matches":
      return clause.params.flatMap((param) => of(param.test));
    case "anniversary":
      return clause.to ? [clause.from, clause.to] : [clause.from];
    default:
      return of(clause);
  }
}
