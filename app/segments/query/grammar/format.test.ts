import fc from "fast-check";
import { expect, test } from "vitest";
import type { Query } from "./ast.ts";
import { format } from "./format.ts";
import { parse } from "./parse.ts";

/** A tree without the places of its parts, which formatting changes. */
const withoutPlaces = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (!(value instanceof Object)) return value;
  const kept = Object.entries(value).filter(([key]) => !["start", "end", "line", "column"].includes(key));
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutPlaces(inner)]));
};
const read = (text: string): Query => {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.query;
};

const pick = fc.constantFrom;
const name = pick("amount_spent", "customer_tags", "metafields.a.b", "orders_placed", "x1");
const number = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  fc.tuple(fc.integer({ min: -999, max: 999 }), fc.nat(99)).map(([whole, part]) => `${whole}.${part}`),
);
const day = fc
  .date({ min: new Date("1000-01-01T00:00:00Z"), max: new Date("9999-12-31T00:00:00Z"), noInvalidDate: true })
  .map((date) => date.toISOString());
const date = fc.oneof(
  day.map((text) => text.slice(0, 10)),
  day.map((text) => text.slice(0, 19)),
  fc.tuple(pick("+", "-"), fc.nat(99_999), pick("d", "w", "m", "y")).map((parts) => parts.join("")),
  pick("today", "yesterday", "TODAY", "7_days_ago", "30_days_ago", "90_days_ago", "12_months_ago"),
);
// No backslash at the end: the language has no literal for a text that ends in a backslash.
const string = fc
  .string({ unit: "grapheme", maxLength: 12 })
  .filter((value) => !value.endsWith("\\"))
  .map((value) => `'${value.replaceAll("'", "\\'")}'`);
const value = fc.oneof(number, date, string, pick("true", "FALSE"));
const values = fc.array(value, { minLength: 1, maxLength: 4 }).map((list) => `(${list.join(",")})`);
const comparison = fc.oneof(
  fc.tuple(pick("=", "!=", ">", ">=", "<", "<="), value).map((parts) => parts.join("")),
  fc.tuple(value, value).map(([from, to]) => `Between ${from} and ${to}`),
);
const params = fc
  .array(
    fc
      .tuple(
        pick("id", "date", "count"),
        fc.oneof(
          comparison,
          values.map((list) => `not in ${list}`),
        ),
      )
      .map((parts) => parts.join(" ")),
    { maxLength: 3 },
  )
  .map((list) => `(${list.join(" , ")})`);
const legacyParams = fc
  .array(
    fc.tuple(pick("id", "date"), fc.oneof(value, values)).map((parts) => parts.join(": ")),
    { maxLength: 3 },
  )
  .map((list) => `(${list.join(",")})`);
const clause = fc.oneof(
  fc.tuple(name, comparison).map((parts) => parts.join(" ")),
  fc.tuple(name, pick("contains", "NOT CONTAINS"), value).map((parts) => parts.join(" ")),
  fc.tuple(name, pick("is null", "IS NOT NULL")).map((parts) => parts.join(" ")),
  fc.tuple(name, pick("matches", "NOT MATCHES", "not_matches"), params).map((parts) => parts.join(" ")),
  fc.tuple(name, legacyParams, pick("=true", "!= false", "= FALSE")).map((parts) => parts.join("")),
  fc.tuple(string, value).map(([path, at]) => `anniversary(${path}) = ${at}`),
);
const { query } = fc.letrec<{ query: string }>((tie) => ({
  query: fc.oneof(
    { depthSize: "small", maxDepth: 5 },
    clause,
    fc.tuple(tie("query"), pick("AND", "or"), tie("query")).map((parts) => parts.join(" ")),
    tie("query").map((inner) => `(${inner})`),
    tie("query").map((inner) => `NOT (${inner})`),
  ),
}));

test("a query, formatted and read again, is the same query", () => {
  fc.assert(
    fc.property(query, (text) => {
      fc.pre([...text].length <= 5000);
      const tree = read(text);
      const written = format(tree);
      expect(withoutPlaces(read(written))).toEqual(withoutPlaces(tree));
      expect(format(read(written))).toBe(written);
    }),
    { numRuns: 2000, seed: 20261122 },
  );
});

test("any text either parses or gives a fault whose place is within the text", () => {
  const words = fc.array(fc.oneof(clause, fc.string({ unit: "grapheme" }), pick("(", ")", "NOT", "AND", "'", "\\")), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(words, (parts) => {
      const text = parts.join(" ");
      const parsed = parse(text);
      if (parsed.ok) return;
      for (const fault of parsed.faults) {
        expect(fault.start).toBeGreaterThanOrEqual(0);
        expect(fault.end).toBeGreaterThanOrEqual(fault.start);
        expect(fault.end).toBeLessThanOrEqual(text.length);
      }
    }),
    { numRuns: 2000, seed: 20261122 },
  );
});
