import fc from "fast-check";
import { expect, test } from "vitest";
import type { Catalogue } from "../../attribute.ts";
import { clausesIn, readBuilder, writeBuilder } from "./builder.ts";
import { fits, namesByAbout, newClause, newParam, typeOfParam, unquote, valuesFor } from "./builder-choices.ts";
import { readQuery } from "../check.ts";
import { format, quoteText } from "../grammar/format.ts";

const label = "x";
const catalogue: Catalogue = {
  attributes: {
    amount_spent: { type: "float", label, about: "orders" },
    number_of_orders: { type: "integer", label, about: "orders" },
    last_order_date: { type: "date", label, about: "orders" },
    rfm_group: { type: "enum", label, values: ["NEW", "LOYAL"], about: "profile" },
    customer_language: { type: "string", label, about: "profile" },
    customer_tags: { type: "list<string>", label },
    opted: { type: "boolean", label },
  },
  functions: {
    products_purchased: {
      label,
      about: "orders",
      params: {
        id: { type: "id", label },
        tag: { type: "string", label },
        date: { type: "date", label },
        count: { type: "integer", label },
      },
    },
    survey_answer: { label, params: { value: { type: ["string", "float"], label } } },
  },
};

const pick = fc.constantFrom;
const spaced = (parts: string[]) => parts.join(" ");
const number = fc.oneof(fc.integer().map(String), pick("9007199254740993", "0", "+5"));
const decimal = fc.oneof(number, pick("0.10", "-2.50", "100.505"));
const date = pick("today", "YESTERDAY", "-30d", "+2w", "-0d", "7_days_ago", "2024-02-29", "2024-02-29T23:59:59");
const string = fc
  .string({ unit: "grapheme", maxLength: 8 })
  .filter((text) => !text.endsWith("\\") && !/[\n\r\u0000]/.test(text))
  .map(quoteText);
const order = (value: fc.Arbitrary<string>) =>
  fc.oneof(
    fc.tuple(pick("=", "!=", ">", ">=", "<", "<="), value).map(spaced),
    fc.tuple(pick("between"), value, pick("AND"), value).map(spaced),
  );
const equal = (value: fc.Arbitrary<string>) => fc.tuple(pick("=", "!="), value).map(spaced);
const member = (value: fc.Arbitrary<string>) =>
  fc.oneof(
    equal(value),
    fc
      .tuple(pick("in", "NOT IN"), fc.array(value, { minLength: 1, maxLength: 4 }))
      .map(([operator, list]) => `${operator} (${list.join(",")})`),
  );
const named = (name: string, test: fc.Arbitrary<string>) => test.map((asked) => `${name} ${asked}`);
const params = fc
  .tuple(
    fc.option(named("id", member(fc.nat().map(String)))),
    fc.option(named("tag", member(string))),
    fc.option(named("date", order(date))),
    fc.option(named("count", order(number))),
  )
  .map((given) => given.filter((param) => param !== null).join(", "));
const clause = fc.oneof(
  named("amount_spent", order(decimal)),
  named("number_of_orders", order(number)),
  named("last_order_date", fc.oneof(order(date), pick("is null", "IS NOT NULL"))),
  named("rfm_group", equal(pick("'NEW'", "'LOYAL'"))),
  named("customer_language", equal(string)),
  named("opted", equal(pick("true", "FALSE"))),
  named("customer_tags", fc.tuple(pick("contains", "NOT CONTAINS"), string).map(spaced)),
  fc
    .tuple(pick("matches", "NOT MATCHES", "not_matches"), params)
    .map(([verb, given]) => `products_purchased ${verb} (${given})`),
  pick("products_purchased is null", "products_purchased(id: (1, 2), date: -30d) = false"),
  named("survey_answer matches (value", fc.oneof(member(string), order(decimal))).map((text) => `${text})`),
);
const { query } = fc.letrec<{ query: string }>((tie) => ({
  query: fc.oneof(
    { depthSize: "small", maxDepth: 4 },
    clause,
    fc.tuple(tie("query"), pick("AND", "or"), tie("query")).map(spaced),
    tie("query").map((inner) => `(${inner})`),
    tie("query").map((inner) => `NOT (${inner})`),
  ),
}));

test("a query, shown in the builder and written again, is the same query", () => {
  let shown = 0;
  fc.assert(
    fc.property(query, (text) => {
      const read = readQuery(text, catalogue);
      if (!read.ok) throw new Error(`${text}: ${JSON.stringify(read.faults)}`);
      const built = readBuilder(text, catalogue);
      if (!built.ok) return expect(built.reason).toBe("too_deep");
      shown += 1;
      const written = writeBuilder(built.root);
      expect(written).toBe(format(read.query));
      expect(readBuilder(written, catalogue)).toEqual(built);
    }),
    { numRuns: 3000, seed: 20261122 },
  );
  expect(shown).toBeGreaterThan(2500);
});

test("a group is shown as all, any, not all or none", () => {
  const built = readBuilder("number_of_orders = 1 AND NOT (opted = true OR opted = false)", catalogue);
  expect(built).toMatchObject({
    ok: true,
    root: { join: "and", negated: false, items: [{ kind: "clause" }, { join: "or", negated: true }] },
  });
  expect(readBuilder("NOT opted = true", catalogue)).toMatchObject({
    root: { join: "and", negated: true, items: [{ operator: "=", values: ["true"] }] },
  });
});

test("a blank query is an empty builder, and empty groups are not written", () => {
  const built = readBuilder("  ", catalogue);
  if (!built.ok) throw new Error(built.reason);
  expect(writeBuilder(built.root)).toBe("");
  const clauses = [newClause("opted", catalogue)];
  const root = { ...built.root, items: [built.root, ...clauses, { ...built.root, negated: true }] };
  expect(writeBuilder(root)).toBe("opted = true");
});

test.each<[string, string]>([
  ["nobody = 1", "faulty"],
  ["number_of_orders =", "faulty"],
  ["customer_language = 'two\nlines'", "line_break"],
  [`products_purchased MATCHES (id IN (${Array.from({ length: 31 }, (_, at) => at).join(", ")}))`, "list_too_long"],
  [Array.from({ length: 61 }, () => "opted = true").join(" OR "), "too_large"],
  [`${"(opted = true OR opted = true AND ".repeat(6)}opted = true${")".repeat(6)}`, "too_deep"],
])("%.40s… stays text: %s", (text, reason) => {
  expect(readBuilder(text, catalogue)).toEqual({ ok: false, reason });
});

test("a new row is a valid query, except for an id, whose value is blank", () => {
  for (const name of [...Object.keys(catalogue.attributes), ...Object.keys(catalogue.functions)]) {
    const text = writeBuilder({ kind: "group", join: "and", negated: false, items: [newClause(name, catalogue)] });
    expect(readQuery(text, catalogue).ok, text).toBe(true);
  }
  const { products_purchased: bought, survey_answer: answered } = catalogue.functions;
  expect(newParam("date", bought?.params["date"] ?? { type: "id", label })).toEqual({
    name: "date",
    operator: ">=",
    values: ["-30d"],
  });
  expect(newParam("id", bought?.params["id"] ?? { type: "date", label })).toMatchObject({ values: [""] });
  expect(typeOfParam(answered?.params["value"] ?? { type: "id", label }, ["'x'"])).toBe("string");
  expect(typeOfParam(answered?.params["value"] ?? { type: "id", label }, ["6"])).toBe("float");
});

test("a change of the operator keeps the values that fit", () => {
  expect(valuesFor("BETWEEN", ["5"], "1")).toEqual(["5", "1"]);
  expect(valuesFor("=", ["5", "6"], "1")).toEqual(["5"]);
  expect(valuesFor("NOT IN", ["5", "6"], "1")).toEqual(["5", "6"]);
  expect(valuesFor("IS NULL", ["5"], "1")).toEqual([]);
  expect(valuesFor(">=", [], "1")).toEqual(["1"]);
});

test("a literal is checked against its type, and a quoted text is unquoted and quoted to the same literal", () => {
  expect(fits("-30d", "date")).toBe(true);
  expect(fits("2024-02-30", "date")).toBe(false);
  expect(fits("", "integer")).toBe(false);
  expect(fits("1.5", "integer")).toBe(false);
  expect(fits("1 OR x = 2", "integer")).toBe(false);
  expect(fits(quoteText("ends\\"), "string")).toBe(false);
  for (const text of ["", "it's", "a\\b", "\\'"]) expect(unquote(quoteText(text))).toBe(text);
});

test("attributes are grouped by what they are about", () => {
  expect(namesByAbout(catalogue).map(({ about, names }) => [about, names.length])).toEqual([
    ["orders", 4],
    ["profile", 2],
    ["other", 3],
  ]);
  const built = readBuilder("opted = true OR (opted = false AND number_of_orders = 1)", catalogue);
  expect(built.ok && clausesIn(built.root)).toHaveLength(3);
});
