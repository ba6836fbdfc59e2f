import { afterAll, beforeAll, expect, test } from "vitest";
import { readTimeline } from "../../../../app/customers/timeline.server.ts";
import { openShop } from "../../../../app/shop.server.ts";
import { comply } from "../../../../app/sync/compliance/compliance.server.ts";
import { eraseSteps } from "../../../../app/worker/erasure.server.ts";
import { example, openIngest, sign, type Ingest, type Json } from "../../ingest-shop.ts";

const SHOP = "ingest.myshopify.com";
let ingest: Ingest;

beforeAll(async () => {
  ingest = await openIngest();
  await ingest.install(SHOP);
});
afterAll(() => ingest.close());

let next = 100;
const newId = () => String((next += 1));

/** Shopify's published example with fields replaced. */
function order(id: string, customerId: string | null, more: Json = {}): Json {
  const sample = example("orders/create");
  const at = "2026-11-01T10:00:00Z";
  const total = String(more["total_price"] ?? "100.00");
  return {
    ...sample,
    id: Number(id),
    created_at: at,
    processed_at: at,
    updated_at: at,
    total_price_set: { shop_money: { amount: total }, presentment_money: { amount: total } },
    customer:
      customerId === null
        ? null
        : {
            ...(sample["customer"] as Json),
            id: Number(customerId),
            created_at: "2026-10-01T00:00:00Z",
            updated_at: at,
          },
    refunds: [],
    test: false,
    cancelled_at: null,
    ...more,
  };
}

const customerOf = async (id: string) =>
  (await ingest.rows("select * from customer where shop_id = $1 and id = $2", [SHOP, id]))[0];

const inbox = (where: string, values: unknown[] = []) =>
  ingest.rows(
    `select seq::text, topic, state, reason, attempts from inbox where shop_id = '${SHOP}' and ${where} order by inbox.seq`,
    values,
  );

test("an order becomes a customer with totals, lines, an address and a timeline", async () => {
  const [id, customer] = [newId(), newId()];
  expect(await ingest.send("orders/create", order(id, customer))).toBe(200);
  await ingest.settle();
  expect(await customerOf(customer)).toMatchObject({
    number_of_orders: 1,
    amount_spent: "100.0000",
    first_name: "John",
  });
  const lines = await ingest.rows("select * from line_item where shop_id = $1 and order_id = $2", [SHOP, id]);
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.every((line) => line["customer_id"] === customer && line["counts"] === true)).toBe(true);
  const events = await ingest.rows("select id from event where shop_id = $1 and customer_id = $2 order by id", [
    SHOP,
    customer,
  ]);
  expect(events.map((event) => event["id"])).toEqual([`customer/${customer}/created`, `order/${id}/placed`]);
  expect(await ingest.rows("select from customer_address where customer_id = $1", [customer])).toHaveLength(1);
});

test("an event is written once: the timeline shows its order's present data, with the order's present customer and date", async () => {
  const [id, buyer, other] = [newId(), newId(), newId()];
  const placed = async () =>
    ingest.rows("select xmin::text, customer_id as customer, data from event where shop_id = $1 and id = $2", [
      SHOP,
      `order/${id}/placed`,
    ]);
  const shop = await openShop(SHOP);
  const told = async (customer: string) =>
    (shop ? await readTimeline(shop, customer, null) : []).find(({ kind }) => kind === "order.placed")?.data;

  await ingest.send("orders/create", order(id, buyer));
  await ingest.settle();
  const [before] = await placed();
  expect(before?.["data"]).toEqual({ order: id });
  expect(await told(buyer)).toMatchObject({ order: id, total: "100.0000" });

  await ingest.send("orders/updated", order(id, buyer, { total_price: "80.00", updated_at: "2026-11-02T10:00:00Z" }));
  await ingest.settle();
  expect(await placed()).toEqual([before]);
  expect(await told(buyer)).toMatchObject({ order: id, total: "80.0000" });

  await ingest.send("orders/updated", order(id, other, { updated_at: "2026-11-03T10:00:00Z" }));
  await ingest.settle();
  expect(await placed()).toMatchObject([{ customer: other }]);
  expect([await told(buyer), await told(other)]).toMatchObject([undefined, { order: id }]);

  await ingest.send("orders/updated", order(id, null, { updated_at: "2026-11-04T10:00:00Z" }));
  await ingest.settle();
  expect(await placed()).toEqual([]);
});

test("fifty identical posts at the same instant are one row, and all are answered 200", async () => {
  const id = newId();
  const sending = { eventId: `event-${id}`, webhookId: `webhook-${id}` };
  const body = order(id, newId());
  const answers = await Promise.all(Array.from({ length: 50 }, () => ingest.send("orders/create", body, sending)));
  expect(new Set(answers)).toEqual(new Set([200]));
  expect(await inbox("key like $1", [`event-${id}:%`])).toHaveLength(1);
  await ingest.settle();
  expect(await ingest.send("orders/create", body, sending)).toBe(200);
  expect(await inbox("key like $1", [`event-${id}:%`])).toMatchObject([{ state: "applied" }]);
});

test("the source is part of the key, and a row of an unknown source alone is held up", async () => {
  const [id, key] = [newId(), `two sources ${newId()}`];
  const body = Buffer.from(JSON.stringify(order(id, newId())));
  for (const source of ["shopify", "till"]) {
    await ingest.rows(
      "insert into inbox (shop_id, source, topic, key, body) values ($1, $2, 'orders/create', $3, $4)",
      [SHOP, source, key, body],
    );
  }
  await ingest.rows("insert into shop_mark (shop_id) values ($1)", [SHOP]);
  await ingest.settle();
  const states = await ingest.rows("select source, state from inbox where shop_id = $1 and key = $2 order by source", [
    SHOP,
    key,
  ]);
  expect(states).toEqual([
    { source: "shopify", state: "applied" },
    { source: "till", state: "poison" },
  ]);
  expect(await ingest.rows("select from shop_order where shop_id = $1 and id = $2", [SHOP, id])).toHaveLength(1);
  await ingest.rows("delete from inbox where shop_id = $1 and key = $2", [SHOP, key]);
});

test("one action of a merchant on two orders is two rows, though both have one event id", async () => {
  const eventId = `event-${newId()}`;
  await Promise.all(
    [order(newId(), null), order(newId(), null)].map((body) => ingest.send("orders/updated", body, { eventId })),
  );
  expect(await inbox("key like $1", [`${eventId}:%`])).toHaveLength(2);
});

test("the new names of headers are read, and a delivery without ids is identified by its body", async () => {
  const body = Buffer.from(JSON.stringify({ id: Number(newId()) }));
  const renamed = { "shopify-topic": "orders/delete", "shopify-shop-domain": SHOP, "shopify-hmac-sha256": sign(body) };
  const answers = await Promise.all([ingest.post(body, renamed), ingest.post(body, renamed)]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(await inbox("key = $1", [sign(body)])).toHaveLength(1);
});

test("ids beyond 2^53 keep all digits", async () => {
  const text = JSON.stringify(order("1", "2"))
    .replace('"id":1,', '"id":820982911946154509,')
    .replace('"customer":{"id":2,', '"customer":{"id":9223372036854775807,');
  expect(text).toContain("820982911946154509");
  expect(await ingest.send("orders/create", Buffer.from(text))).toBe(200);
  await ingest.settle();
  expect(
    await ingest.rows("select customer_id from shop_order where shop_id = $1 and id = '820982911946154509'", [SHOP]),
  ).toEqual([{ customer_id: "9223372036854775807" }]);
});

test("NUL, lone surrogates and bytes that are not UTF-8 hold up nothing", async () => {
  const [one, two] = [newId(), newId()];
  const odd = JSON.stringify(order(one, newId(), { note: "HOLD" })).replace("HOLD", String.raw`a\u0000b\ud800c`);
  await ingest.send("orders/create", Buffer.from(odd));
  const [before = "", after = ""] = JSON.stringify(order(two, null, { note: "SPLIT" })).split("SPLIT");
  await ingest.send(
    "orders/create",
    Buffer.concat([Buffer.from(before), Buffer.from([0xff, 0xfe]), Buffer.from(after)]),
  );
  await ingest.settle();
  const notes = await ingest.rows("select note from shop_order where shop_id = $1 and id = any($2) order by id", [
    SHOP,
    [one, two],
  ]);
  expect(notes.map(({ note }) => note)).toEqual(["ab\uFFFDc", "\uFFFD\uFFFD"]);
});

test.each([
  ["customers/redact", "erase customer"],
  ["customers/data_request", "export customer"],
])("%s about an address with NUL or half a surrogate is filed, and holds up no other webhook", async (topic, kind) => {
  for (const field of ["email", "phone", "id"]) {
    const customer = JSON.stringify({ id: newId(), [field]: "HOLD" }).replace("HOLD", String.raw`4\u0000\ud8002`);
    const body = Buffer.from(`{"shop_domain":"${SHOP}","customer":${customer},"orders_requested":["4\\u0000"]}`);
    expect(await ingest.send(topic, body, { eventId: `odd-${topic}-${field}` })).toBe(200);
  }
  const good = newId();
  await ingest.send("orders/create", order(good, null));
  await ingest.settle();
  expect(await ingest.rows("select id from shop_order where shop_id = $1 and id = $2", [SHOP, good])).toHaveLength(1);
  const filed = await ingest.rows("select id from compliance_request where shop_id = $1 and kind = $2", [SHOP, kind]);
  expect(filed).toHaveLength(3);
  for (const { id } of filed) await comply(SHOP, String(id), eraseSteps);
});

test("an unreadable webhook is answered 200 and held up with its reason, and blocks no other webhook", async () => {
  const good = newId();
  await ingest.send("orders/create", Buffer.from('{"id": 1, '), { eventId: "malformed" });
  await ingest.send("orders/create", { ...order(newId(), null), id: null }, { eventId: "no-id" });
  await ingest.send("orders/create", order(newId(), null, { currency: "pounds" }), { eventId: "no-currency" });
  await ingest.send("orders/create", order(newId(), null, { total_price_set: { shop_money: { amount: "1e400" } } }), {
    eventId: "no-money",
  });
  await ingest.send("shop/update", { id: 5, myshopify_domain: "other.myshopify.com" }, { eventId: "other-shop" });
  const elsewhere = "https://jsmith.myshopify.com/548380009/orders/123456abcd/authenticate?key=abcdefg";
  await ingest.send("orders/create", order(newId(), null, { order_status_url: elsewhere }), { eventId: "other-order" });
  await ingest.send("orders/create", order(good, null));
  await ingest.settle();
  const poison = await ingest.rows("select key, reason from inbox where shop_id = $1 and state = 'poison'", [SHOP]);
  const reasons = new Map(
    poison.map(({ key, reason }) => [String(key).split(":")[0], JSON.parse(String(reason)) as Json]),
  );
  const reason = (name: string, parameters: Json = {}) => ({ key: `sync.poison.reason.${name}`, parameters });
  expect(Object.fromEntries(reasons)).toEqual({
    malformed: reason("malformed"),
    "no-id": reason("unreadable", { field: "id" }),
    "no-currency": reason("unreadable", { field: "currency" }),
    "no-money": reason("unreadable", { field: "total_price" }),
    "other-shop": reason("contradicts_shop"),
    "other-order": reason("contradicts_shop"),
  });
  expect(await ingest.rows("select from shop_order where shop_id = $1 and id = $2", [SHOP, good])).toHaveLength(1);
});

test("a row that the database refuses is tried five times and then held up; its neighbours are applied at once", async () => {
  const [bad, good] = [newId(), newId()];
  await ingest.rows("alter table product add constraint no_teapots check (title <> 'teapot')");
  await ingest.send("products/create", { ...example("products/create"), id: Number(bad), title: "teapot" });
  await ingest.send("products/create", { ...example("products/create"), id: Number(good), title: "kettle" });
  await ingest.settle();
  expect(await ingest.rows("select id from product where shop_id = $1 and id = any($2)", [SHOP, [bad, good]])).toEqual([
    { id: good },
  ]);
  const [row] = await inbox("topic = 'products/create' and state = 'poison'");
  expect(row).toMatchObject({
    attempts: 5,
    reason: JSON.stringify({ key: "sync.poison.reason.failed", parameters: {} }),
  });
  await ingest.rows("alter table product drop constraint no_teapots");
});

test("a webhook of a shop that is not installed is answered 200 and leaves no row; after an uninstall only compliance topics and uninstalls count", async () => {
  const [stranger, gone] = ["stranger.myshopify.com", "gone.myshopify.com"];
  await ingest.install(gone, { platformId: "954889" });
  await ingest.rows("update shop set uninstalled_at = now() where id = $1", [gone]);
  expect(await ingest.send("orders/create", order(newId(), null), { shop: stranger })).toBe(200);
  expect(await ingest.send("shop/redact", { shop_id: 1, shop_domain: stranger }, { shop: stranger })).toBe(200);
  expect(await ingest.send("orders/create", order(newId(), null), { shop: gone })).toBe(200);
  expect(await ingest.send("customers/redact", redact(gone), { shop: gone })).toBe(200);
  const rows = await ingest.rows("select shop_id, topic from inbox where shop_id = any($1)", [[stranger, gone]]);
  expect(rows).toEqual([{ shop_id: gone, topic: "customers/redact" }]);
  await ingest.settle(gone);
  expect(await ingest.rows("select kind from compliance_request where shop_id = $1", [gone])).toEqual([
    { kind: "erase customer" },
  ]);
});

const redact = (shop: string): Json => ({
  shop_id: 954889,
  shop_domain: shop,
  customer: { id: 191167, email: "john@example.com", phone: null },
  orders_to_redact: [],
});

test("webhooks of the first seconds after an installation are kept, though the door knew the shop as not installed", async () => {
  const shop = "newcomer.myshopify.com";
  expect(await ingest.send("orders/create", order(newId(), null), { shop })).toBe(200);
  await ingest.install(shop);
  expect(await ingest.send("orders/create", order(newId(), null), { shop })).toBe(200);
  expect(await ingest.rows("select from inbox where shop_id = $1", [shop])).toHaveLength(1);
});

test("an uninstall marks the shop; an uninstall that is older than the installation does not", async () => {
  const shop = "leaver.myshopify.com";
  await ingest.install(shop);
  const farewell = { ...example("app/uninstalled"), myshopify_domain: shop };
  const at = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  const left = async () =>
    (await ingest.rows("select uninstalled_at is not null as left from shop where id = $1", [shop]))[0]?.["left"];
  await ingest.send("app/uninstalled", farewell, { shop, triggeredAt: at(-2) });
  await ingest.settle(shop);
  expect(await left()).toBe(false);
  await ingest.send("app/uninstalled", farewell, { shop, triggeredAt: at(0) });
  await ingest.settle(shop);
  expect(await left()).toBe(true);
});

test("webhooks that arrive together share a pack, and each is read from it whole", async () => {
  const ids = Array.from({ length: 40 }, newId);
  await Promise.all(
    ids.map((id) =>
      ingest.send("orders/create", order(id, newId(), { note: `note of ${id}` }), { eventId: `pack-${id}` }),
    ),
  );
  const packs = await ingest.rows(
    "select distinct pack from inbox where shop_id = $1 and key like 'pack-%' and pack is not null",
    [SHOP],
  );
  expect(packs.length).toBeGreaterThan(0);
  await ingest.settle();
  const notes = await ingest.rows("select id, note from shop_order where shop_id = $1 and id = any($2)", [SHOP, ids]);
  expect(notes).toHaveLength(40);
  expect(notes.every(({ id, note }) => note === `note of ${String(id)}`)).toBe(true);
});

test("a large webhook that arrives alone is stored in its row and applied whole", async () => {
  const [id, customer] = [newId(), newId()];
  const large = order(id, customer, { padding: "x".repeat(20_000), note: "read to its end" });
  await ingest.send("orders/create", large, { eventId: `large-${id}` });
  const [stored] = await ingest.rows(
    "select pack, octet_length(body) > 16384 as large from inbox where shop_id = $1 and key like $2",
    [SHOP, `large-${id}%`],
  );
  expect(stored).toEqual({ pack: null, large: true });
  await ingest.settle();
  const [kept] = await ingest.rows("select note from shop_order where shop_id = $1 and id = $2", [SHOP, id]);
  expect(kept?.["note"]).toBe("read to its end");
});
