import { expect, test } from "vitest";
import { clausesOf, type Query } from "./ast.ts";
import { format } from "./format.ts";
import { parse } from "./parse.ts";
import { faultMessage } from "../fault.ts";

const read = (text: string): Query => {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(parsed.faults.map(faultMessage).join("; "));
  return parsed.query;
};
const messages = (text: string): string[] => {
  const parsed = parse(text);
  return parsed.ok ? [] : parsed.faults.map(faultMessage);
};

test.each([
  "email_subscription_status = 'SUBSCRIBED' AND (customer_countries CONTAINS 'CA' OR amount_spent > 999.99)",
  "number_of_orders >= 1 OR number_of_orders = 0",
  "products_purchased NOT MATCHES ()",
  "products_purchased MATCHES (id IN (2012162031638, 1012132033639), date BETWEEN -12m AND today)",
  "products_purchased MATCHES (id = 1234, count > 1)",
  "products_purchased MATCHES (tag = 'Sports wear', date >= -12m)",
  "products_purchased NOT MATCHES (date > -3m)",
  "products_purchased MATCHES (quantity != 5)",
  "orders_placed MATCHES (date > 2025-01-01)",
  "orders_placed MATCHES (count >= 2, sum_amount >= 500, date >= -90d)",
  "shopify_email.opened MATCHES (activity_id IN (5240029206, 1932881090, 3250045832))",
  "shopify_email.bounced NOT MATCHES (activity_id = 5240029206, date BETWEEN -12m AND today)",
  "storefront.product_viewed MATCHES (id = 1012132033639, count >= 3, date >= -7d)",
  "store_credit_accounts MATCHES (balance > 0, currency = 'USD', next_expiry_date <= +30d)",
  "customer_within_distance MATCHES (coordinates = (45.42, -75.69), distance_km = 10)",
  "anniversary('metafields.facts.birth_date') = today",
  "anniversary('metafields.facts.birth_date') BETWEEN today AND +30d",
  "last_order_date > 2020-05-30T16:00:00",
  "customer_tags CONTAINS 'it\\'s a tag'",
  "customer_tags NOT CONTAINS 'vip'",
  "customer_tags CONTAINS '\\'VIP\\''",
  "rfm_group = 'AT_RISK' AND email_subscription_status = 'SUBSCRIBED'",
  "amount_spent BETWEEN 1 AND 999.99",
  "last_order_date BETWEEN 2021-01-01 AND today",
  "companies IS NULL",
  "products_purchased IS NOT NULL",
  "customer.metafields.facts.points >= 100",
  "NOT customer_tags CONTAINS 'a' AND NOT (number_of_orders = 1 OR number_of_orders = 2)",
])("reads and writes back as it is: %s", (text) => {
  expect(format(read(text))).toBe(text);
});

test.each([
  ["products_purchased(id: 1, quantity: 2) = true", "products_purchased MATCHES (id = 1, quantity = 2)"],
  ["products_purchased(id: (2, 3)) = false", "products_purchased NOT MATCHES (id IN (2, 3))"],
  ["products_purchased() = true", "products_purchased MATCHES ()"],
  ["products_purchased() != true", "products_purchased NOT MATCHES ()"],
  ["orders_placed(date: -30d) = true", "orders_placed MATCHES (date = -30d)"],
  [
    "orders_placed(date: BETWEEN 12_months_ago AND today) != false",
    "orders_placed MATCHES (date BETWEEN -12m AND today)",
  ],
  [
    "customer_within_distance(coordinates: (45.42, -75.69), distance_mi: 6.2) = true",
    "customer_within_distance MATCHES (coordinates = (45.42, -75.69), distance_mi = 6.2)",
  ],
  ["anniversary(date: 'metafields.a.b') = today", "anniversary('metafields.a.b') = today"],
  ["products_purchased NOT_MATCHES (id = 1)", "products_purchased NOT MATCHES (id = 1)"],
  ["(number_of_orders >= 1) or not ((number_of_orders = 0))", "number_of_orders >= 1 OR NOT number_of_orders = 0"],
  ["last_order_date between 7_days_ago and Yesterday", "last_order_date BETWEEN -7d AND yesterday"],
  ["  companies is not null\n", "companies IS NOT NULL"],
])("reads the older and looser way of writing: %s", (text, written) => {
  expect(format(read(text))).toBe(written);
});

test("AND binds tighter than OR", () => {
  const query = read("a = 1 OR b = 2 AND c = 3");
  expect(query).toMatchObject({ kind: "or", operands: [{ name: { text: "a" } }, { kind: "and" }] });
});

test("every part of a query has its offsets, line and column", () => {
  const text = "amount_spent > 1\n  AND customer_tags = 'x'";
  const clause = clausesOf(read(text))[1];
  expect(clause).toMatchObject({ start: 23, end: 42, line: 2, column: 6, name: { start: 23, end: 36 } });
  expect(clause).toMatchObject({ operator: { start: 37, end: 38, line: 2, column: 20 } });
  expect(text.slice(23, 42)).toBe("customer_tags = 'x'");
});

test.each([
  ["", "Query can't be blank"],
  [" \n ", "Query can't be blank"],
  [`customer_tags CONTAINS '${"x".repeat(5000)}'`, "Query is too long (maximum is 5000 characters)"],
  ["not a valid segment query ???", "Line 1 Column 6: 'valid' is unexpected."],
  ["last_order_date BETWEEN 1pm AND 3pm", "Line 1 Column 24: '1pm' is unexpected."],
  ["number_of_orders >= 1 AND", "Line 1 Column 25: query ends too early."],
  ["number_of_orders >= 1,000", "Line 1 Column 21: ',' is unexpected."],
  ["amount_spent > $5", "Line 1 Column 15: '$5' is unexpected."],
  ["customer_tags CONTAINS 'vip", "Line 1 Column 23: ''vip' is unexpected."],
  ['customer_tags CONTAINS "vip"', "Line 1 Column 23: '\"vip\"' is unexpected."],
  ["last_order_date = 2021-02-29", "Line 1 Column 18: '2021-02-29' is not a valid date."],
  ["last_order_date = 2021-02-28T24:00:00", "Line 1 Column 18: '2021-02-28T24:00:00' is not a valid date."],
  ["last_order_date = 13_days_ago", "Line 1 Column 18: '13_days_ago' is not a valid date."],
  ["last_order_date > 2020-05-30T16:00", "Line 1 Column 18: '2020-05-30T16' is unexpected."],
  ["(number_of_orders = 1", "Line 1 Column 21: query ends too early."],
  ["number_of_orders = 1)", "Line 1 Column 20: ')' is unexpected."],
  ["NOT NOT number_of_orders = 1", "Line 1 Column 4: 'NOT' is unexpected."],
  ["number_of_orders = 1 -- a comment", "Line 1 Column 21: '--' is unexpected."],
  ["products_purchased MATCHES (id IN ())", "Line 1 Column 35: ')' is unexpected."],
  ["products_purchased() = 1", "Line 1 Column 23: '1' is unexpected."],
  ["email_subscription_status IN ('SUBSCRIBED')", "Line 1 Column 26: 'IN' is unexpected."],
])("reports the fault of %j", (text, message) => {
  expect(messages(text)).toEqual([message]);
});

test("lists, nesting and size have limits", () => {
  const ids = (count: number) => Array.from({ length: count }, (_, at) => at + 1).join(",");
  const list = (count: number) => `products_purchased MATCHES (id IN (${ids(count)}))`;
  expect(messages(list(500))).toEqual([]);
  expect(messages(list(501))[0]).toContain("list is too long (maximum is 500 values).");
  const nested = (depth: number) => `${"(".repeat(depth)}companies IS NULL${")".repeat(depth)}`;
  expect(messages(nested(20))).toEqual([]);
  expect(messages(nested(21))).toEqual(["Line 1 Column 20: query is nested too deeply (maximum is 20 levels)."]);
  expect(messages("(".repeat(5000))).toEqual(["Line 1 Column 20: query is nested too deeply (maximum is 20 levels)."]);
  const clauses = (count: number) => Array.from({ length: count }, () => "a=1").join(" OR ");
  expect(messages(clauses(499))).toEqual([]);
  expect(messages(clauses(501))[0]).toContain("query has too many parts (maximum is 500).");
});

test("a fault's offsets count the invisible characters of a pasted text", () => {
  const parsed = parse("\u200Bnumber_of_\u00ADorders >\u200B '\u2060vip'\uFEFF extra");
  if (parsed.ok) throw new Error("this is no query");
  const text = "\u200Bnumber_of_\u00ADorders >\u200B '\u2060vip'\uFEFF extra";
  expect(parsed.faults.map(({ start, end }) => text.slice(start, end))).toEqual(["extra"]);
  expect(messages("\u200B \uFEFF")).toEqual(messages(""));
});
