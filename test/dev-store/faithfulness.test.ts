// Behaviour in which the store could be kinder than Shopify and so hide a fault of the app. Each is tested against Shopify's
// documentation. Known differences: lists have pages beyond 25,000 objects and exact counts (docs/api/usage/limits); the
// storefront has no password; a bulk operation never fails by itself. A topic without its scope is silently not sent, where
// Shopify would refuse to deploy the app.

import { afterEach, expect, test } from "vitest";
import { handleAdminApi } from "./admin-api/admin-api.ts";
import { askTokens, exchangeParameters, post, startAsking, type Asking } from "./admin-api/ask.ts";
import { sessionToken } from "./auth/session-token.ts";
import { changeScopes } from "./commands/app.ts";
import { createCustomer } from "./commands/customer.ts";
import { placeOrder } from "./commands/order.ts";
import { startToyShop } from "./toy-shop.ts";

let asking: Asking | null = null;
afterEach(async () => {
  await asking?.close();
  asking = null;
});

test("a list of more than 250 in an argument refuses the whole request (docs/api/usage/limits)", async () => {
  asking = await startAsking();
  const customer = `gid://shopify/Customer/${asking.customer.id}`;
  const mutation = `mutation Tag($id: ID!, $tags: [String!]!) {\n  tagged: tagsAdd(id: $id, tags: $tags) { userErrors { message } } }`;
  const tags = (count: number) => Array.from({ length: count }, (_, index) => `tag-${index}`);
  expect(await asking.ask(mutation, { id: customer, tags: tags(251) })).toEqual({
    errors: [
      {
        message: "The input array size of 251 is greater than the maximum allowed of 250.",
        locations: [{ line: 2, column: 3 }],
        path: ["tagged", "tags"],
        extensions: { code: "MAX_INPUT_SIZE_EXCEEDED" },
      },
    ],
  });
  expect(asking.customer.tags).toEqual(["tea-club"]);
  expect(await asking.read(mutation, "tagged.userErrors", { id: customer, tags: tags(250) })).toEqual([]);
  const nodes = `query { nodes(ids: [${tags(251).map(() => `"${customer}"`)}]) { id } }`;
  expect((await asking.ask(nodes)).errors?.[0]?.path).toEqual(["nodes", "ids"]);
});

test("a token that never expires is refused (…/access-tokens/offline-access-tokens, public apps since April 2026)", async () => {
  asking = await startAsking();
  const { store, shop } = asking;
  const { fields } = await askTokens(store, shop, exchangeParameters(sessionToken(store, shop), { expiring: "0" }));
  const headers = { "x-shopify-access-token": String(fields["access_token"]) };
  const request = post(shop, "/admin/api/2026-10/graphql.json", { query: "{ shop { id } }" }, headers);
  const answer = await handleAdminApi(store, shop, request);
  expect(answer?.status).toBe(403);
  expect(String(answer?.body)).toContain("Non-expiring access tokens are no longer accepted for the Admin API");
});

test("a topic is sent only to an app with its scope (docs/api/admin-graphql/latest/enums/WebhookSubscriptionTopic)", async () => {
  asking = await startAsking();
  const { store, shop, received } = asking;
  await asking.settled();
  received.length = 0;
  changeScopes(store, shop, ["write_orders"]);
  const customer = createCustomer(store, shop, { firstName: "Bina", tags: ["new"] });
  placeOrder(store, shop, { customerId: customer.id, lines: [{ variantId: asking.products[0]?.variants[0]?.id ?? "", quantity: 1 }] }); // prettier-ignore
  await asking.settled();
  expect(asking.topics()).toEqual(["app/scopes_update", "orders/create", "orders/paid", "orders/updated"]);
});

test("no more than 25 automatic discounts are active at a time (docs/api/admin-graphql/latest/enums/DiscountErrorCode)", async () => {
  asking = await startAsking();
  const create = `mutation Create($input: DiscountAutomaticBasicInput!) { discountAutomaticBasicCreate(automaticBasicDiscount: $input) {
    automaticDiscountNode { id } userErrors { field code } } }`;
  const input = (number: number, more: object = {}) => ({
    title: `Discount ${number}`,
    startsAt: "2026-01-01T00:00:00Z",
    endsAt: "2099-01-01T00:00:00Z",
    context: { all: "ALL" },
    customerGets: { value: { percentage: 0.1 }, items: { all: true } },
    ...more,
  });
  for (let number = 1; number <= 25; number++) {
    const made = await asking.read(create, "discountAutomaticBasicCreate.userErrors", { input: input(number) });
    expect(made).toEqual([]);
  }
  expect(await asking.read(create, "discountAutomaticBasicCreate", { input: input(26) })).toEqual({
    automaticDiscountNode: null,
    userErrors: [{ field: ["automaticBasicDiscount", "startsAt"], code: "ACTIVE_PERIOD_OVERLAP" }],
  });
  const afterwards = input(26, { startsAt: "2099-01-01T00:00:00Z", endsAt: null });
  expect(await asking.read(create, "discountAutomaticBasicCreate.userErrors", { input: afterwards })).toEqual([]);
});

test("the app proxy follows the app's redirects and passes no cookies in either direction (docs/apps/build/online-store/app-proxies)", async () => {
  const seen: (string | undefined)[] = [];
  const toy = await startToyShop({
    app: (request, response) => {
      seen.push(`${new URL(request.url ?? "", "http://app").pathname} ${request.headers.cookie ?? "no cookie"}`);
      if (request.url?.startsWith("/proxy/old"))
        response.writeHead(302, { location: "/proxy/new", "set-cookie": "a=1" });
      response.end("here");
    },
  });
  const answer = await fetch(`${toy.url}/apps/toy/old`, { headers: { cookie: "shopper=1" }, redirect: "manual" });
  expect([answer.status, await answer.text(), answer.headers.get("location")]).toEqual([200, "here", null]);
  expect(seen).toEqual(["/proxy/old no cookie", "/proxy/new no cookie"]);
  await toy.close();
});
