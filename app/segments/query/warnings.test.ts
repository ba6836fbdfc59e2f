import { expect, test } from "vitest";
import { warningsIn } from "./warnings.ts";

const codes = (query: string) => warningsIn(query).map(({ code }) => code);

test.each([
  "last_order_date BETWEEN -30d AND -90d",
  "last_order_date BETWEEN -1m AND -12m",
  "last_order_date BETWEEN -4w AND -1y",
  "last_order_date BETWEEN today AND yesterday",
  "last_order_date BETWEEN +7d AND today",
  "last_order_date BETWEEN 2026-05-01 AND 2026-04-30",
  "last_order_date BETWEEN 2026-05-01T10:00:00 AND 2026-05-01T09:59:59",
  "number_of_orders BETWEEN 5 AND 3",
  "number_of_orders BETWEEN -1 AND -2",
  "amount_spent BETWEEN 100.5 AND 100.05",
  "products_purchased MATCHES (date BETWEEN -7d AND -30d)",
  "number_of_orders > 1 AND NOT (amount_spent BETWEEN 9 AND 8)",
  "products_purchased(date: between -7d and -30d) = true",
])("a range whose end is before its start has a warning: %s", (query) => {
  expect(codes(query)).toEqual(["range"]);
});

test.each([
  "last_order_date BETWEEN -90d AND -30d",
  "last_order_date BETWEEN -30d AND -1m",
  "last_order_date BETWEEN -1m AND -30d",
  "last_order_date BETWEEN -12m AND -1y",
  "last_order_date BETWEEN today AND today",
  "last_order_date BETWEEN 2026-05-01 AND 2026-05-01",
  "last_order_date BETWEEN 2026-05-01T10:00:00 AND 2026-05-01",
  "last_order_date BETWEEN 2026-05-01 AND -30d",
  "number_of_orders BETWEEN 3 AND 3",
  "number_of_orders BETWEEN 9 AND 10",
  "customer_language != ''",
  "customer_tags CONTAINS 'a'",
  "number_of_orders >",
])("a condition that makes sense has no warning: %s", (query) => {
  expect(codes(query)).toEqual([]);
});

test.each([
  "customer_tags CONTAINS ''",
  "customer_tags NOT CONTAINS '  '",
  "customer_language = ''",
  "survey_answer MATCHES (question = '')",
  "survey_answer MATCHES (question IN ('a', ''))",
])("an empty text has a warning: %s", (query) => {
  expect(codes(query)).toEqual(["empty"]);
});

test("a warning has its place and names its attribute", () => {
  expect(warningsIn("number_of_orders > 1 AND\n last_order_date BETWEEN -30d AND -90d")).toEqual([
    {
      start: 50,
      end: 63,
      line: 2,
      column: 25,
      code: "range",
      parameters: { name: "last_order_date", from: "-30d", to: "-90d" },
    },
  ]);
});
