// A merge and the webhooks about both customers come in any order, and some of them twice: the customer who stays is the same.
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRequests, comply } from "../../../app/sync/compliance/compliance.server.ts";
import { eraseSteps } from "../../../app/worker/erasure.server.ts";
import { openIngest, type Ingest, type Json } from "../ingest-shop.ts";

let door: Ingest;
let shops = 0;
let shop = "";

beforeAll(async () => {
  door = await openIngest();
});
afterAll(() => door.close());

async function newShop(): Promise<void> {
  shop = `merging-${(shops += 1)}.myshopify.com`;
  await door.install(shop);
}

const at = (minute: number) => `2026-11-20T10:${String(minute).padStart(2, "0")}:00Z`;
const send = async (topic: string, minute: number, body: Json) =>
  expect(await door.send(topic, body, { shop, triggeredAt: at(minute) })).toBe(200);
const settle = () => door.settle(shop);
const rows = (text: string) => door.rows(text, [shop]);

const gid = (id: number) => `gid://shopify/Customer/${id}`;
const tag = (kind: "added" | "removed", id: number, minute: number, ...tags: string[]) =>
  send(`customer.tags_${kind}`, minute, { customerId: gid(id), tags, occurredAt: at(minute) });
const merge = (deleted: number, kept: number, minute: number) =>
  send("customers/merge", minute, {
    status: "completed",
    admin_graphql_api_customer_kept_id: gid(kept),
    admin_graphql_api_customer_deleted_id: gid(deleted),
  });
const order = (id: number, customer: number) =>
  send("orders/create", 1, {
    ...{ id, created_at: at(1), processed_at: at(1), updated_at: at(1), currency: "USD", total_price: "10.00" },
    ...{ email: `${customer}@tea.co`, customer: { id: customer, email: `${customer}@tea.co` } },
  });

test("the same change of tags that comes twice in one batch is told to plugins once", async () => {
  await newShop();
  await tag("added", 7, 2, "vip");
  await tag("added", 7, 2, "vip");
  await settle();
  expect(await rows("select kind from outbox where shop_id = $1 and kind like 'tags.%'")).toEqual([
    { kind: "tags.added" },
  ]);
});

test("a change of tags that comes before the merge and again after it is told to plugins once", async () => {
  await newShop();
  await tag("added", 8, 2, "vip");
  await settle();
  await merge(8, 7, 5);
  await settle();
  await tag("added", 8, 2, "vip");
  await settle();
  expect(await rows("select kind from outbox where shop_id = $1 and kind like 'tags.%'")).toHaveLength(1);
  expect(await rows("select customer_id from event where shop_id = $1")).toEqual([{ customer_id: "7" }]);
});

test("the tags of a merged customer appear at once on the customer who stays", async () => {
  await newShop();
  await tag("added", 8, 2, "vip");
  await tag("added", 7, 3, "tea");
  await settle();
  await merge(8, 7, 5);
  await settle();
  expect(await rows("select tags from customer where shop_id = $1 and id = '7'")).toEqual([{ tags: ["tea", "vip"] }]);
});

test("a merged customer whose first webhook comes after the merge is part of the timeline of the customer who stays", async () => {
  await newShop();
  await merge(8, 7, 5);
  await settle();
  await send("customers/create", 1, { id: 8, created_at: at(1), updated_at: at(1), email: "8@tea.co" });
  await settle();
  const created = { id: "customer/8/created", customer_id: "7" };
  expect(await rows("select id, customer_id from event where shop_id = $1")).toEqual([created]);
  expect(await rows("select id, customer_id from outbox where shop_id = $1 and kind = 'customer.created'")).toEqual([
    created,
  ]);
});

test.each([
  ["a merge, then a redaction of the customer who stays", ["merge", "redaction"]],
  ["a redaction, then a late merge into the redacted customer", ["redaction", "merge"]],
  ["a redaction and a late merge in one batch with the other customer's webhook", ["both"]],
])("nothing is left of both customers: %s", async (_, steps) => {
  await newShop();
  await order(101, 7);
  await order(102, 8);
  await order(103, 9);
  await settle();
  const redact = () =>
    send("customers/redact", 9, { shop_domain: shop, customer: { id: 7, email: "7@tea.co" }, orders_to_redact: [] });
  const obey = async () => {
    await settle();
    for (const request of await openRequests(shop)) await comply(shop, request, eraseSteps);
  };
  for (const step of steps) {
    if (step === "both") {
      await redact();
      await obey();
      await order(104, 8);
    }
    await (step === "redaction" ? redact() : merge(8, 7, 5));
    await obey();
  }
  // What comes later of either customer is dropped.
  await order(105, 8);
  await order(106, 7);
  await settle();
  expect(await rows("select id from customer where shop_id = $1")).toEqual([{ id: "9" }]);
  expect(await rows("select id from shop_order where shop_id = $1")).toEqual([{ id: "103" }]);
  expect(
    await rows("select kind, done_at is not null as done from compliance_request where shop_id = $1"),
  ).toContainEqual({ kind: "erase customer", done: true });
  const bodies = await rows(
    "select convert_from(body, 'UTF8') as body from inbox where shop_id = $1 and body is not null",
  );
  expect(bodies.filter(({ body }) => String(body).includes("8@tea.co") && !String(body).includes('"id":105'))).toEqual(
    [],
  );
});
