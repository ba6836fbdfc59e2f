import { afterEach, expect, test } from "vitest";
import { setFaults } from "../faults.ts";
import { handleAdminApi } from "./admin-api.ts";
import { post, startAsking, type Asking } from "./ask.ts";

let asking: Asking;
afterEach(() => asking.close());

test("an unknown field is refused with its place in the query", async () => {
  asking = await startAsking();
  const reply = await asking.ask("query Shop {\n  shop {\n    nickname\n  }\n}");
  expect(reply).toEqual({
    errors: [
      {
        message: "Field 'nickname' doesn't exist on type 'Shop'",
        locations: [{ line: 3, column: 5 }],
        path: ["query Shop", "shop", "nickname"],
        extensions: { code: "undefinedField", typeName: "Shop", fieldName: "nickname" },
      },
    ],
  });
});

test("unknown, missing and malformed arguments are refused in Shopify's words", async () => {
  asking = await startAsking();
  const first = async (query: string, variables = {}) => (await asking.ask(query, variables)).errors?.[0];
  expect(
    await first(`mutation M { bulkOperationRunQuery(query: "x", clientIdentifier: "y") { userErrors { message } } }`),
  ).toMatchObject({
    message: "Field 'bulkOperationRunQuery' doesn't accept argument 'clientIdentifier'",
    path: ["mutation M", "bulkOperationRunQuery", "clientIdentifier"],
    extensions: {
      code: "argumentNotAccepted",
      name: "bulkOperationRunQuery",
      typeName: "Field",
      argumentName: "clientIdentifier",
    },
  });
  expect(await first("mutation M {\n  segmentCreate { userErrors { message } }\n}")).toMatchObject({
    message: "Field 'segmentCreate' is missing required arguments: name, query",
    locations: [{ line: 2, column: 3 }],
    extensions: {
      code: "missingRequiredArguments",
      className: "Field",
      name: "segmentCreate",
      arguments: "name, query",
    },
  });
  expect(await first('query Q {\n  bulkOperation(id: "not-a-gid") { id }\n}')).toMatchObject({
    message: "Invalid global id 'not-a-gid'",
    locations: [{ line: 2, column: 3 }],
    path: ["query Q", "bulkOperation", "id"],
    extensions: { code: "argumentLiteralsIncompatible", typeName: "CoercionError" },
  });
  expect(await first("query Q {\n  bulkOperations(first: 1, sortKey: ID) { nodes { id } }\n}")).toMatchObject({
    message:
      "Argument 'sortKey' on Field 'bulkOperations' has an invalid value (ID). Expected type 'BulkOperationsSortKeys'.",
    locations: [{ line: 2, column: 3 }],
    path: ["query Q", "bulkOperations", "sortKey"],
    extensions: { code: "argumentLiteralsIncompatible", typeName: "Field", argumentName: "sortKey" },
  });
});

test("a bad variable is refused before anything runs", async () => {
  asking = await startAsking();
  const reply = await asking.ask("query Q($id: ID!) { customer(id: $id) { id } }", { id: "17" });
  expect(reply).toEqual({
    errors: [
      {
        message: "Variable $id of type ID! was provided invalid value",
        locations: [{ line: 1, column: 9 }],
        extensions: {
          code: "INVALID_VARIABLE",
          value: "17",
          problems: [{ path: [], explanation: "Invalid global id '17'", message: "Invalid global id '17'" }],
        },
      },
    ],
  });
  const input = { ownerId: "gid://shopify/Shop/1", key: "k" };
  const nested = await asking.ask(
    "mutation M($metafields: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $metafields) { userErrors { message } } }",
    { metafields: [{ ...input, colour: "red" }] },
  );
  expect(nested.errors?.[0]?.message).toBe(
    "Variable $metafields of type [MetafieldsSetInput!]! was provided invalid value for " +
      "0.colour (Field is not defined on MetafieldsSetInput), 0.value (Expected value to not be null)",
  );
});

test("a missing scope denies the field, and a type that needs a scope denies the fields that return it", async () => {
  asking = await startAsking(["read_orders"]);
  const reply = await asking.ask("{\n  customers(first: 1) { nodes { id } }\n}");
  expect(reply.errors).toEqual([
    {
      message: "Access denied for customers field. Required access: `read_customers` access scope.",
      locations: [{ line: 2, column: 3 }],
      path: ["customers"],
      extensions: {
        code: "ACCESS_DENIED",
        documentation: "https://shopify.dev/api/usage/access-scopes",
        requiredAccess: "`read_customers` access scope.",
      },
    },
  ]);
  const denied = async (query: string) => (await asking.ask(query)).errors?.[0]?.extensions?.["code"];
  expect(await denied(`mutation { segmentCreate(name: "a", query: "b") { userErrors { message } } }`)).toBe(
    "ACCESS_DENIED",
  );
  expect(await denied(`{ node(id: "gid://shopify/Customer/1") { id } }`)).toBe("ACCESS_DENIED");
  const set = `mutation { metafieldsSet(metafields: [{ ownerId: "gid://shopify/Customer/1", key: "key", type: "json", value: "1" }]) { userErrors { message } } }`;
  expect(await denied(set)).toBe("ACCESS_DENIED");
  expect(await denied("{ orders(first: 1) { nodes { id } } }")).toBeUndefined();
});

test("a field without a resolver is an error and not null", async () => {
  asking = await startAsking();
  const reply = await asking.ask("{ shop { countriesInShippingZones { countryCodes } } }");
  expect(reply.errors?.[0]).toMatchObject({
    message: "The dev store has no resolver for Shop.countriesInShippingZones",
    extensions: { code: "INTERNAL_SERVER_ERROR" },
  });
});

test("an old version is answered with the store's version, which the answer names", async () => {
  asking = await startAsking();
  const headers = { "x-shopify-access-token": asking.token };
  const request = post(asking.shop, "/admin/api/2019-01/graphql.json", { query: "{ shop { name } }" }, headers);
  const answer = await handleAdminApi(asking.store, asking.shop, request);
  expect(answer?.status).toBe(200);
  expect(answer?.headers["x-shopify-api-version"]).toBe("2026-10");
});

test("faults that are set for the store apply to the Admin API", async () => {
  asking = await startAsking();
  const headers = { "x-shopify-access-token": asking.token };
  const status = async () => {
    const request = post(asking.shop, "/admin/api/2026-10/graphql.json", { query: "{ shop { name } }" }, headers);
    return (await handleAdminApi(asking.store, asking.shop, request))?.status;
  };
  for (const [kind, wanted] of [
    ["429", 429],
    ["5xx", 500],
    ["drop", 0],
  ] as const) {
    setFaults(asking.store, "admin", [{ kind, share: 1, milliseconds: 0 }]);
    expect(await status()).toBe(wanted);
  }
  setFaults(asking.store, "admin", [{ kind: "slow", share: 1, milliseconds: 60 }]);
  const began = performance.now();
  expect(await status()).toBe(200);
  expect(performance.now() - began).toBeGreaterThan(50);
});
