// Orders and customers as imports, tills, subscription apps, draft orders and B2B make them: each is stored whole and reckoned.
import { afterAll, beforeAll, expect, test } from "vitest";
import { attributes } from "../../../../app/plugins/attributes/plugin.server.ts";
import { assemble } from "../../../../app/plugins/registry.server.ts";
import { selectCustomers } from "../../../../app/segments/preview.server.ts";
import { openShop } from "../../../../app/shop.server.ts";
import { readNoted, readPoison } from "../../../../app/sync/status/status.server.ts";
import { example, openIngest, type Ingest, type Json } from "../../ingest-shop.ts";

const SHOP = "other-systems.myshopify.com";
const AT = "2026-10-05T10:00:00+05:30";
const ORDER = example("orders/create");
const LINE = (ORDER["line_items"] as Json[])[0] as Json;
const PERSON = example("customers/create");

let ingest: Ingest;
beforeAll(async () => {
  ingest = await openIngest();
  await ingest.install(SHOP);
});
afterAll(() => ingest.close());

const both = (amount: string, presented: [string, string] = [amount, "USD"]) => ({
  shop_money: { amount, currency_code: "USD" },
  presentment_money: { amount: presented[0], currency_code: presented[1] },
});
const money = (name: string, amount: string, presented?: [string, string]) => ({
  [name]: amount,
  [`${name}_set`]: both(amount, presented),
});
const line = (id: number, price: string, more: Json = {}): Json => ({
  ...LINE,
  ...{ id, quantity: 1, current_quantity: 1, discount_allocations: [], ...money("price", price), ...more },
});
const order = (id: number, total: string, more: Json = {}): Json => ({
  ...ORDER,
  ...{ id, name: `#${id}`, email: null, phone: null, currency: "USD", presentment_currency: "USD", app_id: null },
  ...{ customer: { id, email: `c${id}@example.com`, first_name: null, last_name: null, default_address: null } },
  ...{ created_at: AT, processed_at: AT, updated_at: AT, cancelled_at: null, test: false, refunds: [] },
  ...money("total_price", total),
  ...money("current_total_price", total),
  ...money("subtotal_price", total),
  ...money("current_subtotal_price", total),
  ...money("total_tax", "0.00"),
  ...money("current_total_tax", "0.00"),
  ...money("total_discounts", "0.00"),
  ...{ total_shipping_price_set: both("0.00"), current_shipping_price_set: both("0.00") },
  line_items: [line(id * 1000, total)],
  ...more,
});
const person = (id: number, more: Json): Json => ({
  ...PERSON,
  id,
  created_at: AT,
  updated_at: AT,
  addresses: [],
  default_address: null,
  ...more,
});

/** Name, body, and what the order's customer has spent. Null: the order has no customer. */
const ORDERS: [string, Json, string | null][] = [
  [
    "an import with a date of 2009",
    order(1, "10.00", { processed_at: "2009-03-01T08:00:00Z", source_name: "matrixify" }),
    "10",
  ],
  [
    "an import whose checkout, cart and gateway are null",
    order(2, "12.5", { checkout_token: null, cart_token: null, gateway: null, landing_site: null }),
    "12.5",
  ],
  [
    "a till's order without a customer",
    order(3, "8.00", { customer: null, source_name: "pos", location_id: 655441491, email: "" }),
    null,
  ],
  [
    "a till's order with a walk-in's address null",
    order(4, "8.00", { source_name: "pos", shipping_address: null, billing_address: null, shipping_lines: [] }),
    "8",
  ],
  [
    "a draft order of one custom item",
    order(5, "33.00", {
      source_name: "shopify_draft_order",
      line_items: [
        line(5000, "33.00", { product_id: null, variant_id: null, sku: null, product_exists: false, title: "Repair" }),
      ],
    }),
    "33",
  ],
  [
    "a subscription app's order",
    order(6, "19.99", {
      source_name: "subscription_contract_checkout_one",
      app_id: 294517,
      note_attributes: [
        { name: "rc_subscription", value: null },
        { name: "cycle", value: 3 },
      ],
    }),
    "19.99",
  ],
  [
    "a B2B order of a contact without an e-mail",
    order(7, "900.00", {
      customer: { id: 7, email: null, phone: null, first_name: "Ana", last_name: null, default_address: null },
      company: { id: 5, location_id: 6 },
      payment_terms: { payment_terms_type: "NET", due_in_days: 30 },
      financial_status: "pending",
      po_number: "PO-7",
    }),
    "900",
  ],
  [
    "an order of 250 lines",
    order(8, "250.00", { line_items: Array.from({ length: 250 }, (_, at) => line(8000 + at, "1.00")) }),
    "250",
  ],
  [
    "a gift card",
    order(9, "50.00", {
      line_items: [line(9000, "50.00", { gift_card: true, requires_shipping: false, taxable: false, sku: "" })],
    }),
    "50",
  ],
  [
    "a tip of the shopper",
    order(10, "23.00", {
      total_tip_received: "3.00",
      line_items: [
        line(10000, "20.00"),
        line(10001, "3.00", { title: "Tip", product_id: null, variant_id: null, vendor: null, sku: null }),
      ],
    }),
    "23",
  ],
  [
    "an order of zero, fully discounted",
    order(11, "0.00", {
      ...money("total_discounts", "40.00"),
      discount_codes: [{ code: "FREE", amount: "40.00", type: "percentage" }],
    }),
    "0",
  ],
  [
    "an order in yen",
    order(12, "10.00", { presentment_currency: "JPY", ...money("total_price", "10.00", ["1500", "JPY"]) }),
    "10",
  ],
  [
    "an order in dinars with three decimals",
    order(13, "32.40", { presentment_currency: "KWD", ...money("total_price", "32.40", ["9.975", "KWD"]) }),
    "32.4",
  ],
  [
    "an order of a deleted product",
    order(14, "7.00", {
      line_items: [
        line(14000, "7.00", {
          product_id: null,
          variant_id: null,
          product_exists: false,
          title: "Old mug",
          variant_inventory_management: null,
        }),
      ],
    }),
    "7",
  ],
  [
    "an address that has the country's name alone",
    order(15, "7.00", { shipping_address: { country: "India", country_code: null, city: "Surat" } }),
    "7",
  ],
  [
    "an order that was edited to nothing",
    order(16, "20.00", {
      ...money("current_total_price", "0.00"),
      ...money("current_subtotal_price", "0.00"),
      line_items: [line(16000, "20.00", { current_quantity: 0 })],
    }),
    "0",
  ],
  [
    "an exchange that owes the shopper",
    order(17, "40.00", { ...money("current_total_price", "-10.00"), total_outstanding: "-10.00" }),
    "0",
  ],
  [
    "an order of a marketplace with an id as source",
    order(18, "61.00", {
      source_name: "1830279",
      source_identifier: "AMZ-114-1",
      reference: "114-1",
      tags: "amazon, fba, prime",
    }),
    "61",
  ],
  [
    "an order with an order note in Hebrew",
    order(19, "5.00", { note: "\u202Bתודה רבה\u202C", tags: "וי-איי-פי" }),
    "5",
  ],
  [
    "an order whose line has no price set",
    order(20, "5.00", { line_items: [{ id: 20000, quantity: 1, title: "Pen", price: "5.00" }] }),
    "5",
  ],
  [
    "an order with a duty and an additional fee",
    order(21, "115.00", {
      original_total_duties_set: both("10.00"),
      current_total_duties_set: both("10.00"),
      original_total_additional_fees_set: both("5.00"),
    }),
    "115",
  ],
  ["cash that was rounded", order(22, "9.98", { total_cash_rounding_payment_adjustment_set: both("0.02") }), "9.98"],
  [
    "an order of a plus sign's phone alone",
    order(23, "14.00", { phone: "+1 613-555-1212", customer: { id: 23, email: "", phone: "+16135551212" } }),
    "14",
  ],
  [
    "an import that is cancelled and refunded",
    order(24, "30.00", {
      cancelled_at: AT,
      cancel_reason: "other",
      ...money("current_total_price", "0.00"),
      financial_status: "refunded",
    }),
    "0",
  ],
  ["a test order of the bogus gateway", order(25, "99.00", { test: true }), "0"],
];

const PEOPLE: [string, Json][] = [
  [
    "a customer of a company without an e-mail",
    person(101, { email: null, phone: null, first_name: "Ana", last_name: null, addresses: [], default_address: null }),
  ],
  [
    "a name from right to left",
    person(102, { email: "leila@example.com", first_name: "لیلا", last_name: "\u200Fمحمدی\u200F", tags: "" }),
  ],
  [
    "an address without a country code",
    person(103, {
      email: "c103@example.com",
      addresses: [
        {
          id: 1031,
          customer_id: 103,
          address1: "1 Road",
          city: "Surat",
          country: "India",
          country_code: null,
          country_name: "India",
          province: "Gujarat",
          province_code: null,
          default: true,
        },
      ],
    }),
  ],
  [
    "an import with blanks around the e-mail",
    person(104, { email: " Blank@Example.COM ", first_name: " Jo ", addresses: [] }),
  ],
  ["a note of 5,000 letters", person(105, { email: "c105@example.com", note: "n".repeat(5000) })],
];

test("each is stored, nothing of it is refused or left out, and each customer's orders are summed", async () => {
  for (const [, body] of ORDERS) expect(await ingest.send("orders/create", body, { shop: SHOP })).toBe(200);
  for (const [, body] of PEOPLE) expect(await ingest.send("customers/create", body, { shop: SHOP })).toBe(200);
  await ingest.settle(SHOP);
  const shop = await openShop(SHOP);
  if (!shop) throw new Error("no shop");
  expect(await readPoison(shop)).toEqual([]);
  expect(await readNoted(shop)).toEqual([]);
  const spent = await ingest.rows(
    "select id, amount_spent::float8::text as spent from customer where shop_id = $1 and length(id) < 3 order by id::bigint",
    [SHOP],
  );
  expect(spent).toEqual(
    ORDERS.flatMap(([, body, sum]) => (sum === null ? [] : [{ id: String(body["id"]), spent: sum }])),
  );
  const lines = await ingest.rows(
    "select order_id as id, count(*)::int as lines from line_item where shop_id = $1 group by 1 order by order_id::bigint",
    [SHOP],
  );
  expect(lines).toEqual(
    ORDERS.map(([, body]) => ({ id: String(body["id"]), lines: (body["line_items"] as Json[]).length })),
  );
  const found = async (query: string) => {
    const selected = await selectCustomers(shop, query, assemble([attributes]));
    return selected.ok ? selected.sample.toSorted() : selected.faults;
  };
  expect(await found("customer_email_domain = 'example.com' AND number_of_orders = 0")).toEqual([
    "102",
    "103",
    "104",
    "105",
    "25",
  ]);
  // Without a code the country cannot be asked for, and the address is kept.
  expect(await found("customer_countries IS NOT NULL")).toEqual([]);
  expect(await ingest.rows("select city from customer_address where shop_id = $1", [SHOP])).toEqual([
    { city: "Surat" },
  ]);
  expect(await found("last_order_date < 2010-01-01")).toEqual(["1"]);
  expect(await found("orders_placed MATCHES (app_id = 294517)")).toEqual(["6"]);
});
