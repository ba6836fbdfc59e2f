import { expect, test } from "vitest";
import type { Catalogue } from "../attribute.ts";
import { proposalsAt } from "./completion.ts";

const label = "x";
const catalogue: Catalogue = {
  attributes: {
    number_of_orders: { type: "integer", label },
    last_order_date: { type: "date", label },
    rfm_group: { type: "enum", label, values: ["NEW", "LOYAL"] },
    customer_tags: { type: "list<string>", label, suggests: true },
    customer_cities: { type: "list<enum>", label, suggests: true },
    customer_countries: { type: "list<enum>", label, values: ["CA", "GB"] },
  },
  functions: {
    products_purchased: {
      label,
      params: { id: { type: "id", label, suggests: true }, count: { type: "integer", label } },
    },
    survey_answer: {
      label,
      params: { survey: { type: "string", label }, question: { type: "string", label, suggests: true } },
    },
    orders_placed: { label, params: { date: { type: "date", label }, count: { type: "integer", label } } },
  },
};
const names = [...Object.keys(catalogue.attributes), ...Object.keys(catalogue.functions)];

test.each<[string, number, string[]]>([
  ["", 0, names],
  ["num", 0, names],
  ["number_of_orders = 1 AND cu", 25, names],
  ["NOT (", 5, names],
  ["number_of_orders ", 17, ["=", "!=", ">", ">=", "<", "<=", "BETWEEN"]],
  ["customer_tags NOT", 14, ["CONTAINS", "NOT CONTAINS", "IS NULL", "IS NOT NULL"]],
  ["rfm_group = ", 12, ["'NEW'", "'LOYAL'"]],
  ["rfm_group = 'N", 12, ["'NEW'", "'LOYAL'"]],
  ["customer_countries NOT CONTAINS '", 32, ["'CA'", "'GB'"]],
  ["last_order_date BETWEEN -30d ", 29, ["AND"]],
  ["last_order_date BETWEEN -30d AND ", 33, ["today", "yesterday", "-7d", "-30d", "-90d", "-12m", "-1y"]],
  ["number_of_orders = 1 ", 21, ["AND", "OR"]],
  ["customer_tags IS ", 17, ["NULL", "NOT NULL"]],
  ["orders_placed ", 14, ["MATCHES (", "NOT MATCHES (", "MATCHES ()", "NOT MATCHES ()"]],
  ["orders_placed MATCHES (", 23, ["date", "count"]],
  ["orders_placed NOT MATCHES (date > -3m, c", 39, ["date", "count"]],
  ["orders_placed MATCHES (count ", 29, ["=", "!=", ">", ">=", "<", "<=", "BETWEEN", "IN", "NOT IN"]],
  ["orders_placed MATCHES (date > -3m) ", 35, ["AND", "OR"]],
])("after %j", (text, from, proposed) => {
  const proposals = proposalsAt(text, catalogue);
  expect(proposals?.list.map((each) => each.text)).toEqual(proposed);
  expect(proposals?.from).toBe(from);
});

test.each(["number_of_orders = ", "nobody ", "orders_placed MATCHES (nobody "])("proposes nothing after %j", (text) => {
  expect(proposalsAt(text, catalogue)).toBeNull();
});

test.each<[string, number, object]>([
  ["customer_tags CONTAINS ", 23, { attribute: "customer_tags", search: "" }],
  ["customer_tags NOT CONTAINS 'it\\'s", 27, { attribute: "customer_tags", search: "it's" }],
  ["customer_cities CONTAINS New", 25, { attribute: "customer_cities", search: "New" }],
  [
    "products_purchased MATCHES (id = ",
    33,
    { attribute: "products_purchased", parameter: "id", given: {}, search: "" },
  ],
  [
    "products_purchased MATCHES (id IN (12, ass",
    39,
    { attribute: "products_purchased", parameter: "id", given: {}, search: "ass" },
  ],
  [
    "survey_answer MATCHES (survey = 'nps', question = '",
    50,
    { attribute: "survey_answer", parameter: "question", given: { survey: "nps" }, search: "" },
  ],
])("after %j the shop's own values are asked for", (text, from, asks) => {
  expect(proposalsAt(text, catalogue)).toEqual({ from, list: [], asks });
});

test("a list's closing parenthesis ends its values, and the next parameter may follow", () => {
  expect(proposalsAt("products_purchased MATCHES (id IN (12, 13) ", catalogue)).toBeNull();
  expect(proposalsAt("products_purchased MATCHES (id IN (12, 13), ", catalogue)?.list).toHaveLength(2);
});
