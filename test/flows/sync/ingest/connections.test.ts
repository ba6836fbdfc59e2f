// Several sources, and several connections of one source, in one shop may use the same ids.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { env } from "../../../../app/env.server.ts";
import { openDoor } from "../../../../app/sync/door.server.ts";
import type { Delivery } from "../../../../app/sync/source.ts";
import { SOURCES } from "../../../../app/sync/sources/sources.server.ts";
import { takeTurn } from "../../../../app/worker/batch.server.ts";
import { example, openIngest, type Ingest, type Json } from "../../ingest-shop.ts";
import { till } from "./till.ts";

const SHOP = "two-tills.myshopify.com";
let ingest: Ingest;
beforeAll(async () => {
  ingest = await openIngest();
  await ingest.install(SHOP);
});
afterAll(() => ingest.close());

/** A till's headers name the till. */
const delivery: Delivery = {
  hasSignature: ({ headers }) => headers["till-secret"] !== undefined,
  isSigned: ({ headers }) => headers["till-secret"] === "right",
  isPlausible: (body) => body.length > 0,
  arrivalOf: ({ headers }, body) => ({
    shop: SHOP,
    source: till.name,
    connection: String(headers["till-connection"]),
    topic: String(headers["till-topic"]),
    key: String(headers["till-key"]),
    webhookId: null,
    triggeredAt: null,
    body,
  }),
  afterUninstall: new Set(),
};

type Told = { connection: string; topic: string; body: Json; key?: string };

/** The sentences of the door's answers. */
const sentences: string[] = [];

/** Posts to the tills' door. Returns the statuses. */
async function tell(...told: Told[]): Promise<number[]> {
  const door = openDoor({ delivery, inbox: { url: env.DOOR_DATABASE_URL } });
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => door.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tills`;
  const statuses: number[] = [];
  for (const { connection, topic, body, key = randomUUID() } of told) {
    const headers = { "till-secret": "right", "till-connection": connection, "till-topic": topic, "till-key": key };
    const answer = await fetch(url, { method: "POST", body: JSON.stringify(body), headers });
    statuses.push(answer.status);
    sentences.push(await answer.text());
  }
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await door.close();
  return statuses;
}

const settle = () => takeTurn(SHOP, [], { sources: [...SOURCES, till] });

const customer = (id: number, name: string, updated: string): Json => ({
  ...example("customers/update"),
  id,
  first_name: name,
  email: `${name}@example.com`,
  updated_at: updated,
});
const names = () => ingest.rows("select id, first_name as name from customer where shop_id = $1 order by id", [SHOP]);

test("equal topics and keys of two connections are two webhooks; of one connection they are one", async () => {
  const one = { topic: "customer", key: "1", body: customer(7, "Asha", "2026-11-01T10:00:00Z") };
  expect(
    await tell({ connection: "east", ...one }, { connection: "west", ...one }, { connection: "east", ...one }),
  ).toEqual([200, 200, 200]);
  const rows = await ingest.rows(
    "select source, connection, topic, key from inbox where shop_id = $1 order by connection",
    [SHOP],
  );
  expect(rows).toEqual(
    ["east", "west"].map((connection) => ({ source: "till", connection, topic: "customer", key: "1" })),
  );
  await settle();
  expect((await names()).map(({ id }) => id)).toEqual(["east:7", "west:7"]);
});

test("a connection whose name has a colon is refused with a sentence, because its ids could equal another connection's", async () => {
  const thing = { topic: "customer", body: customer(7, "Asha", "2026-11-01T10:00:00Z") };
  sentences.length = 0;
  expect(await tell({ connection: "a:b", ...thing }, { connection: "a-b", ...thing })).toEqual([400, 200]);
  expect(sentences[0]).toContain("The name of a connection has no colon");
  expect(await ingest.rows("select 1 from inbox where connection = 'a:b'")).toEqual([]);
  await ingest.rows("delete from inbox where connection = 'a-b'");
});

test("a newer version in one connection does not change the customer with the same id in another connection or on the platform", async () => {
  await ingest.send("customers/update", customer(8, "Platform", "2026-11-20T10:00:00Z"), { shop: SHOP });
  await tell(
    { connection: "east", topic: "customer", body: customer(8, "New", "2026-11-10T10:00:00Z") },
    { connection: "west", topic: "customer", body: customer(8, "Old", "2026-11-05T10:00:00Z") },
    { connection: "east", topic: "customer", body: customer(8, "Late", "2026-11-09T10:00:00Z") },
  );
  await settle();
  const eight = (await names()).filter(({ id }) => String(id).endsWith("8"));
  expect(eight).toEqual([
    { id: "8", name: "Platform" },
    { id: "east:8", name: "New" },
    { id: "west:8", name: "Old" },
  ]);
});

test("the ids of a sale, its customer, its refund and its products begin with the connection", async () => {
  const sale = {
    ...example("orders/create"),
    id: 5,
    location_id: 3,
    app_id: 2,
    checkout_token: "of-a-till",
    customer: { ...(example("orders/create")["customer"] as Json), id: 9 },
    refunds: [],
  };
  const refund = { ...example("refunds/create"), id: 6, order_id: 5 };
  await tell(
    { connection: "east", topic: "sale", body: sale },
    { connection: "east", topic: "sold_back", body: refund },
    { connection: "east", topic: "thing", body: { ...example("products/update"), id: 4 } },
    { connection: "east", topic: "gone", body: { id: 7 } },
  );
  await settle();
  const [order] = await ingest.rows(
    `select o.id, o.customer_id, o.location_id, o.app_id, r.id as refund, bool_and(l.product_id like 'east:%') as lines
     from shop_order o join refund r using (shop_id) join line_item l on l.shop_id = o.shop_id and l.order_id = o.id
     where o.shop_id = $1 and r.order_id = o.id and l.product_id is not null group by 1, 2, 3, 4, 5`,
    [SHOP],
  );
  const ids = { id: "east:5", customer_id: "east:9", location_id: "east:3", app_id: "east:2", refund: "east:6" };
  expect(order).toEqual({ ...ids, lines: true });
  expect(await ingest.rows("select id from product where shop_id = $1", [SHOP])).toEqual([{ id: "east:4" }]);
  const gone = await ingest.rows("select id from customer where shop_id = $1 and deleted_at is not null", [SHOP]);
  expect(gone).toEqual([{ id: "east:7" }]);
  expect(
    await ingest.rows("select distinct account from identifier where shop_id = $1 and kind = 'checkout'", [SHOP]),
  ).toEqual([{ account: "east:9" }]);
});

test("a redaction request concerns the connection that sent it", async () => {
  await tell({ connection: "west", topic: "forget", body: { shop: SHOP, customer: "8" } });
  await settle();
  const requests = await ingest.rows(
    "select kind, evidence -> 'subject' ->> 'customerId' as customer from compliance_request where shop_id = $1",
    [SHOP],
  );
  expect(requests).toEqual([{ kind: "erase customer", customer: "west:8" }]);
});

test("a topic of another source that equals a topic of the platform has no reactions", async () => {
  await tell({ connection: "east", topic: "app/uninstalled", body: { id: 1 } });
  expect(await settle()).toMatchObject({ handling: 0 });
});

test("a row without a connection is held up, unless it came from the shop's own platform", async () => {
  await tell(
    { connection: "", topic: "customer", body: customer(8, "Till", "2026-11-21T10:00:00Z") },
    { connection: "", topic: "forget", body: { shop: SHOP, customer: "8" } },
  );
  await settle();
  expect((await names()).find(({ id }) => id === "8")).toEqual({ id: "8", name: "Platform" });
  const held = await ingest.rows(
    "select topic, reason::jsonb as reason from inbox where shop_id = $1 and state = 'poison' order by topic",
    [SHOP],
  );
  const reason = { key: "sync.poison.reason.connection", parameters: { source: "till" } };
  expect(held).toEqual(["customer", "forget"].map((topic) => ({ topic, reason })));
  const requests = await ingest.rows(
    "select evidence -> 'subject' ->> 'customerId' as customer from compliance_request where shop_id = $1",
    [SHOP],
  );
  expect(requests).toEqual([{ customer: "west:8" }]);
});

test("only rows of the platform have a platform id", async () => {
  for (const table of ["customer", "shop_order", "product"]) {
    const rows = await ingest.rows(`select id, platform_id from ${table} where shop_id = $1`, [SHOP]);
    expect(rows.length, table).toBeGreaterThan(0);
    for (const { id, platform_id } of rows)
      expect(platform_id, `${table} ${String(id)}`).toBe(String(id).includes(":") ? null : id);
  }
});
