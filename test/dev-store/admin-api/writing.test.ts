import { afterEach, beforeEach, expect, test } from "vitest";
import { appIdOf } from "./app-namespace.ts";
import { startAsking, type Asking } from "./ask.ts";

let asking: Asking;
beforeEach(async () => {
  asking = await startAsking();
});
afterEach(() => asking.close());

const SET = `mutation Set($metafields: [MetafieldsSetInput!]!) {
  metafieldsSet(metafields: $metafields) {
    metafields { namespace key value type compareDigest ownerType definition { name } }
    userErrors { field code message elementIndex } } }`;

function set(...metafields: Record<string, unknown>[]): Promise<unknown> {
  return asking.read(SET, "metafieldsSet", { metafields });
}

function customerGid(): string {
  return `gid://shopify/Customer/${asking.customer.id}`;
}

test("the app's own namespace may be written as $app or be left out", async () => {
  const own = `app--${appIdOf(asking.store)}`;
  const field = { ownerId: customerGid(), type: "json", value: "[1]" };
  const written = await set({ ...field, namespace: "$app:offers", key: "keys" }, { ...field, key: "bare" });
  expect(written).toMatchObject({
    metafields: [
      { namespace: `${own}--offers`, key: "keys", ownerType: "CUSTOMER" },
      { namespace: own, key: "bare" },
    ],
    userErrors: [],
  });
  const query = `query Q($id: ID!) { customer(id: $id) { a: metafield(namespace: "$app:offers", key: "keys") { jsonValue }
    b: metafield(namespace: "$app", key: "bare") { value } c: metafield(key: "bare") { value }
    metafields(first: 9, namespace: "$app:offers") { nodes { key } } } }`;
  expect(await asking.read(query, "customer", { id: customerGid() })).toEqual({
    a: { jsonValue: [1] },
    b: { value: "[1]" },
    c: { value: "[1]" },
    metafields: { nodes: [{ key: "keys" }] },
  });
});

test("app data belong to the installation and are deleted with it", async () => {
  const id = String(await asking.read("{ currentAppInstallation { id } }", "currentAppInstallation.id"));
  await set({ ownerId: id, namespace: "offers", key: "home", type: "json", value: "{}" });
  const query = `{ currentAppInstallation { metafield(namespace: "offers", key: "home") { value ownerType } } }`;
  expect(await asking.read(query, "currentAppInstallation.metafield")).toEqual({
    value: "{}",
    ownerType: "API_PERMISSION",
  });
});

test("a batch of metafields is written whole or not at all", async () => {
  const field = { ownerId: customerGid(), namespace: "a", type: "number_integer", value: "1" };
  const wrong = await set({ ...field, key: "good" }, { ...field, key: "bad", value: "one" });
  expect(wrong).toEqual({
    metafields: [],
    userErrors: [
      {
        field: ["metafields", "1", "value"],
        code: "INVALID_VALUE",
        message: "Value must be an integer.",
        elementIndex: null,
      },
    ],
  });
  expect(asking.shop.metafields.size).toBe(0);
  const many = await set(...Array.from({ length: 26 }, (_, index) => ({ ...field, key: `key${index}` })));
  expect(many).toMatchObject({ metafields: null, userErrors: [{ field: ["metafields"] }] });
  const gone = await set({ ...field, ownerId: "gid://shopify/Customer/1", key: "key" });
  expect(gone).toMatchObject({
    userErrors: [{ field: ["metafields", "0", "ownerId"], message: "Owner does not exist." }],
  });
});

test("a compare digest guards against a write in between", async () => {
  const field = { ownerId: customerGid(), namespace: "a", key: "key", type: "json" };
  const codes = async (input: Record<string, unknown>) =>
    asking.read(SET, "metafieldsSet.userErrors", { metafields: [{ ...field, ...input }] });
  expect(await codes({ value: "1", compareDigest: null })).toEqual([]);
  const digest = await asking.read(
    `query Q($id: ID!) { customer(id: $id) { metafield(namespace: "a", key: "key") { compareDigest } } }`,
    "customer.metafield.compareDigest",
    { id: customerGid() },
  );
  expect(await codes({ value: "2", compareDigest: digest })).toEqual([]);
  expect(await codes({ value: "3", compareDigest: digest })).toMatchObject([{ code: "STALE_OBJECT" }]);
  expect(await codes({ value: "3", compareDigest: null })).toMatchObject([{ code: "STALE_OBJECT" }]);
  expect(await codes({ value: "2", compareDigest: "nonsense" })).toEqual([]);
  expect(await codes({ key: "other", value: "1", compareDigest: digest })).toMatchObject([
    { code: "INVALID_COMPARE_DIGEST" },
  ]);
});

test("deleting a metafield that does not exist is no error, and returns no name", async () => {
  await set({ ownerId: customerGid(), namespace: "a", key: "key", type: "json", value: "1" });
  const query = `mutation D($metafields: [MetafieldIdentifierInput!]!) { metafieldsDelete(metafields: $metafields) {
    deletedMetafields { key namespace } userErrors { message } } }`;
  const metafields = ["key", "none"].map((key) => ({ ownerId: customerGid(), namespace: "a", key }));
  expect(await asking.read(query, "metafieldsDelete", { metafields })).toEqual({
    deletedMetafields: [{ key: "key", namespace: "a" }, null],
    userErrors: [],
  });
});

const DEFINE = `mutation D($definition: MetafieldDefinitionInput!) { metafieldDefinitionCreate(definition: $definition) {
  createdDefinition { id namespace key type { name } capabilities { adminFilterable { enabled } } }
  userErrors { field code message } } }`;

test("a filterable definition makes its metafield a filter of segments", async () => {
  const definition = {
    ownerType: "CUSTOMER",
    namespace: "$app",
    key: "offers",
    name: "Offers",
    type: "list.single_line_text_field",
    capabilities: { adminFilterable: { enabled: true } },
  };
  const query = `metafields.app--${appIdOf(asking.store)}.offers CONTAINS 'tea'`;
  const members = `query M($query: String!) { customerSegmentMembers(first: 9, query: $query) { totalCount } }`;
  expect((await asking.ask(members, { query })).errors?.[0]?.message).toContain("filter cannot be found");
  expect(await asking.read(DEFINE, "metafieldDefinitionCreate.userErrors", { definition })).toEqual([]);
  expect(await asking.read(DEFINE, "metafieldDefinitionCreate.userErrors", { definition })).toMatchObject([
    { code: "TAKEN" },
  ]);
  expect(await asking.read(members, "customerSegmentMembers.totalCount", { query })).toBe(0);
  await set({ ownerId: customerGid(), key: "offers", value: `["tea","mug"]` });
  expect(await asking.read(members, "customerSegmentMembers.totalCount", { query })).toBe(1);
  expect(await set({ ownerId: customerGid(), key: "offers", type: "json", value: "[]" })).toMatchObject({
    userErrors: [{ code: "INVALID_TYPE" }],
  });
});

test("segments are made, changed and deleted, and refused in the recorded words", async () => {
  const create = `mutation C($name: String!, $query: String!) { segmentCreate(name: $name, query: $query) {
    segment { id name query } userErrors { field message } } }`;
  const errors = async (name: string, query: string) =>
    asking.read(create, "segmentCreate.userErrors", { name, query });
  expect(await errors("Odd", "not a valid segment query ???")).toEqual([
    { field: ["query"], message: "Query Line 1 Column 6: 'valid' is unexpected." },
    { field: ["query"], message: "Query Line 1 Column 4: 'a' filter cannot be found." },
  ]);
  expect(await errors("", "not a valid segment query ???")).toEqual([
    { field: ["name"], message: "Name can't be blank" },
  ]);
  expect(await errors("Odd", "customer_tags = 'x'")).toEqual([
    { field: ["query"], message: "Query Line 1 Column 14: customer_tags does not support operator '='" },
  ]);
  const variables = { name: "Buyers", query: "   number_of_orders > 0   " };
  const id = await asking.read(create, "segmentCreate.segment.id", variables);
  expect(await asking.read(create, "segmentCreate.segment.name", variables)).toBe("Buyers (2)");
  expect(await asking.read(`query Q($id: ID!) { segment(id: $id) { query } }`, "segment.query", { id })).toBe(
    variables.query,
  );
  const remove = `mutation D($id: ID!) { segmentDelete(id: $id) { deletedSegmentId userErrors { field message } } }`;
  expect(await asking.read(remove, "segmentDelete.deletedSegmentId", { id })).toBe(id);
  expect(await asking.read(remove, "segmentDelete.userErrors", { id })).toEqual([
    { field: ["id"], message: "Segment does not exist" },
  ]);
  await asking.settled();
  expect(asking.topics()).toEqual(["segments/create", "segments/create", "segments/delete"]);
});

test("tags and consent are changed as by a person, and the store sends their webhooks", async () => {
  const tags = `mutation T($id: ID!, $tags: [String!]!) { tagsAdd(id: $id, tags: $tags) { node { ... on Customer { tags } } userErrors { message } } }`;
  expect(await asking.read(tags, "tagsAdd.node", { id: customerGid(), tags: [" vip ", "VIP", "Tea-Club"] })).toEqual({
    tags: ["tea-club", "vip"],
  });
  const consent = `mutation C($input: CustomerEmailMarketingConsentUpdateInput!) { customerEmailMarketingConsentUpdate(input: $input) {
    customer { defaultEmailAddress { marketingState marketingOptInLevel } } userErrors { field message code } } }`;
  const update = (emailMarketingConsent: Record<string, unknown>) =>
    asking.read(consent, "customerEmailMarketingConsentUpdate", {
      input: { customerId: customerGid(), emailMarketingConsent },
    });
  expect(await update({ marketingState: "SUBSCRIBED" })).toMatchObject({
    userErrors: [
      {
        field: ["input", "emailMarketingConsent", "marketingOptInLevel"],
        message: "Marketing opt in level must exist",
        code: "MISSING_ARGUMENT",
      },
    ],
  });
  expect(await update({ marketingState: "UNSUBSCRIBED" })).toMatchObject({
    customer: { defaultEmailAddress: { marketingState: "UNSUBSCRIBED" } },
    userErrors: [],
  });
  await asking.settled();
  expect(asking.topics()).toEqual([
    "customer.tags_added",
    "customers/update",
    "customers/update",
    "customers_email_marketing_consent/update",
  ]);
});

const CREATE_CODE = `mutation C($input: DiscountCodeBasicInput!) { discountCodeBasicCreate(basicCodeDiscount: $input) {
  codeDiscountNode { id codeDiscount { ... on DiscountCodeBasic { title status summary codes(first: 1) { nodes { code } }
    customerGets { value { ... on DiscountPercentage { percentage } } } context { __typename ... on DiscountCustomerSegments { segments { id } } } } } }
  userErrors { field code message } } }`;

test("a discount is made for a segment, turned off and on, found by its code, and deleted", async () => {
  const segmentId = await asking.read(
    `mutation { segmentCreate(name: "All", query: "number_of_orders >= 0") { segment { id } } }`,
    "segmentCreate.segment.id",
  );
  const input = {
    title: "Ten off",
    code: "TEN",
    startsAt: "2026-01-01T00:00:00Z",
    customerGets: { value: { percentage: 0.1 }, items: { all: true } },
    context: { customerSegments: { add: [segmentId] } },
  };
  const made = await asking.read(CREATE_CODE, "discountCodeBasicCreate", { input });
  expect(made).toMatchObject({
    codeDiscountNode: {
      codeDiscount: {
        title: "Ten off",
        status: "ACTIVE",
        summary: "10% off entire order",
        codes: { nodes: [{ code: "TEN" }] },
        customerGets: { value: { percentage: 0.1 } },
        context: { __typename: "DiscountCustomerSegments", segments: [{ id: segmentId }] },
      },
    },
    userErrors: [],
  });
  expect(
    await asking.read(CREATE_CODE, "discountCodeBasicCreate.userErrors", { input: { ...input, code: "ten" } }),
  ).toEqual([
    {
      field: ["basicCodeDiscount", "code"],
      code: "TAKEN",
      message: "Code must be unique. Please try a different code.",
    },
  ]);
  const byCode = `{ codeDiscountNodeByCode(code: "ten") { id codeDiscount { ... on DiscountCodeBasic { status } } } }`;
  const id = await asking.read(byCode, "codeDiscountNodeByCode.id");
  const turn = (name: string) =>
    asking.read(
      `mutation T($id: ID!) { ${name}(id: $id) { codeDiscountNode { codeDiscount { ... on DiscountCodeBasic { status } } } userErrors { message } } }`,
      `${name}.codeDiscountNode.codeDiscount.status`,
      { id },
    );
  expect(await turn("discountCodeDeactivate")).toBe("EXPIRED");
  expect(await turn("discountCodeActivate")).toBe("ACTIVE");
  const remove = `mutation D($id: ID!) { discountCodeDelete(id: $id) { deletedCodeDiscountId userErrors { message } } }`;
  expect(await asking.read(remove, "discountCodeDelete", { id })).toEqual({
    deletedCodeDiscountId: id,
    userErrors: [],
  });
  expect(await asking.read(remove, "discountCodeDelete", { id })).toMatchObject({
    userErrors: [{ message: "Code discount does not exist." }],
  });
});

test("a wrong discount is refused field by field", async () => {
  const input = {
    title: " ",
    code: "X",
    startsAt: "2026-02-01T00:00:00Z",
    endsAt: "2026-01-01T00:00:00Z",
    customerGets: { value: { percentage: 1.5 }, items: { products: { productsToAdd: ["gid://shopify/Product/1"] } } },
    context: { customers: { add: [] } },
  };
  const errors = await asking.read(CREATE_CODE, "discountCodeBasicCreate.userErrors", { input });
  expect(errors).toMatchObject([
    { code: "BLANK", message: "Title can't be blank" },
    { field: ["basicCodeDiscount", "endsAt"], message: "Ends at needs to be after starts_at" },
    { field: ["basicCodeDiscount", "context"], code: "INVALID" },
    { code: "VALUE_OUTSIDE_RANGE", message: "Value must be between 0.0 and 1.0" },
    { message: "Product with id: 1 is invalid" },
  ]);
});
