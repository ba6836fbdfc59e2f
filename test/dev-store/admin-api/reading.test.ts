import { afterEach, beforeEach, expect, test } from "vitest";
import { createCustomer } from "../commands/customer.ts";
import { placeOrder } from "../commands/order.ts";
import { startAsking, type Asking } from "./ask.ts";
import { MAXIMUM } from "./throttle.ts";

let asking: Asking;
beforeEach(async () => {
  asking = await startAsking();
});
afterEach(() => asking.close());

const DAY = 86_400_000;

function daysAgo(days: number): string {
  return `${new Date(asking.store.clock.now().getTime() - days * DAY).toISOString().slice(0, 19)}Z`;
}

function buy(days: number, customerId: string | null = asking.customer.id): string {
  const [product] = asking.products;
  const [variant] = product?.variants ?? [];
  const lines = [{ variantId: variant?.id ?? "", quantity: 1 }];
  const at = daysAgo(days);
  return placeOrder(asking.store, asking.shop, { customerId, lines, createdAt: at, processedAt: at, updatedAt: at }).id;
}

async function names(query: string, variables: Record<string, unknown> = {}): Promise<unknown[]> {
  const nodes = await asking.read(query, "list.nodes", variables);
  return Array.isArray(nodes)
    ? nodes.map((node: { firstName?: string; name?: string }) => node.firstName ?? node.name)
    : [];
}

test("pages follow each other in both directions, whatever is added meanwhile", async () => {
  for (const firstName of ["B", "C", "D", "E"]) createCustomer(asking.store, asking.shop, { firstName });
  const page =
    "query Q($first: Int, $last: Int, $after: String, $before: String) { list: customers(first: $first, last: $last, after: $after, before: $before) { nodes { firstName } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
  expect(await names(page, { first: 2 })).toEqual(["Asha", "B"]);
  const cursor = await asking.read(page, "list.pageInfo.endCursor", { first: 2 });
  expect(await names(page, { first: 2, after: cursor })).toEqual(["C", "D"]);
  expect(await names(page, { last: 1, before: cursor })).toEqual(["Asha"]);
  asking.shop.customers.delete([...asking.shop.customers.keys()][1] ?? "");
  expect(await names(page, { first: 9, after: cursor })).toEqual(["C", "D", "E"]);
  const end = await asking.read(page, "list.pageInfo.endCursor", { first: 9 });
  expect(await names(page, { first: 9, after: end })).toEqual([]);
  const ends = await asking.read(page, "list.pageInfo", { first: 9, after: cursor });
  expect(ends).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
});

test("a page needs first or last, not both, and not more than 250", async () => {
  const message = async (args: string) =>
    (await asking.ask(`{ customers${args} { nodes { id } } }`)).errors?.[0]?.message;
  expect(await message("")).toBe("you must provide one of first or last");
  expect(await message("(first: 1, last: 1)")).toBe("providing both first and last is not supported");
  expect(await message("(first: 251)")).toBe("first cannot exceed 250");
  expect(await message('(first: 1, after: "nonsense")')).toBe("Invalid cursor for current pagination sort.");
});

test("orders are searched by time, customer and tag, and sorted by the requested key", async () => {
  const [old, recent, other] = [buy(30), buy(2), buy(1, null)];
  const list =
    "query Q($query: String, $sortKey: OrderSortKeys, $reverse: Boolean) { list: orders(first: 9, query: $query, sortKey: $sortKey, reverse: $reverse) { nodes { name: id } } }";
  const ids = async (variables: Record<string, unknown>) =>
    (await names(list, variables)).map((id) => String(id).replace("gid://shopify/Order/", ""));
  expect(await ids({ query: `updated_at:>='${daysAgo(3)}'`, sortKey: "UPDATED_AT" })).toEqual([recent, other]);
  expect(await ids({ query: `updated_at:<${daysAgo(3)}` })).toEqual([old]);
  expect(await ids({ query: `customer_id:${asking.customer.id}`, sortKey: "CREATED_AT", reverse: true })).toEqual([
    recent,
    old,
  ]);
  expect(await ids({ query: `(id:${old} OR id:${other}) AND NOT customer_id:${asking.customer.id}` })).toEqual([other]);
  expect(await ids({ query: `id:>${old}` })).toEqual([recent, other]);
});

test("an unknown filter restricts nothing and gives a warning", async () => {
  const reply = await asking.ask(`{ customersCount(query: "email:grace@example.com") { count precision } }`);
  expect(reply.data).toEqual({ customersCount: { count: 1, precision: "EXACT" } });
  expect(reply.extensions?.["search"]).toEqual([
    {
      path: ["customersCount"],
      query: "email:grace@example.com",
      parsed: { field: "email", match_all: "grace@example.com" },
      warnings: [{ field: "email", message: "Invalid search field for this query.", code: "invalid_field" }],
    },
  ]);
});

test("customers are found by words, fields and whole days of change", async () => {
  createCustomer(asking.store, asking.shop, {
    firstName: "Grace",
    lastName: "Hopper",
    tags: ["navy"],
    createdAt: daysAgo(5),
  });
  const list = "query Q($query: String) { list: customers(first: 9, query: $query) { nodes { firstName } } }";
  expect(await names(list, { query: "hop*" })).toEqual(["Grace"]);
  expect(await names(list, { query: "tag:NAVY" })).toEqual(["Grace"]);
  expect(await names(list, { query: "-(tag:navy OR first_name:Asha)" })).toEqual([]);
  expect(await names(list, { query: "email:*" })).toEqual(["Asha"]);
  expect(await names(list, { query: `updated_at:>'${daysAgo(4)}'` })).toEqual(["Asha"]);
  expect(await names(list, { query: `updated_at:'${daysAgo(5).slice(0, 10)}T23:59:59Z'` })).toEqual(["Grace"]);
});

test("without read_all_orders an app sees 60 days, but the customer's totals count all orders", async () => {
  buy(100);
  buy(3);
  if (asking.shop.installation !== null) asking.shop.installation.scopes = ["read_customers", "read_orders"];
  const query = `{ orders(first: 9) { nodes { id } } ordersCount { count } customers(first: 1) { nodes { numberOfOrders amountSpent { amount currencyCode } orders(first: 9) { nodes { id } } } } }`;
  const { data } = await asking.ask(query);
  expect(data).toMatchObject({
    ordersCount: { count: 1 },
    customers: { nodes: [{ numberOfOrders: "2", amountSpent: { amount: "12.4", currencyCode: "GBP" } }] },
  });
  expect(await asking.read(query, "orders.nodes.length")).toBe(1);
  expect(await asking.read(query, "customers.nodes.0.orders.nodes.length")).toBe(1);
});

test("every answer has its cost and the remaining points", async () => {
  const cost = async (query: string) => (await asking.ask(query)).extensions?.["cost"];
  expect(await cost("{ shop { id name } }")).toMatchObject({ requestedQueryCost: 1, actualQueryCost: 1 });
  expect(await cost("{ customers(first: 10) { nodes { id } } }")).toMatchObject({
    requestedQueryCost: 6,
    actualQueryCost: 3,
  });
  expect(await cost("{ products(first: 250) { nodes { id } pageInfo { endCursor } } }")).toMatchObject({
    requestedQueryCost: 13,
  });
  expect(
    await cost(
      `mutation { tagsAdd(id: "gid://shopify/Customer/${asking.customer.id}", tags: ["x"]) { node { id } userErrors { message } } }`,
    ),
  ).toMatchObject({
    requestedQueryCost: 10,
    throttleStatus: { maximumAvailable: MAXIMUM, restoreRate: 100 },
  });
});

const DEAR =
  "{ " +
  [1, 2, 3, 4, 5, 6, 7, 8]
    .map((n) => `a${n}: orders(first: 100) { nodes { id lineItems(first: 10) { nodes { id product { id } } } } }`)
    .join(" ") +
  " }";

test("an empty bucket throttles with status 200, and refills with the store's time", async () => {
  const spend = () => asking.ask(DEAR);
  let reply = await spend();
  for (let tries = 0; tries < 10 && reply.errors === undefined; tries++) reply = await spend();
  expect(reply.errors).toEqual([
    {
      message: "Throttled",
      extensions: { code: "THROTTLED", documentation: "https://shopify.dev/api/usage/rate-limits" },
    },
  ]);
  expect(reply.data).toBeUndefined();
  expect(reply.extensions?.["cost"]).toMatchObject({ actualQueryCost: null });
  asking.store.clock.advance(20_000);
  expect((await spend()).errors).toBeUndefined();
});

test("a query above a thousand points is never run", async () => {
  const reply = await asking.ask(
    "{ customers(first: 250) { nodes { orders(first: 250) { nodes { lineItems(first: 250) { nodes { id } } } } } } }",
  );
  expect(reply.errors?.[0]?.extensions).toMatchObject({ code: "MAX_COST_EXCEEDED", maxCost: 1000 });
  expect(reply.errors?.[0]?.message).toMatch(
    /^Query cost is \d+, which exceeds the single query max cost limit \(1000\)\./,
  );
});
