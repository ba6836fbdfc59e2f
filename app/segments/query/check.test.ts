import { expect, test } from "vitest";
import type { Catalogue } from "../attribute.ts";
import { readQuery } from "./check.ts";
import { faultMessage } from "./fault.ts";

const label = "attribute.label";
const catalogue: Catalogue = {
  attributes: {
    amount_spent: { type: "float", label },
    number_of_orders: { type: "integer", label },
    last_order_date: { type: "date", label },
    customer_tags: { type: "list<string>", label, anyCase: true },
    customer_countries: { type: "list<enum>", label, values: ["CA", "GB"] },
    customer_language: { type: "string", label },
    customer_email_domain: { type: "string", label, nullable: true },
    rfm_group: { type: "enum", label, values: ["AT_RISK", "DORMANT"] },
  },
  functions: {
    orders_placed: {
      label,
      params: { date: { type: "date", label }, amount: { type: "float", label }, count: { type: "integer", label } },
    },
    products_purchased: { label, params: { id: { type: "id", label }, tag: { type: "string", label } } },
    survey_answer: { label, params: { value: { type: ["float", "string"], label } } },
  },
};
const messages = (text: string): string[] => {
  const checked = readQuery(text, catalogue);
  return checked.ok ? [] : checked.faults.map(faultMessage);
};

test.each([
  [
    "not a valid segment query ???",
    ["Line 1 Column 6: 'valid' is unexpected.", "Line 1 Column 4: 'a' filter cannot be found."],
  ],
  ["customer_tags = 'x'", ["Line 1 Column 14: customer_tags does not support operator '='"]],
  ["email = 'a@b.c'", ["Line 1 Column 0: 'email' filter cannot be found."]],
  ["", ["Query can't be blank"]],
  ["x".repeat(5001), ["Query is too long (maximum is 5000 characters)"]],
])("says what Shopify says of %j", (text, recorded) => {
  expect(messages(text)).toEqual(recorded);
});

test("several faults are reported at once, each at its place", () => {
  const checked = readQuery("email = 'x' OR\nrfm_group = 'BEST' OR number_of_orders > 1.5", catalogue);
  expect(checked.ok ? [] : checked.faults).toMatchObject([
    { code: "filter", start: 0, end: 5, line: 1, column: 0 },
    { code: "not_in_list", start: 27, end: 33, line: 2, column: 12, parameters: { text: "BEST", name: "rfm_group" } },
    { code: "value", start: 56, end: 59, line: 2, column: 41 },
  ]);
});

test.each([
  "amount_spent > 100.50 AND amount_spent <= 7",
  "number_of_orders BETWEEN -1 AND 9223372036854775807",
  "last_order_date IS NULL OR last_order_date BETWEEN 2021-01-01T10:00:00 AND +3w",
  "customer_tags CONTAINS '' AND customer_countries NOT CONTAINS 'GB' AND customer_tags IS NOT NULL",
  "customer_language != '' AND customer_email_domain IS NULL",
  "orders_placed IS NULL OR orders_placed NOT MATCHES (date = -30d, amount BETWEEN 1 AND 2.5, count != 3)",
  "products_purchased(id: (1, 2), tag: 'a') = true",
  "orders_placed MATCHES (date IN (2025-01-01, yesterday), amount NOT IN (10, 12.50), count IN (1, 2))",
  "survey_answer MATCHES (value IN (9, 10)) OR survey_answer MATCHES (value NOT IN (0, 1))",
  "survey_answer MATCHES (value <= 6) OR survey_answer MATCHES (value = 'x') OR survey_answer MATCHES (value IN ('a', 'b'))",
])("takes %s", (text) => {
  expect(messages(text)).toEqual([]);
});

test.each([
  ["number_of_orders = 1.0", "Line 1 Column 19: 1.0 is not a valid value for number_of_orders."],
  [
    "number_of_orders = 9223372036854775808",
    "Line 1 Column 19: 9223372036854775808 is not a valid value for number_of_orders.",
  ],
  ["number_of_orders = '1'", "Line 1 Column 19: '1' is not a valid value for number_of_orders."],
  ["number_of_orders IS NULL", "Line 1 Column 17: number_of_orders does not support operator 'IS NULL'"],
  ["number_of_orders CONTAINS 1", "Line 1 Column 17: number_of_orders does not support operator 'CONTAINS'"],
  ["number_of_orders MATCHES ()", "Line 1 Column 17: number_of_orders does not support operator 'MATCHES'"],
  ["amount_spent > today", "Line 1 Column 15: today is not a valid value for amount_spent."],
  ["last_order_date > '2021-01-01'", "Line 1 Column 18: '2021-01-01' is not a valid value for last_order_date."],
  [
    "rfm_group = 'at_risk'",
    "Line 1 Column 12: 'at_risk' is not one of the values of rfm_group. Did you mean 'AT_RISK'?",
  ],
  ["rfm_group > 'AT_RISK'", "Line 1 Column 10: rfm_group does not support operator '>'"],
  [
    "customer_countries CONTAINS 'Canada'",
    "Line 1 Column 28: 'Canada' is not one of the values of customer_countries: 'CA', 'GB'.",
  ],
  ["customer_tags IN", "Line 1 Column 14: 'IN' is unexpected."],
  ["orders_placed = 3", "Line 1 Column 14: orders_placed does not support operator '='"],
  [
    "orders_placed MATCHES (date > 2025-01-01, date < 2025-06-01)",
    "Line 1 Column 42: 'date' parameter can be used only once.",
  ],
  ["orders_placed MATCHES (price > 1)", "Line 1 Column 23: 'price' parameter cannot be found for orders_placed."],
  ["orders_placed MATCHES (date IN (2025-01-01, 1))", "Line 1 Column 44: 1 is not a valid value for date."],
  ["survey_answer MATCHES (value IN (9, 'x'))", "Line 1 Column 36: 'x' is not a valid value for value."],
  ["orders_placed MATCHES (count > 1.5)", "Line 1 Column 31: 1.5 is not a valid value for count."],
  ["products_purchased MATCHES (id = '1')", "Line 1 Column 33: '1' is not a valid value for id."],
  ["products_purchased MATCHES (id = -1)", "Line 1 Column 33: -1 is not a valid value for id."],
  ["products_purchased MATCHES (id > 1)", "Line 1 Column 31: id does not support operator '>'"],
  ["survey_answer MATCHES (value > 'x')", "Line 1 Column 31: 'x' is not a valid value for value."],
  ["constructor = 1", "Line 1 Column 0: 'constructor' filter cannot be found."],
  [
    "orders_placed MATCHES (__proto__ = 1)",
    "Line 1 Column 23: '__proto__' parameter cannot be found for orders_placed.",
  ],
  ["anniversary('metafields.a.b') = today", "Line 1 Column 12: 'metafields.a.b' filter cannot be found."],
])("refuses %s", (text, message) => {
  expect(messages(text)).toEqual([message]);
});

test("a query of more than ten clauses is valid, and reported as one that Shopify refuses", () => {
  const query = (clauses: number) => Array.from({ length: clauses }, () => "amount_spent > 1").join(" AND ");
  expect(readQuery(query(10), catalogue)).toMatchObject({ ok: true, native: true });
  expect(readQuery(query(11), catalogue)).toMatchObject({ ok: true, native: false });
});
