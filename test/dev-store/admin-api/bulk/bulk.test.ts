import { afterEach, beforeEach, expect, test } from "vitest";
import { placeOrder } from "../../commands/order.ts";
import { generateShop } from "../../generator/generate.ts";
import { handleAdminApi } from "../admin-api.ts";
import { at, startAsking, type Asking } from "../ask.ts";

let asking: Asking;
beforeEach(async () => {
  asking = await startAsking();
});
afterEach(() => asking.close());

const RUN = `mutation R($query: String!, $groupObjects: Boolean!) { bulkOperationRunQuery(query: $query, groupObjects: $groupObjects) {
  bulkOperation { id status objectCount url } userErrors { field message code } } }`;
const READ = `query B($id: ID!) { bulkOperation(id: $id) { id status errorCode objectCount rootObjectCount fileSize url partialDataUrl } }`;

async function run(query: string, groupObjects = false): Promise<unknown> {
  return asking.read(RUN, "bulkOperationRunQuery", { query, groupObjects });
}

/** Advances the store's time until the operation has ended. */
async function finished(query: string, groupObjects = false): Promise<Record<string, string>> {
  const id = at(await run(query, groupObjects), "bulkOperation.id");
  for (let step = 0; step < 200; step++) {
    asking.store.clock.advance(100);
    const operation: unknown = await asking.read(READ, "bulkOperation", { id });
    if (
      typeof at(operation, "status") === "string" &&
      /ED$/.test(String(at(operation, "status"))) &&
      at(operation, "status") !== "CREATED"
    ) {
      return Object(operation);
    }
  }
  throw new Error("The bulk operation does not end.");
}

async function fetchFile(url: string, headers: Record<string, string> = {}) {
  const request = { method: "GET", url: new URL(url), headers, body: Buffer.alloc(0) };
  const answer = await handleAdminApi(asking.store, asking.shop, request);
  return { status: answer?.status, text: String(answer?.body ?? ""), headers: answer?.headers ?? {} };
}

async function linesOf(operation: Record<string, string>): Promise<Record<string, unknown>[]> {
  const { text } = await fetchFile(operation["url"] ?? "");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

const ORDERS = "{ orders { edges { node { id name customer { id } lineItems { edges { node { id quantity } } } } } } }";

test("an export is created, runs and ends on the store's clock, and the store sends its webhook", async () => {
  generateShop(asking.store, asking.shop, { customers: 50 });
  const started = await run(ORDERS);
  expect(started).toMatchObject({ bulkOperation: { status: "CREATED", objectCount: "0", url: null }, userErrors: [] });
  const operation = await finished(ORDERS);
  const lines = await linesOf(operation);
  const lineItems = [...asking.shop.orders.values()].reduce((total, order) => total + order.lineItems.length, 0);
  expect(operation).toMatchObject({
    status: "COMPLETED",
    objectCount: String(asking.shop.orders.size + lineItems),
    rootObjectCount: String(asking.shop.orders.size),
  });
  expect(lines).toHaveLength(Number(operation["objectCount"]));
  const parents = new Set(lines.filter((line) => line["__parentId"] === undefined).map((line) => line["id"]));
  expect(parents.size).toBe(asking.shop.orders.size);
  for (const line of lines) expect(line["__parentId"] === undefined || parents.has(line["__parentId"])).toBe(true);
  await asking.settled();
  const told = asking.received.find(({ headers }) => headers["x-shopify-topic"] === "bulk_operations/finish");
  expect(told?.json).toMatchObject({ status: "completed", type: "query", error_code: null });
});

test("children do not follow their parents, unless they are grouped", async () => {
  generateShop(asking.store, asking.shop, { customers: 30 });
  const follows = (lines: Record<string, unknown>[]): boolean => {
    let parent: unknown = null;
    return lines.every((line) => {
      if (line["__parentId"] === undefined) parent = line["id"];
      return line["__parentId"] === undefined || line["__parentId"] === parent;
    });
  };
  expect(follows(await linesOf(await finished(ORDERS, false)))).toBe(false);
  expect(follows(await linesOf(await finished(ORDERS, true)))).toBe(true);
});

test("an export of many steps contains every object once", async () => {
  const [variant] = asking.products[0]?.variants ?? [];
  asking.store.muted.add("*");
  for (let count = 0; count < 2300; count++) {
    const lines = [{ variantId: variant?.id ?? "", quantity: 1 }];
    placeOrder(asking.store, asking.shop, { customerId: null, lines });
  }
  const operation = await finished("{ orders { edges { node { id lineItems { edges { node { id } } } } } } }");
  const ids = (await linesOf(operation)).map((line) => line["id"]);
  expect(ids).toHaveLength(4600);
  expect(new Set(ids).size).toBe(4600);
  // The order of lines is no promise: the first thousand orders come before their lines, the second thousand after them.
  expect([ids[0], ids[2000], ids[3000]].map((id) => String(id).split("/")[3])).toEqual(["Order", "LineItem", "Order"]);
});

test("the file is served in ranges, and only at its secret URL", async () => {
  generateShop(asking.store, asking.shop, { customers: 20 });
  const operation = await finished("{ customers { edges { node { id } } } }");
  const url = operation["url"] ?? "";
  const whole = await fetchFile(url);
  const part = await fetchFile(url, { range: "bytes=10-" });
  expect(part.status).toBe(206);
  expect(part.text).toBe(whole.text.slice(10));
  expect(part.headers["content-range"]).toBe(`bytes 10-${whole.text.length - 1}/${whole.text.length}`);
  expect(Number(operation["fileSize"])).toBe(whole.text.length);
  expect((await fetchFile(url.replace(/bulk\/\w+/, "bulk/guess"))).status).toBe(404);
  asking.store.clock.advance(8 * 86_400_000);
  expect((await fetchFile(url)).status).toBe(404);
});

test("an empty export has no file", async () => {
  expect(await finished("{ orders { edges { node { id } } } }")).toMatchObject({
    status: "COMPLETED",
    objectCount: "0",
    url: null,
    fileSize: null,
  });
});

test("a query that may not be exported is refused in the recorded words", async () => {
  const refused: [string, string][] = [
    ["{ shop { id } }", "Bulk queries must contain at least one connection."],
    [
      "{ orders { nodes { id } } }",
      "All connection fields in a bulk query must select their contents using 'edges' > 'node', e.g: 'orders { edges { node {'. Selecting via 'nodes' is not supported. Invalid connection fields: 'orders'.",
    ],
    [
      "{ products { edges { node { title variants { edges { node { id } } } } } } }",
      "The parent 'node' field for a nested connection must select the 'id' field without an alias and must be of 'ID' return type. Connection fields without 'id': products.",
    ],
    [
      "{ orders { edges { node { id refunds { refundLineItems { edges { node { id } } } } } } } }",
      "Queries that contain a connection field within a list field are not currently supported.",
    ],
    [
      "{ customers { edges { node { id orders { edges { node { id lineItems { edges { node { id } } } } } } } } } }",
      "Bulk queries cannot contain connections with a nesting depth greater than 2.",
    ],
    ["", "Invalid bulk query: syntax error, unexpected end of file"],
    [
      'mutation { segmentDelete(id: "gid://shopify/Segment/1") { deletedSegmentId } }',
      "Invalid operation type. Only `query` operations are supported.",
    ],
  ];
  for (const [query, message] of refused) {
    expect(await run(query)).toEqual({
      bulkOperation: null,
      userErrors: [{ field: ["query"], message, code: "INVALID" }],
    });
  }
});

test("five operations run at once and the sixth is refused; a running one can be cancelled, an ended one cannot", async () => {
  const ids: unknown[] = [];
  for (let count = 0; count < 5; count++) ids.push(at(await run(ORDERS), "bulkOperation.id"));
  expect(await run(ORDERS)).toEqual({
    bulkOperation: null,
    userErrors: [
      {
        field: null,
        message: `A bulk query operation for this app and shop is already in progress: ${ids.join(", ")}.`,
        code: "OPERATION_IN_PROGRESS",
      },
    ],
  });
  const cancel = `mutation C($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { status } userErrors { field message } } }`;
  const cancelled = await asking.read(cancel, "bulkOperationCancel", { id: ids[0] });
  expect(cancelled).toEqual({ bulkOperation: { status: "CANCELING" }, userErrors: [] });
  asking.store.clock.advance(2000);
  expect(await asking.read(READ, "bulkOperation.status", { id: ids[0] })).toBe("CANCELED");
  expect(await asking.read(READ, "bulkOperation.status", { id: ids[1] })).toBe("COMPLETED");
  expect(await asking.read(cancel, "bulkOperationCancel.userErrors", { id: ids[1] })).toMatchObject([{ field: null }]);
  expect(await asking.read(cancel, "bulkOperationCancel.userErrors", { id: "gid://shopify/BulkOperation/0" })).toEqual([
    { field: ["id"], message: "Bulk operation does not exist" },
  ]);
});

test("an export of what the app may not read fails with ACCESS_DENIED", async () => {
  if (asking.shop.installation !== null) asking.shop.installation.scopes = ["read_orders"];
  const operation = await finished("{ customers { edges { node { id } } } }");
  expect(operation).toMatchObject({ status: "FAILED", errorCode: "ACCESS_DENIED", url: null });
});

test("an export hides old orders from an app without read_all_orders", async () => {
  const [variant] = asking.products[0]?.variants ?? [];
  const lines = [{ variantId: variant?.id ?? "", quantity: 1 }];
  const old = new Date(asking.store.clock.now().getTime() - 70 * 86_400_000).toISOString();
  placeOrder(asking.store, asking.shop, { customerId: null, lines, createdAt: old, processedAt: old });
  placeOrder(asking.store, asking.shop, { customerId: null, lines });
  if (asking.shop.installation !== null) asking.shop.installation.scopes = ["read_orders"];
  expect(await finished("{ orders { edges { node { id } } } }")).toMatchObject({ objectCount: "1" });
});

test("a bulk mutation runs once per line of the uploaded file", async () => {
  const stage = `mutation S($input: [StagedUploadInput!]!) { stagedUploadsCreate(input: $input) { stagedTargets { url parameters { name value } } userErrors { message } } }`;
  const input = [
    { resource: "BULK_MUTATION_VARIABLES", filename: "tags.jsonl", mimeType: "text/jsonl", httpMethod: "POST" },
  ];
  const target = await asking.read(stage, "stagedUploadsCreate.stagedTargets.0", { input });
  const key = String(at(target, "parameters.0.value"));
  const mutation =
    "mutation T($id: ID!, $tags: [String!]!) { tagsAdd(id: $id, tags: $tags) { node { id } userErrors { message } } }";
  const start = `mutation R($mutation: String!, $path: String!) { bulkOperationRunMutation(mutation: $mutation, stagedUploadPath: $path) { bulkOperation { id } userErrors { code } } }`;
  expect(await asking.read(start, "bulkOperationRunMutation.userErrors", { mutation, path: key })).toEqual([
    { code: "NO_SUCH_FILE" },
  ]);
  const form = new FormData();
  form.set("key", key);
  const id = `gid://shopify/Customer/${asking.customer.id}`;
  form.set(
    "file",
    new Blob([
      `${JSON.stringify({ id, tags: ["bulk"] })}\n${JSON.stringify({ id: "gid://shopify/Customer/1", tags: ["x"] })}\n`,
    ]),
  );
  const encoded = new Response(form);
  const answer = await handleAdminApi(asking.store, asking.shop, {
    method: "POST",
    url: new URL(String(at(target, "url"))),
    headers: { "content-type": encoded.headers.get("content-type") ?? "" },
    body: Buffer.from(await encoded.arrayBuffer()),
  });
  expect(answer?.status).toBe(201);
  const operationId = await asking.read(start, "bulkOperationRunMutation.bulkOperation.id", { mutation, path: key });
  asking.store.clock.advance(1000);
  const operation = Object(await asking.read(READ, "bulkOperation", { id: operationId }));
  expect(operation).toMatchObject({ status: "COMPLETED", objectCount: "2" });
  expect(await linesOf(operation)).toEqual([
    { data: { tagsAdd: { node: { id }, userErrors: [] } }, __lineNumber: 0 },
    { data: { tagsAdd: { node: null, userErrors: [{ message: "Customer does not exist" }] } }, __lineNumber: 1 },
  ]);
  expect(asking.customer.tags).toContain("bulk");
});
