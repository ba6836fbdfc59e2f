// Expected values are those of recorded merges at Shopify (2026-04/customers/customer-merge-parity, 2025-01
// …-selection-rules, …-blockers, …-attached-resources) and of the mutation's own description.

import { afterEach, beforeEach, expect, test } from "vitest";
import { at, startAsking, type Asking } from "../admin-api/ask.ts";
import { createCustomer, type NewCustomer } from "../commands/customer.ts";
import { placeOrder } from "../commands/order.ts";
import { redactCustomer } from "../commands/privacy.ts";
import { mergeCustomers } from "./merge.ts";

let asking: Asking;
beforeEach(async () => {
  asking = await startAsking(["write_customers", "write_customer_merge", "read_orders"]);
});
afterEach(() => asking.close());

const MERGE = `mutation Merge($one: ID!, $two: ID!, $override: CustomerMergeOverrideFields) {
  customerMerge(customerOneId: $one, customerTwoId: $two, overrideFields: $override) {
    resultingCustomerId job { id done } userErrors { field message code } } }`;
const STATUS = `query Status($jobId: ID!) { customerMergeJobStatus(jobId: $jobId) {
  jobId resultingCustomerId status customerMergeErrors { errorFields message } } job(id: $jobId) { done } }`;

const gid = (id: string) => `gid://shopify/Customer/${id}`;
const person = (input: NewCustomer) => createCustomer(asking.store, asking.shop, input);
const merge = (one: { id: string }, two: { id: string }, override: object | null = null) =>
  asking.read(MERGE, "customerMerge", { one: gid(one.id), two: gid(two.id), override });
const buy = (customer: { id: string }) =>
  placeOrder(asking.store, asking.shop, {
    customerId: customer.id,
    lines: [{ variantId: asking.products[0]?.variants[0]?.id ?? "", quantity: 1 }],
  });

function bodies(topic: string): Record<string, unknown>[] {
  return asking.received.filter(({ headers }) => headers["x-shopify-topic"] === topic).map(({ json }) => json);
}

test("a merge is a job: until it is done both customers exist, and afterwards one has the data of both", async () => {
  const one = person({ firstName: "Merge", lastName: "One", email: "one@example.com", phone: "+16475552746", note: "merge-one-note", tags: ["a", "one"], smsConsent: "SUBSCRIBED" }); // prettier-ignore
  const two = person({ firstName: "Merge", lastName: "Two", email: "two@example.com", phone: "+16476662746", note: "merge-two-note", tags: ["a", "two"] }); // prettier-ignore
  const order = buy(one);
  const override = { customerIdOfPhoneNumberToKeep: gid(one.id) };
  const preview = `query Preview($one: ID!, $two: ID!, $override: CustomerMergeOverrideFields) {
    customerMergePreview(customerOneId: $one, customerTwoId: $two, overrideFields: $override) { resultingCustomerId
      defaultFields { displayName email { emailAddress } phoneNumber { phoneNumber } note tags orderCount orders(first: 5) { nodes { id } } }
      alternateFields { lastName email { emailAddress } phoneNumber { phoneNumber } }
      blockingFields { note tags } customerMergeErrors { message } } }`;
  const variables = { one: gid(one.id), two: gid(two.id), override };
  expect(await asking.read(preview, "customerMergePreview", variables)).toEqual({
    resultingCustomerId: gid(two.id),
    defaultFields: {
      displayName: "Merge Two",
      email: { emailAddress: "two@example.com" },
      phoneNumber: { phoneNumber: "+16475552746" },
      note: "merge-two-note merge-one-note",
      tags: ["a", "two", "one"],
      orderCount: "1",
      orders: { nodes: [{ id: `gid://shopify/Order/${order.id}` }] },
    },
    alternateFields: {
      lastName: "One",
      email: { emailAddress: "one@example.com" },
      phoneNumber: { phoneNumber: "+16476662746" },
    },
    blockingFields: null,
    customerMergeErrors: null,
  });

  const asked = await merge(one, two, override);
  expect(asked).toMatchObject({ resultingCustomerId: gid(two.id), job: { done: false }, userErrors: [] });
  const jobId = at(asked, "job.id");
  const status = () => asking.read(STATUS, "customerMergeJobStatus.status", { jobId });
  expect([await status(), asking.shop.customers.has(one.id)]).toEqual(["IN_PROGRESS", true]);
  expect(await merge(one, two)).toMatchObject({
    userErrors: [{ message: "Merge One is currently being merged." }, {}],
  });
  asking.store.clock.advance(1000);
  expect([await status(), asking.shop.customers.has(one.id)]).toEqual(["COMPLETED", false]);

  expect(asking.shop.customers.get(two.id)).toMatchObject({
    lastName: "Two",
    phone: "+16475552746",
    smsConsent: { state: "SUBSCRIBED" },
    note: "merge-two-note merge-one-note",
    tags: ["a", "two", "one"],
  });
  expect(order).toMatchObject({ customerId: two.id, email: "two@example.com" });
  await asking.settled();
  expect(bodies("customers/merge")).toEqual([
    {
      admin_graphql_api_customer_kept_id: gid(two.id),
      admin_graphql_api_customer_deleted_id: gid(one.id),
      admin_graphql_api_job_id: jobId,
      status: "completed",
      errors: [],
    },
  ]);
  expect(bodies("customers/purchasing_summary").at(-1)).toMatchObject({ customerId: gid(two.id), numberOfOrders: 1 });
  expect(bodies("customer.tags_added").at(-1)).toMatchObject({ customerId: gid(two.id), tags: ["one"] });
});

test("a given note and given tags replace those of both customers", async () => {
  const [one, two] = [person({ email: "1@example.com", note: "x", tags: ["x"] }), person({ email: "2@example.com" })];
  await merge(one, two, { note: "merged note", tags: ["merged"] });
  asking.store.clock.advance(1000);
  expect(asking.shop.customers.get(two.id)).toMatchObject({ note: "merged note", tags: ["merged"] });
});

test("the kept customer is chosen by Shopify's rules, in their order", async () => {
  const kept = async (one: NewCustomer, two: NewCustomer, override: "one" | null = null) => {
    const [first, second] = [person(one), person(two)];
    const asked = await merge(first, second, override && { customerIdOfEmailToKeep: gid(first.id) });
    return at(asked, "resultingCustomerId") === gid(first.id) ? "one" : "two";
  };
  let count = 0;
  const mail = () => ({ email: `mail-${count++}@example.com` });
  expect(await kept(mail(), mail(), "one")).toBe("one");
  expect(await kept(mail(), {})).toBe("one");
  expect(await kept({}, {})).toBe("two");
  expect(await kept({ ...mail(), state: "ENABLED" }, { ...mail(), emailConsent: "SUBSCRIBED" })).toBe("one");
  expect(await kept({ ...mail(), emailConsent: "SUBSCRIBED" }, { ...mail(), state: "INVITED" })).toBe("one");
  expect(await kept({ ...mail(), state: "INVITED" }, mail())).toBe("one");
  expect(await kept(mail(), mail())).toBe("two");
});

test("metafields of the deleted customer move unless the kept customer has the key; addresses of both are kept", async () => {
  const address = { firstName: "", lastName: "", address1: "", provinceCode: null, countryCode: "CA", zip: "", phone: null }; // prettier-ignore
  const [one, two] = ["Ottawa", "Toronto"].map((city) => person({ email: `${city}@example.com`, addresses: [{ ...address, city }] })); // prettier-ignore
  if (one === undefined || two === undefined) throw new Error("There are two.");
  const set = (owner: string, key: string, value: string) =>
    asking.shop.metafields.set(`${gid(owner)} custom ${key}`, { id: asking.store.newId(asking.shop), ownerId: gid(owner), namespace: "custom", key, type: "single_line_text_field", value, updatedAt: "2026-10-01T00:00:00Z" }); // prettier-ignore
  set(one.id, "source_only", "source");
  set(one.id, "conflict", "source");
  set(two.id, "conflict", "result");
  mergeCustomers(asking.store, asking.shop, one.id, two.id);
  const query = `query Q($id: ID!) { customer(id: $id) { metafields(first: 5) { nodes { key value } }
    addressesV2(first: 5) { nodes { city } } defaultAddress { city } } }`;
  expect(await asking.read(query, "customer", { id: gid(two.id) })).toEqual({
    metafields: {
      nodes: [
        { key: "conflict", value: "result" },
        { key: "source_only", value: "source" },
      ],
    },
    addressesV2: { nodes: [{ city: "Ottawa" }, { city: "Toronto" }] },
    defaultAddress: { city: "Toronto" },
  });
  expect([...asking.shop.metafields.values()].filter(({ ownerId }) => ownerId === gid(one.id))).toEqual([]);
});

test("a merge that is not possible is refused in Shopify's words", async () => {
  const [one, two] = [person({ email: "1@example.com" }), person({ email: "2@example.com" })];
  const tags = (name: string) => Array.from({ length: 126 }, (_, index) => `${name}${index}`);
  const refused = (userErrors: object[]) => ({ resultingCustomerId: null, job: null, userErrors });
  const both = (message: string) =>
    refused(["customerOneId", "customerTwoId"].map((side) => ({ field: [side], message, code: "INVALID_CUSTOMER" })));
  expect(await merge(two, two)).toEqual(
    refused([{ field: null, message: "Customers IDs should not match", code: "INVALID_CUSTOMER_ID" }]),
  );
  expect(await merge(one, { id: "999" })).toEqual(
    refused([
      { field: ["customerTwoId"], message: "Customer does not exist with ID 999", code: "INVALID_CUSTOMER_ID" },
    ]),
  );
  Object.assign(one, { tags: tags("one") });
  Object.assign(two, { tags: tags("two") });
  expect(await merge(one, two)).toEqual(both("Customers must have 250 tags or less."));
  Object.assign(one, { tags: [], note: "A".repeat(3000) });
  Object.assign(two, { tags: [], note: "B".repeat(3000) });
  expect(await merge(one, two)).toEqual(both("Customer notes must be 5,000 characters or less."));
  const self = `{ customerMergePreview(customerOneId: "${gid(one.id)}", customerTwoId: "${gid(one.id)}") { resultingCustomerId } }`;
  expect((await asking.ask(self)).errors).toMatchObject([
    { message: "Customers must be different.", extensions: { code: "BAD_REQUEST" } },
  ]);
});

test("a merge that is no longer possible when its job runs fails, and the webhook says why", async () => {
  const [one, two] = [person({ email: "1@example.com" }), person({ firstName: "Gone", email: "2@example.com" })];
  await merge(one, two);
  redactCustomer(asking.store, asking.shop, two.id);
  asking.store.clock.advance(1000);
  await asking.settled();
  expect(bodies("customers/merge")).toMatchObject([
    { status: "failed", errors: [{ customer_ids: [Number(two.id)], field: "redacted_at" }] },
  ]);
  expect(asking.shop.customers.has(one.id)).toBe(true);
});

test("merging requires its own scope", async () => {
  const poor = await startAsking(["write_customers", "read_customer_merge"]);
  const reply = await poor.ask(MERGE, { one: gid("1"), two: gid("2") });
  await poor.close();
  expect(reply.errors?.[0]?.message).toBe(
    "Access denied for customerMerge field. Required access: `write_customer_merge` access scope.",
  );
});
