// Webhooks arrive twice, late and in any order: the rows equal those of the history in its true order.
import { shopifyReader } from "../../../../app/sync/sources/shopify/reading/topics.ts";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openShop, type Shop } from "../../../../app/shop.server.ts";
import { applyRows, type InboxRow } from "../../../../app/sync/reading/rows.server.ts";
import { example, openIngest, type Ingest, type Json } from "../../ingest-shop.ts";

const FROM_SHOPIFY = { reader: shopifyReader, connection: "", isHistory: false };

let ingest: Ingest;
beforeAll(async () => {
  ingest = await openIngest();
});
afterAll(() => ingest.close());

type Sent = { topic: string; at: string; body: Json };
const CUSTOMER = 7001;
const gid = `gid://shopify/Customer/${CUSTOMER}`;
const money = (amount: string) => ({
  shop_money: { amount, currency_code: "USD" },
  presentment_money: { amount, currency_code: "USD" },
});

const person = (at: string, more: Json = {}): Json => ({
  id: CUSTOMER,
  first_name: "Asha",
  last_name: "Patel",
  email: "asha@example.com",
  state: "enabled",
  created_at: "2026-10-01T08:00:00Z",
  updated_at: at,
  addresses: [{ id: 81, country_code: "IN", city: "Surat", default: true }],
  default_address: { id: 81, country_code: "IN", city: "Surat", default: true },
  ...more,
});

const order = (id: number, at: string, more: Json = {}): Json => ({
  id,
  name: `#${id}`,
  currency: "USD",
  created_at: "2026-10-05T10:00:00Z",
  processed_at: "2026-10-05T10:00:00Z",
  updated_at: at,
  total_price_set: money("90.00"),
  customer: person("2026-10-05T10:00:00Z", { first_name: "Slim", addresses: undefined }),
  line_items: [{ id: id * 10, product_id: 31, title: "lantern", quantity: 2, price_set: money("45.00") }],
  refunds: [],
  ...more,
});

const refund = (orderId: number, amount: string): Json => ({
  id: 9001,
  order_id: orderId,
  processed_at: "2026-10-07T09:00:00Z",
  refund_line_items: [{ id: 1, line_item_id: orderId * 10, quantity: 1, subtotal_set: money(amount) }],
  transactions: [{ id: 1, kind: "refund", status: "success", amount, currency: "USD" }],
});

const consent = (state: string, at: string): Json => ({
  customer_id: CUSTOMER,
  email_marketing_consent: { state, opt_in_level: "single_opt_in", consent_updated_at: at },
});

const tags = (names: string[], at: string): Json => ({ customerId: gid, tags: names, occurredAt: at });
const sent = (topic: string, at: string, body: Json): Sent => ({ topic, at, body });

/** An order's versions. Two of them are of one second and differ. */
const orderLife: Sent[] = [
  sent("orders/create", "2026-10-05T10:00:00.100Z", order(1, "2026-10-05T10:00:00Z", { financial_status: "pending" })),
  sent("orders/updated", "2026-10-05T10:00:00.900Z", order(1, "2026-10-05T10:00:00Z", { financial_status: "paid" })),
  sent("refunds/create", "2026-10-07T09:00:00.500Z", refund(1, "45.00")),
  sent(
    "orders/updated",
    "2026-10-07T09:00:01.000Z",
    order(1, "2026-10-07T09:00:01Z", {
      financial_status: "partially_refunded",
      refunds: [refund(1, "45.00")],
      line_items: [
        { id: 10, product_id: 31, title: "lantern", quantity: 2, price_set: money("45.00") },
        { id: 11, product_id: 32, title: "candle", quantity: 1, price_set: money("0.00") },
      ],
    }),
  ),
  sent(
    "orders/cancelled",
    "2026-10-08T09:00:00.000Z",
    order(1, "2026-10-08T09:00:00Z", { cancelled_at: "2026-10-08T09:00:00Z" }),
  ),
];

const personsLife: Sent[] = [
  sent(
    "customers/update",
    "2026-10-06T08:00:00.000Z",
    person("2026-10-06T08:00:00Z", { email: "new@example.com", addresses: [] }),
  ),
  sent("customer.tags_added", "2026-10-06T09:00:00.000Z", tags(["vip", "wholesale"], "2026-10-06T09:00:00Z")),
  sent("customer.tags_removed", "2026-10-06T10:00:00.000Z", tags(["wholesale"], "2026-10-06T10:00:00Z")),
  sent(
    "customers_email_marketing_consent/update",
    "2026-10-06T11:00:00.000Z",
    consent("subscribed", "2026-10-06T11:00:00Z"),
  ),
  sent(
    "customers_email_marketing_consent/update",
    "2026-10-06T12:00:00.000Z",
    consent("unsubscribed", "2026-10-06T12:00:00Z"),
  ),
];

const rest: Sent[] = [
  sent("customers/create", "2026-10-01T08:00:00.000Z", person("2026-10-01T08:00:00Z")),
  sent("orders/delete", "2026-10-09T09:00:00.000Z", { id: 2 }),
  sent(
    "orders/create",
    "2026-10-06T10:00:00.000Z",
    order(2, "2026-10-06T10:00:00Z", { total_price_set: money("12.34") }),
  ),
  sent("orders/create", "2026-10-06T10:00:01.000Z", order(3, "2026-10-06T10:00:01Z", { test: true })),
  sent("products/create", "2026-10-01T07:00:00.000Z", {
    id: 31,
    title: "Lantern",
    tags: "red",
    updated_at: "2026-10-01T07:00:00Z",
  }),
  sent("products/update", "2026-10-01T07:00:00.400Z", {
    id: 31,
    title: "Lantern",
    tags: "red, sale",
    updated_at: "2026-10-01T07:00:00Z",
  }),
  sent("customers/purchasing_summary", "2026-10-06T10:00:02.000Z", {
    customerId: gid,
    numberOfOrders: 2,
    amountSpent: { amount: "57.34", currencyCode: "USD" },
    occurredAt: "2026-10-06T10:00:02Z",
  }),
  sent("products/delete", "2026-10-10T07:00:00.000Z", { id: 32 }),
];

let shops = 0;
async function newShop(): Promise<Shop> {
  const id = `history-${(shops += 1)}.myshopify.com`;
  await ingest.install(id);
  const shop = await openShop(id);
  if (!shop) throw new Error("no shop");
  return shop;
}

const rowOf = ({ topic, at, body }: Sent, seq: number): InboxRow => ({
  seq: String(seq),
  topic,
  key: String(seq),
  triggeredAt: new Date(at),
  receivedAt: new Date(),
  attempts: 0,
  bytes: Buffer.from(JSON.stringify(body)),
});

/** Applies batches, each in its own transaction, and returns the rows. */
async function rowsAfter(batches: Sent[][]): Promise<Json> {
  const shop = await newShop();
  for (const batch of batches) {
    const { poison, refused } = await shop.db.tx((tx) => applyRows(shop, tx, batch.map(rowOf), FROM_SHOPIFY));
    expect([...poison, ...refused]).toEqual([]);
  }
  return snapshot(shop.id);
}

const TABLES = [
  "customer",
  "customer_address",
  "customer_tag",
  "consent",
  "event",
  "shop_order",
  "line_item",
  "refund",
  "product",
];

/** All rows without the times at which they were recorded. */
async function snapshot(shop: string): Promise<Json> {
  const found: Json = {};
  for (const table of TABLES) {
    const rows = await ingest.rows(
      `select to_jsonb(t) - array['shop_id', 'recorded_at'] as row from ${table} t where shop_id = $1 order by 1`,
      [shop],
    );
    found[table] = rows.map(({ row }) => row);
    await ingest.rows(`delete from ${table} where shop_id = $1`, [shop]);
  }
  return found;
}

function* permutations<T>(items: readonly T[]): Generator<T[]> {
  if (items.length <= 1) return void (yield [...items]);
  for (const [at, item] of items.entries()) {
    for (const others of permutations(items.toSpliced(at, 1))) yield [item, ...others];
  }
}

for (const [name, history] of [
  ["an order's life", orderLife],
  ["a person's life", personsLife],
] as const) {
  test(`${name} leaves the same rows in all 120 orders of arrival, one by one`, async () => {
    const truth = await rowsAfter(history.map((each) => [each]));
    for (const order of permutations(history)) {
      expect(await rowsAfter(order.map((each) => [each])), order.map(({ topic }) => topic).join(", ")).toEqual(truth);
    }
  });
}

test("duplicates, disorder and any cut into batches leave the same rows", async () => {
  const history = [...personsLife, ...orderLife, ...rest].sort((one, other) => one.at.localeCompare(other.at));
  const truth = await rowsAfter(history.map((each) => [each]));
  expect(truth).toMatchSnapshot();
  const arrival = fc
    .tuple(
      fc.array(fc.nat(history.length - 1), { maxLength: 10 }),
      fc.infiniteStream(fc.nat()),
      fc.infiniteStream(fc.nat(4)),
    )
    .map(([again, keys, cuts]) => {
      const all = [...history, ...again.flatMap((at) => history[at] ?? [])].map((each) => ({
        each,
        key: keys.next().value,
      }));
      const batches: Sent[][] = [[]];
      for (const { each } of all.sort((one, other) => one.key - other.key)) {
        batches.at(-1)?.push(each);
        if (cuts.next().value === 0) batches.push([]);
      }
      return batches.filter(({ length }) => length > 0);
    });
  await fc.assert(
    fc.asyncProperty(arrival, async (batches) => {
      expect(await rowsAfter(batches)).toEqual(truth);
    }),
    { numRuns: 120 },
  );
});

const UNREADABLE = "0000-12-31T18:03:24-05:50";

test.each<[string, (updatedAt: string, said: string) => Json, (rows: Json) => unknown]>([
  [
    "orders/updated",
    (at, said) => order(1, at, { note: said, refunds: [{ ...refund(1, "45.00"), note: said }] }),
    ({ shop_order, refund: refunds }) => [shop_order, refunds],
  ],
  ["customers/update", (at, said) => person(at, { note: said }), ({ customer }) => [customer]],
  ["products/update", (at, said) => ({ id: 31, title: "L", handle: said, updated_at: at }), ({ product }) => [product]],
])(
  "%s without a readable updated_at replaces no version with one, in any order of arrival",
  async (topic, body, found) => {
    const versions = [
      sent(topic, "2026-10-05T10:00:01.000Z", body("2026-10-05T10:00:00Z", "oldest")),
      sent(topic, "2026-10-05T10:02:07.400Z", body(UNREADABLE, "undated")),
      sent(topic, "2026-10-05T10:02:06.000Z", body("2026-10-05T10:02:05Z", "newest")),
    ];
    for (const arrival of permutations(versions)) {
      for (const batches of [arrival.map((each) => [each]), [arrival]]) {
        const rows = found(await rowsAfter(batches));
        expect(JSON.stringify(rows)).not.toMatch(/undated|oldest/);
        expect(JSON.stringify(rows).match(/newest/g)).toHaveLength((rows as unknown[]).length);
      }
    }
  },
);

test("a customer keeps the tags when the timeline's events are deleted", async () => {
  const shop = await newShop();
  const take = (topic: string, at: string, names: string[]) =>
    shop.db.tx((tx) => applyRows(shop, tx, [rowOf(sent(topic, at, tags(names, at)), 1)], FROM_SHOPIFY));
  await take("customer.tags_added", "2026-10-06T09:00:00.000Z", ["vip", "wholesale"]);
  await take("customer.tags_removed", "2026-10-06T10:00:00.000Z", ["wholesale"]);
  await ingest.rows("delete from event where shop_id = $1", [shop.id]);
  await take("customer.tags_added", "2026-10-06T09:30:00.000Z", ["wholesale", "tea"]);
  const [held] = await ingest.rows("select tags from customer where shop_id = $1", [shop.id]);
  expect(held).toEqual({ tags: ["tea", "vip"] });
});

test("the customers of Shopify's published examples are stored", async () => {
  const shop = await newShop();
  const topics = [
    "customers/create",
    "customers/update",
    "customer.tags_added",
    "customers/purchasing_summary",
    "customers/merge",
  ];
  const rows = topics.map((topic, at) => rowOf(sent(topic, "2026-10-06T10:00:00.000Z", example(topic)), at));
  expect([...(await shop.db.tx((tx) => applyRows(shop, tx, rows, FROM_SHOPIFY))).poison]).toEqual([]);
});
