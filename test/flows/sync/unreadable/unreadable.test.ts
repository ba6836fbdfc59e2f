// One field of a body is unreadable: what happens to the field, to its row and to the row's neighbours.
import { shopifyReader } from "../../../../app/sync/sources/shopify/reading/topics.ts";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openShop, type Shop } from "../../../../app/shop.server.ts";
import { noEntities, type Entities } from "../../../../app/customers/facts/entities.ts";
import { bodyOf, Unreadable } from "../../../../app/sync/reading/body.ts";
import { readTopic } from "../../../../app/sync/sources/shopify/reading/topics.ts";
import { applyRows, type Row } from "../../../../app/sync/reading/rows.server.ts";
import { example, openIngest, type Ingest } from "../../ingest-shop.ts";
import { oddValuesFor, pathsOf, valueAt, withValue, type Json, type Path } from "./odd-values.ts";

const FROM_SHOPIFY = { reader: shopifyReader, connection: "", isHistory: false };

const seenAt = "2026-11-01T12:00:00.000Z";
const money = (amount: string) => ({ shopMoney: { amount }, presentmentMoney: { amount } });
const set = (amount: string) => ({
  shop_money: { amount, currency_code: "USD" },
  presentment_money: { amount, currency_code: "USD" },
});
const AT = "2026-10-05T10:00:00Z";

const ORDER: Json = {
  ...example("orders/updated"),
  id: 5,
  cancelled_at: AT,
  processed_at: AT,
  location_id: 5,
  presentment_currency: "USD",
  discount_applications: [{ type: "discount_code", code: "TEN" }],
  line_items: [
    {
      id: 11,
      product_id: 31,
      variant_id: 32,
      title: "lantern",
      sku: "L1",
      quantity: 2,
      price: "45.00",
      price_set: set("45.00"),
      discount_allocations: [{ amount: "5.00", amount_set: set("5.00"), discount_application_index: 0 }],
    },
  ],
  customer: {
    ...(example("orders/updated")["customer"] as Json),
    id: 7,
    default_address: { id: 81, city: "Surat", country_code: "IN", province_code: "GJ", default: true },
  },
  refunds: [
    {
      id: 9001,
      order_id: 1,
      created_at: AT,
      processed_at: AT,
      note: "broken",
      refund_line_items: [{ id: 1, line_item_id: 11, quantity: 1, subtotal: "45.00", subtotal_set: set("45.00") }],
      transactions: [{ id: 1, kind: "refund", status: "success", amount: "45.00", currency: "USD" }],
    },
  ],
};

const CUSTOMER: Json = {
  ...example("customers/update"),
  id: 7,
  email_marketing_consent: { state: "subscribed", opt_in_level: "single_opt_in", consent_updated_at: AT },
  sms_marketing_consent: { state: "unsubscribed", opt_in_level: null, consent_updated_at: AT },
  addresses: [{ id: 81, city: "Surat", country_code: "IN", province_code: "GJ", default: true, first_name: "Asha" }],
  default_address: { id: 81, city: "Surat", country_code: "IN" },
};

const HISTORY: [string, Json][] = [
  [
    "history:customers",
    {
      node: {
        id: "gid://shopify/Customer/7",
        firstName: "Asha",
        note: "calls",
        state: "ENABLED",
        verifiedEmail: true,
        locale: "en",
        tags: ["vip"],
        createdAt: AT,
        updatedAt: AT,
        numberOfOrders: "3",
        amountSpent: { amount: "90.00" },
        lastOrder: { createdAt: AT },
        statistics: { rfmGroup: "LOYAL", predictedSpendTier: "HIGH" },
        defaultAddress: { id: "gid://shopify/MailingAddress/81?model_name=CustomerAddress" },
        defaultEmailAddress: { emailAddress: "a@example.com", marketingState: "SUBSCRIBED", marketingUpdatedAt: AT },
        defaultPhoneNumber: {
          phoneNumber: "+16135551212",
          smsMarketingConsent: { state: "UNSUBSCRIBED", optInLevel: "UNKNOWN", updatedAt: AT, collectedFrom: "OTHER" },
        },
      },
      addresses: [{ id: "gid://shopify/MailingAddress/81", city: "Surat", countryCodeV2: "IN", provinceCode: "GJ" }],
    },
  ],
  [
    "history:orders",
    {
      node: {
        id: "gid://shopify/Order/5",
        name: "#1001",
        email: "a@example.com",
        tags: ["gift"],
        test: false,
        cancelledAt: AT,
        processedAt: AT,
        createdAt: AT,
        updatedAt: AT,
        currencyCode: "USD",
        presentmentCurrencyCode: "USD",
        displayFinancialStatus: "PAID",
        discountCodes: ["TEN"],
        customer: { id: "gid://shopify/Customer/7" },
        app: { id: "gid://shopify/App/3" },
        customAttributes: [{ key: "gift", value: "yes" }],
        customerJourneySummary: { lastVisit: { landingPage: "/", referrerUrl: "https://example.com" } },
        subtotalPriceSet: money("85.00"),
        totalDiscountsSet: money("5.00"),
        totalTaxSet: money("1.00"),
        totalPriceSet: money("90.00"),
        refunds: [{ id: "gid://shopify/Refund/9", createdAt: AT, totalRefundedSet: money("45.00") }],
      },
      lineItems: [
        {
          id: "gid://shopify/LineItem/11",
          title: "lantern",
          quantity: 2,
          product: { id: "gid://shopify/Product/31" },
          originalUnitPriceSet: money("45.00"),
          discountAllocations: [
            {
              allocatedAmountSet: money("5.00"),
              discountApplication: { __typename: "DiscountCodeApplication", code: "TEN" },
            },
          ],
        },
      ],
      refundLines: [
        {
          id: "gid://shopify/Refund/9",
          refundLineItems: {
            nodes: [{ quantity: 1, lineItem: { id: "gid://shopify/LineItem/11" }, subtotalSet: money("45.00") }],
          },
        },
      ],
    },
  ],
  [
    "history:products",
    {
      node: {
        id: "gid://shopify/Product/31",
        title: "lantern",
        tags: ["light"],
        status: "ACTIVE",
        updatedAt: AT,
        featuredMedia: { preview: { image: { url: "https://example.com/a.png" } } },
      },
    },
  ],
];

const BODIES: [string, Json][] = [
  ["orders/updated", ORDER],
  ["customers/update", CUSTOMER],
  ["refunds/create", { ...(ORDER["refunds"] as Json[])[0] }],
  ["products/update", { ...example("products/update"), id: 31 }],
  ["customer.tags_added", { customerId: "gid://shopify/Customer/7", tags: ["vip"], occurredAt: AT }],
  ["customers/purchasing_summary", example("customers/purchasing_summary")],
  ...HISTORY,
  ...realBodies(),
];

/** Bodies that other clients of Shopify use in their own tests. Used only if they are beside the project. */
function realBodies(): [string, Json][] {
  const folder = resolve(import.meta.dirname, "../../../../../shared/data/shopify/go_shopify_fixtures");
  if (!existsSync(folder)) {
    process.stdout.write("bodies of other clients are not there: the test's own are tried alone\n");
    return [];
  }
  const read = (file: string, name: string) => {
    const body = join(folder, `fixtures__${file}.json`);
    return existsSync(body) ? [(JSON.parse(readFileSync(body, "utf8")) as Json)[name] as Json] : [];
  };
  return [
    ...read("order", "order").map((body): [string, Json] => ["orders/updated", body]),
    ...read("customer", "customer").map((body): [string, Json] => ["customers/update", body]),
    ...read("product", "product").map((body): [string, Json] => ["products/update", body]),
  ];
}

type Outcome = { entities: Entities; noted: string[] } | { poison: string };

function read(topic: string, json: Json): Outcome {
  const entities = noEntities();
  const body = bodyOf(json, new Date(seenAt));
  try {
    readTopic(topic, { body, seenAt, currency: "USD" }, entities);
    return { entities, noted: [...body.notes.fields] };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { poison: error.field };
  }
}

type Change = { topic: string; body: Json; path: Path; odd: unknown };

const CHANGES = BODIES.flatMap(([topic, body]) =>
  pathsOf(body).flatMap((path) =>
    oddValuesFor(path, valueAt(body, path)).map((odd): Change => ({ topic, body, path, odd })),
  ),
);

test("an unreadable field is noted or holds up its own row, or is never read; no wrong value is stored silently", () => {
  const whole = new Map(BODIES.map(([topic, body]) => [body, read(topic, body)]));
  for (const outcome of whole.values()) expect(outcome).toMatchObject({ noted: [] });
  expect(CHANGES.length).toBeGreaterThan(4000);
  for (const { topic, body, path, odd } of CHANGES) {
    const outcome = read(topic, withValue(body, path, odd));
    if ("poison" in outcome || outcome.noted.length > 0 || isDeepStrictEqual(outcome, whole.get(body))) continue;
    expect(outcome, `${topic}: ${path.join(".")} = ${JSON.stringify(odd)}`).toEqual(whole.get(body));
  }
});

test("only an unreadable id, currency or total holds up a row; any other unreadable field is left out", () => {
  const needed = /^(id|currency|currencyCode|total_price(_set.*)?|totalPriceSet.*|order_id|customerId|node)$/;
  const held = new Set<string>();
  for (const { topic, body, path, odd } of CHANGES) {
    if (topic === "customers/purchasing_summary" || topic === "refunds/create") continue;
    if ("poison" in read(topic, withValue(body, path, odd))) held.add(path.filter((step) => step !== "node").join("."));
  }
  expect([...held].filter((name) => name !== "" && !needed.test(name))).toEqual([]);
});

let ingest: Ingest;
let shops = 0;
beforeAll(async () => {
  ingest = await openIngest();
});
afterAll(() => ingest.close());

async function newShop(): Promise<Shop> {
  const id = `odd-${(shops += 1)}.myshopify.com`;
  await ingest.install(id);
  const shop = await openShop(id);
  if (!shop) throw new Error("no shop");
  return shop;
}

const rowOf = (topic: string, json: Json, seq: number): Row => ({
  seq: String(seq),
  topic,
  key: String(seq),
  triggeredAt: new Date(seenAt),
  receivedAt: new Date(seenAt),
  attempts: 4,
  json,
});

const withId = (topic: string, body: Json, id: number): Json => {
  const gid = (type: string) => `gid://shopify/${type}/${id}`;
  if (topic === "history:customers") return withValue(body, ["node", "id"], gid("Customer"));
  if (topic === "history:orders") return withValue(body, ["node", "id"], gid("Order"));
  if (topic === "history:products") return withValue(body, ["node", "id"], gid("Product"));
  return { ...body, id };
};

test("whatever is unreadable in one row, the other rows of its batch are stored", async () => {
  const shop = await newShop();
  let next = 1000;
  const stored: Record<string, string> = { orders: "shop_order", customers: "customer", products: "product" };
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...CHANGES), async ({ topic, body, path, odd }) => {
      const table = stored[topic.replace("history:", "").split("/")[0] ?? ""];
      if (!table || topic === "customers/purchasing_summary") return;
      const [before, after] = [(next += 1), (next += 1)];
      const bodies = [withId(topic, body, before), withValue(body, path, odd), withId(topic, body, after)];
      const rows = bodies.map((json, at) => rowOf(topic, json, at));
      const { poison, refused } = await shop.db.tx((tx) => applyRows(shop, tx, rows, FROM_SHOPIFY));
      expect([poison.has("0"), poison.has("2"), refused.size]).toEqual([false, false, 0]);
      const found = await ingest.rows(`select from ${table} where shop_id = $1 and id = any($2)`, [
        shop.id,
        [String(before), String(after)],
      ]);
      expect(found, path.join(".")).toHaveLength(2);
    }),
    { numRuns: 150 },
  );
});

test("an order with an unreadable date has the date of its creation, and the merchant sees which field was left out", async () => {
  const shop = await newShop();
  const body = { ...ORDER, id: 501, processed_at: "0000-12-31T23:53:24Z", created_at: AT, refunds: [] };
  const { noted, poison } = await shop.db.tx((tx) =>
    applyRows(shop, tx, [rowOf("orders/updated", body, 1)], FROM_SHOPIFY),
  );
  expect([...poison]).toEqual([]);
  expect([...noted]).toEqual([["1", ["processed_at"]]]);
  const [row] = await ingest.rows("select ordered_at, processed_at from shop_order where shop_id = $1", [shop.id]);
  expect(row).toEqual({ ordered_at: new Date(AT), processed_at: null });
});

test("a consent with an unreadable date is as new as its webhook, however old the customer's own date is", async () => {
  const shop = await newShop();
  const updated_at = "2026-01-05T10:00:00Z";
  const consents = [
    { state: "subscribed", consent_updated_at: "2026-01-06T10:00:00Z" },
    { state: "unsubscribed", consent_updated_at: "0000-12-31T18:03:24-05:50" },
  ];
  for (const [seq, email_marketing_consent] of consents.entries()) {
    const row = rowOf("customers/update", { id: 502, updated_at, email_marketing_consent }, seq);
    const told = { ...row, triggeredAt: new Date("2026-01-07T10:00:00Z") };
    await shop.db.tx((tx) => applyRows(shop, tx, [told], FROM_SHOPIFY));
  }
  const [row] = await ingest.rows("select email_subscription_status as state from customer where shop_id = $1", [
    shop.id,
  ]);
  expect(row).toEqual({ state: "UNSUBSCRIBED" });
});

test.each(["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "+275760-09-13T00:00:00.000Z", "infinity", ""])(
  "a delivery that was triggered at %j is as old as its arrival, so that the next one counts",
  async (triggeredAt) => {
    const { id: shop } = await newShop();
    const send = (note: string, at: string) =>
      ingest.send("customers/update", { id: 7, updated_at: null, note }, { shop, triggeredAt: at });
    await send("first", triggeredAt);
    await ingest.settle(shop);
    await send("second", new Date(Date.now() + 1000).toISOString());
    await ingest.settle(shop);
    expect(await ingest.rows("select note from customer where shop_id = $1", [shop])).toEqual([{ note: "second" }]);
  },
);
