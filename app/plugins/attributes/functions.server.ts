// The functions products_purchased and orders_placed. products_purchased looks for line items that match every parameter, and
// orders_placed looks for orders that match every parameter. A count or a sum is taken over the matches. Without a count, at least one
// match is required.
import { grossAmount } from "../../customers/order-money.server.ts";
import { linesAt, ordersAt, ordersOfUnknownLines } from "../../customers/orders-then.server.ts";
import { empty, type Sql, sql } from "../../db.server.ts";
import type { AttributeFunction, FlipTest, ParamTest } from "../../segments/attribute.server.ts";
import type { Instant } from "../../instant.ts";
import { suggestProducts, suggestProductTags } from "./suggest.server.ts";

const label = (name: string) => `attributes.param.${name}`;

type Found = { from: Sql; aggregates: Record<string, Sql> };

function atLeastOne(test: ParamTest, { from, aggregates }: Found): Sql {
  const asked = Object.entries(aggregates).filter(([name]) => test.given(name));
  if (asked.length === 0) return sql`exists (select 1 ${from})`;
  const all = asked.reduce((made, [name, expression]) => sql`${made} and ${test(name, expression)}`, sql`true`);
  return test.given("count") ? sql`(select ${all} ${from})` : sql`(select count(*) > 0 and ${all} ${from})`;
}

/** Customers with an order whose date begins or ceases to match the query within the window. */
const orderedThen = (test: FlipTest): Sql => sql`exists (
  select from api.orders o where o.shop_id = c.shop_id and o.customer_id = c.id and ${test.differs("date", sql`o.ordered_at`)})`;

function bought(test: ParamTest, lines = sql`api.line_items`): Sql {
  const tagged = test.given("tag")
    ? sql`and ${test("tag", {
        list: sql`(select p.tags from api.products p where p.shop_id = l.shop_id and p.id = l.product_id)`,
      })}`
    : empty;
  return atLeastOne(test, {
    from: sql`from ${lines} l where l.shop_id = c.shop_id and l.customer_id = c.id
      and ${test("id", sql`l.product_id`)} and ${test("date", sql`l.ordered_at`)}
      and ${test("quantity", sql`l.quantity`)} ${tagged}`,
    aggregates: { count: sql`count(*)`, sum_quantity: sql`coalesce(sum(l.quantity), 0)` },
  });
}

/** Null: an order that may have been edited since decides, and its lines of then are not known. */
function boughtBy(test: ParamTest, now: Instant): Sql {
  const known = bought(test, linesAt(now));
  const unknown = sql`exists (select 1 from ${ordersOfUnknownLines(now)} o
    where o.shop_id = c.shop_id and o.customer_id = c.id and ${test("date", sql`o.ordered_at`)})`;
  return test.given("count")
    ? sql`(case when not ${unknown} then ${known} end)`
    : sql`(${known} or case when ${unknown} then null else false end)`;
}

function placed(test: ParamTest, orders = sql`api.orders`): Sql {
  // A count reads the orders of one customer at a time. Adding the empty interval keeps PostgreSQL from using the index by date, which
  // would read all of the shop's orders of those days once for each customer.
  const counted = test.given("count") || test.given("sum_amount");
  const date = counted ? sql`(o.ordered_at + interval '0')` : sql`o.ordered_at`;
  return atLeastOne(test, {
    from: sql`from ${orders} o
      where o.shop_id = c.shop_id and o.customer_id = c.id
      and ${test("date", date)} and ${test("amount", grossAmount)}
      and ${test("location_id", sql`o.location_id`)} and ${test("app_id", sql`o.app_id`)}`,
    aggregates: { count: sql`count(*)`, sum_amount: sql`coalesce(sum(${grossAmount}), 0)` },
  });
}

export const productsPurchased: AttributeFunction = {
  label: "attributes.products_purchased",
  params: {
    id: { type: "id", label: label("product"), suggest: suggestProducts },
    tag: { type: "string", label: label("tag"), suggest: suggestProductTags },
    date: { type: "date", label: label("date") },
    quantity: { type: "integer", label: label("quantity") },
    sum_quantity: { type: "integer", label: label("sum_quantity") },
    count: { type: "integer", label: label("count") },
  },
  reads: ["orders", "products"],
  flips: (test) =>
    test.given("id")
      ? sql`exists (select from api.line_items l where l.shop_id = c.shop_id and l.customer_id = c.id
          and ${test("id", sql`l.product_id`)} and ${test.differs("date", sql`l.ordered_at`)})`
      : orderedThen(test),
  sql: (test) => bought(test),
  // Null for tags and quantities: the app stores only the present tags of a product, and only the quantity after the last edit.
  history: (test, { now }) =>
    ["tag", "quantity", "sum_quantity"].some((name) => test.given(name)) ? null : boughtBy(test, now),
};

export const ordersPlaced: AttributeFunction = {
  label: "attributes.orders_placed",
  params: {
    date: { type: "date", label: label("date") },
    amount: { type: "float", label: label("amount") },
    count: { type: "integer", label: label("count") },
    sum_amount: { type: "float", label: label("sum_amount") },
    location_id: { type: "id", label: label("location_id") },
    app_id: { type: "id", label: label("app_id") },
  },
  reads: ["orders"],
  flips: orderedThen,
  sql: (test) => placed(test),
  // Null for amounts: an edit raises the amount of an order, and the app stores only the amount after the last edit.
  history: (test, { now }) =>
    ["amount", "sum_amount"].some((name) => test.given(name)) ? null : placed(test, ordersAt(now)),
};
