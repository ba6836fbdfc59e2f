// A parsed segment query. `at`: the offset of the first character in the text.

export type DateValue =
  | { kind: "date"; day: string }
  | { kind: "datetime"; day: string; time: string }
  | { kind: "offset"; amount: number; unit: "d" | "w" | "m" | "y" }
  | { kind: "today" | "yesterday" };
export type Value = { at: number; text: string } & (
  | { kind: "string"; string: string }
  | { kind: "number"; integer: boolean }
  | { kind: "boolean"; boolean: boolean }
  | DateValue
);

export type Comparator = "=" | "!=" | ">" | ">=" | "<" | "<=";
export type Test =
  | { kind: "compare"; comparator: Comparator; value: Value }
  | { kind: "between"; low: Value; high: Value }
  | { kind: "in"; negated: boolean; values: Value[] };

export type Parameter = { at: number; name: string } & (
  | { kind: "test"; test: Test }
  /** `coordinates = (45.42, -75.69)` */
  | { kind: "tuple"; values: Value[] }
);

export type Clause = { at: number; name: string; operatorAt: number } & (
  | Test
  | { kind: "contains"; negated: boolean; value: Value }
  | { kind: "null"; negated: boolean }
  | { kind: "matches"; negated: boolean; parameters: Parameter[] }
  | { kind: "anniversary"; path: Value; test: Test }
);

export type Query =
  { kind: "and" | "or"; parts: Query[] } | { kind: "not"; part: Query } | { kind: "clause"; clause: Clause };

export type SegmentFault = { at: number; message: string };
