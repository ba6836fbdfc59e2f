// Other customers during a redaction: their data stay, even where the redacted person's orders name them.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { comply } from "../../../app/sync/compliance/compliance.server.ts";
import { eraseSteps } from "../../../app/worker/erasure.server.ts";
import { readDropped } from "../../../app/customers/facts/redaction/tombstones.server.ts";
import { openShop } from "../../../app/shop.server.ts";
import { example, openIngest, type Ingest, type Json } from "../ingest-shop.ts";

const SHOP = "ingest.myshopify.com";
const LONG_AGO = "2026-01-05T10:00:00Z";
let ingest: Ingest;
beforeAll(async () => {
  ingest = await openIngest();
});
afterAll(() => ingest.close());
beforeEach(async () => {
  const tables = [
    "shop",
    "inbox",
    "inbox_pack",
    "shop_mark",
    "compliance_request",
    "tombstone",
    "plugin_record",
    "event",
  ];
  for (const table of [...tables, "customer", "customer_address", "shop_order", "line_item", "refund"]) {
    await ingest.rows(`delete from ${table}`);
  }
  await ingest.install(SHOP);
});

type Who = { id: number; email: string | null; phone: string | null; first_name: string };
const ada: Who = { id: 7001, email: "ada@example.com", phone: "+447700900111", first_name: "Ada" };
const bea: Who = { id: 7002, email: "bea@example.com", phone: "+447700900222", first_name: "Bea" };

let minute = 0;
const next = () => new Date(Date.UTC(2026, 5, 1, 0, (minute += 1))).toISOString();
const customer = (who: Who, more: Json = {}) => {
  const at = next();
  return ingest.send(
    "customers/update",
    { ...example("customers/update"), ...who, created_at: LONG_AGO, updated_at: at, addresses: [], ...more },
    { triggeredAt: at },
  );
};
const order = (id: number, who: Who | null, more: Json = {}) => {
  const at = next();
  const buyer = who && {
    ...(example("orders/create")["customer"] as Json),
    ...who,
    created_at: LONG_AGO,
    updated_at: LONG_AGO,
  };
  const addresses = { billing_address: null, shipping_address: null, contact_email: null };
  const body = { ...example("orders/create"), id, admin_graphql_api_id: `gid://shopify/Order/${id}`, ...addresses };
  return ingest.send(
    "orders/create",
    { ...body, email: who?.email ?? null, phone: null, customer: buyer, created_at: LONG_AGO, updated_at: at, ...more },
    { triggeredAt: at },
  );
};
async function redact(who: Who, orders: number[] = []) {
  const { id, email, phone } = who;
  await ingest.send("customers/redact", {
    shop_domain: SHOP,
    customer: { id, email, phone },
    orders_to_redact: orders,
  });
  await ingest.settle();
  const rows = await ingest.rows("select id from compliance_request where done_at is null");
  for (const row of rows) await comply(SHOP, String(row["id"]), eraseSteps);
}
const customers = () =>
  ingest.rows(
    "select id, first_name as name, email from customer where first_name is not null or email is not null order by id",
  );
const waiting = async () => (await ingest.rows("select 1 from inbox where state <> 'applied'")).length;

test("an order of the redacted person with another customer's addresses makes no tombstone for that customer", async () => {
  await customer(ada);
  await customer(bea);
  await order(8801, ada, { email: bea.email, contact_email: bea.email, phone: bea.phone });
  await ingest.settle();
  await redact(ada, [8801]);

  await customer({ ...bea, first_name: "Beatrice" });
  await order(8802, bea);
  await ingest.settle();
  expect(await customers()).toEqual([{ id: "7002", name: "Beatrice", email: bea.email }]);
  expect(await ingest.rows("select id from shop_order")).toEqual([{ id: "8802" }]);
  expect(await waiting()).toBe(0);
});

test("another customer is recognised in lower case, with another notation of the phone, and with the phone in an address", async () => {
  await customer(ada);
  await customer({ ...bea, phone: null }, { addresses: [{ id: 1, phone: "+44 7700 900222", default: true }] });
  await order(8801, ada, { email: "BEA@Example.com", phone: bea.phone });
  await ingest.settle();
  await ingest.rows(
    "insert into plugin_record (shop_id, plugin, kind, key, data, updated_at) values ($1, 'p', 'k', '1', $2, now())",
    [SHOP, { call: "bea@example.com", or: "+44 7700 900222" }],
  );
  await redact(ada, [8801]);
  expect(await ingest.rows("select key from plugin_record")).toEqual([{ key: "1" }]);
  await customer({ ...bea, first_name: "Beatrice" });
  await ingest.settle();
  expect(await customers()).toEqual([{ id: "7002", name: "Beatrice", email: bea.email }]);
});

test("another customer who arrives after the redaction, or whose webhook was waiting, is stored", async () => {
  await customer(ada);
  await order(8801, ada, { email: bea.email });
  await ingest.settle();
  await customer(bea);
  await redact(ada, [8801]);
  await ingest.settle();
  expect(await customers()).toEqual([{ id: "7002", name: "Bea", email: bea.email }]);
});

test("a request with another customer's address beside the person's id erases nothing of that customer", async () => {
  await customer(ada);
  await customer(bea);
  await ingest.settle();
  await redact({ ...ada, email: bea.email, phone: bea.phone });
  await customer({ ...bea, first_name: "Beatrice" });
  await ingest.settle();
  expect(await customers()).toEqual([{ id: "7002", name: "Beatrice", email: bea.email }]);
});

test("webhooks of a customer who takes over the redacted person's address are still applied", async () => {
  await customer(ada);
  await customer(bea);
  await ingest.settle();
  await redact(ada);
  await customer({ ...bea, email: ada.email });
  await ingest.settle();
  expect(await customers()).toEqual([{ id: "7002", name: "Bea", email: ada.email }]);
});

test("another customer's order with the redacted person's address is kept without the address", async () => {
  await customer(ada);
  await customer(bea);
  await ingest.settle();
  await redact(ada);
  await order(8802, bea, { email: ada.email, contact_email: ada.email });
  await ingest.settle();
  expect(await ingest.rows("select id, customer_id as customer, email from shop_order")).toEqual([
    { id: "8802", customer: "7002", email: null },
  ]);
});

test("later webhooks of the redacted person are dropped, each is counted once, and the sync page shows the count", async () => {
  await customer(ada);
  await order(8801, ada, { email: "ada.work@example.com" });
  await ingest.settle();
  await redact(ada, [8801]);
  const shop = await openShop(SHOP);
  if (!shop) throw new Error("the shop is there");
  expect(await readDropped(shop)).toEqual({ count: 0, lastAt: null });
  await customer(ada);
  await order(8801, ada);
  await order(8803, null, { email: "ada.work@example.com", customer: null });
  await ingest.settle();
  expect(await customers()).toEqual([]);
  expect(await ingest.rows("select id from shop_order")).toEqual([]);
  const { count, lastAt } = await readDropped(shop);
  expect(count).toBeGreaterThanOrEqual(3);
  expect(Date.now() - Number(lastAt)).toBeLessThan(60_000);
});

test("an order without a customer belongs to the redacted person by e-mail or phone, unless another customer has that address", async () => {
  const guest = (id: number, more: Json) => order(id, null, { note: "ring ada@example.com", ...more });
  await customer(ada);
  await customer(bea);
  await order(8801, ada);
  await guest(8803, { email: "Ada@Example.com", contact_email: "Ada@Example.com" });
  await guest(8804, { phone: "+44 7700 900111" });
  await guest(8805, { email: bea.email, contact_email: bea.email });
  await guest(8806, {});
  await ingest.settle();
  await ingest.rows(
    `insert into order_metafield (shop_id, order_id, namespace, key, type, value, updated_at)
     values ($1, '8803', 'custom', 'gift', 'single_line_text_field', 'for Ada', now())`,
    [SHOP],
  );
  await redact(ada, [8801]);
  expect(await ingest.rows("select id from shop_order order by id")).toEqual([{ id: "8805" }, { id: "8806" }]);
  expect(await ingest.rows("select order_id from order_metafield")).toEqual([]);
  // A later webhook does not bring the order back.
  await guest(8803, { email: null });
  await ingest.settle();
  expect(await ingest.rows("select id from shop_order where id = '8803'")).toEqual([]);
});

test("an order without a customer stays if another customer shares its address with the redacted person", async () => {
  await customer(ada);
  await customer({ ...bea, phone: ada.phone });
  await order(8803, null, { phone: ada.phone });
  await ingest.settle();
  await redact(ada);
  expect(await ingest.rows("select id from shop_order")).toEqual([{ id: "8803" }]);
});
