import { afterEach, beforeEach, expect, test } from "vitest";
import { appIdOf } from "../admin-api/app-namespace.ts";
import { createCustomer, type NewCustomer } from "../commands/customer.ts";
import { placeOrder, type NewLine } from "../commands/order.ts";
import { refundOrder } from "../commands/order-change.ts";
import { createProduct } from "../commands/product.ts";
import { generateShop } from "../generator/generate.ts";
import type { Product } from "../model.ts";
import { createTrial, type Trial } from "../trial.ts";
import { isInSegment, segmentMembers } from "./members.ts";

let trial: Trial;
let hat: Product;
beforeEach(async () => {
  trial = await createTrial({ shop: { timeZone: "Asia/Kolkata", currency: "INR" } });
  trial.shop.customers.clear();
  hat = createProduct(trial.store, trial.shop, {
    title: "Hat",
    tags: ["wear"],
    variants: [{ title: "One", sku: "H", price: "100" }],
  });
});
afterEach(() => trial.close());

const DAY = 86_400_000;

/** Noon in the shop, some days before today. */
function noon(daysAgo: number): string {
  const today = new Date(trial.store.clock.now().getTime() + 5.5 * 3_600_000).toISOString().slice(0, 10);
  return new Date(Date.parse(`${today}T06:30:00Z`) - daysAgo * DAY).toISOString();
}

function shopDay(daysAgo: number): string {
  return new Date(Date.parse(noon(daysAgo)) + 5.5 * 3_600_000).toISOString().slice(0, 10);
}

function person(name: string, input: NewCustomer = {}): string {
  return createCustomer(trial.store, trial.shop, { firstName: name, ...input }).id;
}

function buy(
  customerId: string,
  at: string,
  lines: NewLine[] = [{ variantId: hat.variants[0]?.id ?? "", quantity: 1 }],
  more = {},
) {
  return placeOrder(trial.store, trial.shop, { customerId, lines, createdAt: at, processedAt: at, ...more });
}

function who(query: string): string[] {
  const members = segmentMembers(trial.store, trial.shop, query);
  if (!members.ok) throw new Error(members.messages.join(" "));
  return [...members.customerIds].map((id) => trial.shop.customers.get(id)?.firstName ?? "").sort();
}

function faults(query: string): string[] {
  const members = segmentMembers(trial.store, trial.shop, query);
  return members.ok ? [] : members.messages;
}

test("AND binds tighter than OR, and NOT stands before its operand", () => {
  person("A", { tags: ["x"] });
  person("B", { tags: ["y"], state: "ENABLED" });
  person("C", { tags: ["x", "y"] });
  expect(
    who("customer_tags CONTAINS 'x' OR customer_tags CONTAINS 'y' AND customer_account_status = 'ENABLED'"),
  ).toEqual(["A", "B", "C"]);
  expect(
    who("(customer_tags CONTAINS 'x' OR customer_tags CONTAINS 'y') AND customer_account_status = 'ENABLED'"),
  ).toEqual(["B"]);
  expect(who("NOT customer_tags CONTAINS 'x'")).toEqual(["B"]);
  expect(who("not (customer_tags contains 'x' and customer_tags contains 'y')")).toEqual(["A", "B"]);
});

test("tags are found in any case, other texts exactly", () => {
  person("A", { tags: ["VIP"], email: "a@Example.com" });
  expect(who("customer_tags CONTAINS 'vip'")).toEqual(["A"]);
  expect(who("customer_tags CONTAINS 'it\\'s'")).toEqual([]);
  expect(who("customer_email_domain = 'Example.com'")).toEqual(["A"]);
  expect(who("customer_email_domain = 'example.com'")).toEqual([]);
});

test("a missing value matches != and NOT CONTAINS, and IS NULL", () => {
  person("None");
  buy(person("Buyer", { email: "b@b.com", tags: ["t"] }), noon(1));
  expect(who("customer_email_domain != 'c.com'")).toEqual(["Buyer", "None"]);
  expect(who("customer_tags NOT CONTAINS 't'")).toEqual(["None"]);
  expect(who("last_order_date IS NULL")).toEqual(["None"]);
  expect(who("last_order_date IS NOT NULL")).toEqual(["Buyer"]);
  expect(who("last_order_date < today")).toEqual(["Buyer"]);
});

test("a date is a whole day in the shop's zone", () => {
  const customer = person("Late");
  // Half past midnight in Kolkata is the day before in UTC.
  buy(customer, `${shopDay(10)}T19:00:00Z`);
  expect(who(`last_order_date = ${shopDay(9)}`)).toEqual(["Late"]);
  expect(who(`last_order_date > ${shopDay(10)}`)).toEqual(["Late"]);
  expect(who(`last_order_date > ${shopDay(9)}`)).toEqual([]);
  expect(who("last_order_date = -9d")).toEqual(["Late"]);
  expect(who("last_order_date BETWEEN -10d AND -9d")).toEqual(["Late"]);
  expect(who(`last_order_date >= ${shopDay(9)}T00:30:00`)).toEqual(["Late"]);
  expect(who(`last_order_date > ${shopDay(9)}T00:30:00`)).toEqual([]);
});

test("relative dates move with the store's time", () => {
  buy(person("A"), noon(29));
  expect(who("last_order_date >= -30d")).toEqual(["A"]);
  expect(who("last_order_date >= 30_days_ago")).toEqual(["A"]);
  trial.store.clock.advance(2 * DAY);
  expect(who("last_order_date >= -30d")).toEqual([]);
  expect(who("last_order_date >= -2m AND first_order_date >= -1y")).toEqual(["A"]);
});

test("totals count cancelled orders and no test orders, and a refund lowers the amount only", () => {
  const customer = person("A");
  buy(customer, noon(3));
  const refunded = buy(customer, noon(2));
  buy(customer, noon(1), undefined, { test: true });
  expect(who("number_of_orders = 2 AND amount_spent = 200")).toEqual(["A"]);
  refundOrder(trial.store, trial.shop, refunded.id, {
    lines: [{ lineItemId: refunded.lineItems[0]?.id ?? "", quantity: 1 }],
  });
  expect(who("number_of_orders = 2 AND amount_spent BETWEEN 99.99 AND 100.00")).toEqual(["A"]);
});

test("places are found by country, region and city of any address", () => {
  const place = { lastName: "", address1: "", zip: "", phone: null };
  person("A", {
    addresses: [
      { ...place, firstName: "A", city: "New York City", provinceCode: "NY", countryCode: "US" },
      { ...place, firstName: "A", city: "Paris", provinceCode: null, countryCode: "FR" },
    ],
  });
  expect(who("customer_countries CONTAINS 'FR'")).toEqual(["A"]);
  expect(who("customer_regions CONTAINS 'US-NY' AND customer_cities CONTAINS 'US-NY-NewYorkCity'")).toEqual(["A"]);
});

test("a language includes its regions", () => {
  person("A", { locale: "en-US" });
  expect(who("customer_language = 'en'")).toEqual(["A"]);
  expect(who("customer_language = 'en-US'")).toEqual(["A"]);
  expect(who("customer_language = 'en-GB'")).toEqual([]);
});

test("all parameters of products_purchased apply to the same line", () => {
  const [assam] = trial.products;
  const line = (product: Product | undefined, quantity: number): NewLine => ({
    variantId: product?.variants[0]?.id ?? "",
    quantity,
  });
  buy(person("Hats"), noon(40), [line(hat, 3)]);
  buy(person("Both"), noon(5), [line(hat, 1), line(assam, 4)]);
  person("None");
  expect(who("products_purchased MATCHES ()")).toEqual(["Both", "Hats"]);
  expect(who("products_purchased NOT MATCHES ()")).toEqual(["None"]);
  expect(who(`products_purchased MATCHES (id = ${hat.id}, quantity > 2)`)).toEqual(["Hats"]);
  expect(who(`products_purchased MATCHES (id IN (${hat.id}, ${assam?.id ?? ""}), date >= -30d)`)).toEqual(["Both"]);
  expect(who("products_purchased MATCHES (tag = 'wear', date >= -30d)")).toEqual(["Both"]);
  expect(who("products_purchased MATCHES (sum_quantity >= 5)")).toEqual(["Both"]);
  expect(who("products_purchased(tag: 'wear', date: BETWEEN -60d AND -20d) = true")).toEqual(["Hats"]);
  expect(who("products_purchased(tag: 'wear') = false")).toEqual(["None"]);
  expect(who(`products_purchased(id: (${hat.id}, 1)) = true`)).toEqual(["Both", "Hats"]);
});

test("orders_placed counts and sums the matching orders", () => {
  const customer = person("A");
  buy(customer, noon(50), undefined, { sourceName: "pos", locationId: "77" });
  buy(customer, noon(10));
  buy(customer, noon(5));
  expect(who("orders_placed MATCHES (count >= 2, sum_amount >= 200, date >= -30d)")).toEqual(["A"]);
  expect(who("orders_placed MATCHES (count > 2, date >= -30d)")).toEqual([]);
  expect(who("orders_placed MATCHES (location_id = 77)")).toEqual(["A"]);
  expect(who("orders_placed MATCHES (amount > 100)")).toEqual([]);
});

test("functions without data in this store match nobody", () => {
  person("A");
  expect(who("shopify_email.opened NOT MATCHES (activity_id = 5, date >= -30d)")).toEqual(["A"]);
  expect(who("storefront.product_viewed MATCHES (id = 1, count >= 3)")).toEqual([]);
  expect(who("customer_within_distance MATCHES (coordinates = (45.42, -75.69), distance_km = 10)")).toEqual([]);
});

test("metafields select only if a definition makes them filters", () => {
  const { store, shop } = trial;
  const own = `app--${appIdOf(store)}`;
  const [a, b] = [person("A"), person("B")];
  const define = (key: string, type: string, adminFilterable: boolean) => {
    const id = store.newId(shop);
    shop.metafieldDefinitions.set(id, {
      id,
      ownerType: "CUSTOMER",
      namespace: own,
      key,
      name: key,
      type,
      adminFilterable,
    });
  };
  const set = (customerId: string, key: string, type: string, value: string) => {
    const ownerId = `gid://shopify/Customer/${customerId}`;
    const metafield = { id: store.newId(shop), ownerId, namespace: own, key, type, value, updatedAt: noon(0) };
    shop.metafields.set(`${ownerId} ${own} ${key}`, metafield);
  };
  define("offers", "list.single_line_text_field", true);
  define("points", "number_integer", true);
  define("birth", "date", true);
  define("hidden", "single_line_text_field", false);
  set(a, "offers", "list.single_line_text_field", `["tea"]`);
  set(a, "points", "number_integer", "120");
  set(b, "points", "number_integer", "80");
  set(a, "birth", "date", `1990${shopDay(-3).slice(4)}`);
  expect(who(`metafields.${own}.offers CONTAINS 'tea'`)).toEqual(["A"]);
  expect(who("metafields.$app.offers NOT CONTAINS 'tea'")).toEqual(["B"]);
  expect(who(`customer.metafields.${own}.points >= 100`)).toEqual(["A"]);
  expect(who(`anniversary('metafields.${own}.birth') BETWEEN today AND +7d`)).toEqual(["A"]);
  expect(who(`anniversary(date: 'metafields.${own}.birth') = today`)).toEqual([]);
  expect(faults(`metafields.${own}.hidden = 'x'`)).toEqual([
    `Line 1 Column 0: 'metafields.${own}.hidden' filter cannot be found.`,
  ]);
  set(a, "offers", "list.single_line_text_field", `["mug"]`);
  expect(who(`metafields.${own}.offers CONTAINS 'tea'`)).toEqual([]);
});

test("faults have their place and the recorded words", () => {
  expect(faults("email = 'a@b.c'")).toEqual(["Line 1 Column 0: 'email' filter cannot be found."]);
  expect(faults("number_of_orders > 1\n  AND customer_tags = 'x'")).toEqual([
    "Line 2 Column 20: customer_tags does not support operator '='",
  ]);
  expect(faults("not a valid segment query ???")).toEqual([
    "Line 1 Column 6: 'valid' is unexpected.",
    "Line 1 Column 4: 'a' filter cannot be found.",
  ]);
  for (const wrong of [
    "number_of_orders = 1.5",
    "amount_spent > 'x'",
    "customer_account_status = 'enabled'",
    "last_order_date > 2026-02-30",
    "orders_placed MATCHES (date > 2025-01-01, date < 2025-06-01)",
    "orders_placed MATCHES (colour = 'red')",
    "number_of_orders CONTAINS 1",
    "amount_spent IN (1, 2)",
    "number_of_orders =",
    Array.from({ length: 11 }, () => "number_of_orders > 1").join(" AND "),
  ]) {
    expect(faults(wrong), wrong).toHaveLength(1);
  }
});

test("a deleted segment has no members", () => {
  const customer = person("A");
  const now = noon(0);
  trial.shop.segments.set("9", {
    id: "9",
    name: "All",
    query: "number_of_orders >= 0",
    creationDate: now,
    lastEditDate: now,
  });
  expect(isInSegment(trial.store, trial.shop, customer, "9")).toBe(true);
  trial.shop.segments.delete("9");
  expect(isInSegment(trial.store, trial.shop, customer, "9")).toBe(false);
});

test("RFM groups cover every buyer, and those who did not buy are prospects", () => {
  generateShop(trial.store, trial.shop, { customers: 200 });
  const groups = [
    "CHAMPIONS",
    "LOYAL",
    "ACTIVE",
    "NEW",
    "PROMISING",
    "NEEDS_ATTENTION",
    "ALMOST_LOST",
    "AT_RISK",
    "PREVIOUSLY_LOYAL",
    "DORMANT",
  ];
  const buyers = groups.map((group) => who(`rfm_group = '${group}'`).length).reduce((total, size) => total + size, 0);
  expect(buyers).toBe(who("number_of_orders > 0").length);
  expect(who("rfm_group = 'PROSPECTS'").length).toBe(who("number_of_orders = 0").length);
});

test("2,000 customers are evaluated quickly", () => {
  generateShop(trial.store, trial.shop);
  const began = process.cpuUsage();
  const query =
    "products_purchased MATCHES (tag = 'wear', date >= -12m) OR amount_spent > 100 AND last_order_date >= -90d OR rfm_group = 'AT_RISK'";
  who(query);
  expect(process.cpuUsage(began).user / 1000).toBeLessThan(4000);
});
