// The table identifier: which account was seen with which address. Rows exist from the first webhook on, survive merges, and are
// erased with the person.
import { beforeEach, expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { applyRows } from "../../../app/sync/reading/rows.server.ts";
import { shopifyReader } from "../../../app/sync/sources/shopify/reading/topics.ts";
import { newShop } from "../new-shop.ts";

let shop: Shop;
let rows = 0;
beforeEach(async () => {
  shop = await newShop();
});

const hear = (topic: string, json: Record<string, unknown>) =>
  shop.db.tx((tx) =>
    applyRows(
      shop,
      tx,
      [
        {
          seq: String((rows += 1)),
          topic,
          key: String(rows),
          triggeredAt: null,
          receivedAt: new Date(),
          attempts: 0,
          json,
        },
      ],
      { reader: shopifyReader, connection: "", isHistory: false },
    ),
  );

const seen = async () => {
  const found = await shop.db.tx((tx) =>
    tx.rows<{ line: string }>(sql`
      select concat_ws(' ', kind, value, account, customer_id) as line from identifier where shop_id = ${shop.id} order by 1`),
  );
  return found.map(({ line }) => line);
};

const at = "2026-11-20T10:00:00Z";
const money = (amount: string) => ({ shop_money: { amount, currency_code: "INR" } });
const order = (id: number, customer: number | null, more: Record<string, unknown> = {}) => ({
  ...{ id, currency: "INR", created_at: at, updated_at: at, total_price_set: money("10.00"), line_items: [] },
  customer: customer === null ? null : { id: customer, updated_at: at },
  ...more,
});

test("an account has its own addresses, those in its orders, and the tokens of its checkouts", async () => {
  await hear("customers/create", { id: 7, email: "Asha@Example.com", phone: "+1 613-555-1212", updated_at: at });
  await hear("orders/create", order(1, 7, { email: "work@example.com", checkout_token: "ch-1", cart_token: "ca-1" }));
  await hear("orders/create", order(2, 7, { email: "asha@example.com" }));
  await hear("orders/create", order(3, null, { email: "guest@example.com", checkout_token: "ch-3" }));
  expect(await seen()).toEqual([
    "cart ca-1 7 7",
    "checkout ch-1 7 7",
    "email asha@example.com 7 7",
    "email work@example.com 7 7",
    "phone +16135551212 7 7",
  ]);
});

test("two accounts may share an address: both keep it, and neither is linked to the other", async () => {
  await hear("customers/create", { id: 7, phone: "+16135551212", updated_at: at });
  await hear("customers/create", { id: 8, phone: "+16135551212", updated_at: at });
  expect(await seen()).toEqual(["phone +16135551212 7 7", "phone +16135551212 8 8"]);
});

test("after a merge the account keeps its id and belongs to the kept customer", async () => {
  await hear("customers/create", { id: 7, email: "one@example.com", updated_at: at });
  await hear("customers/create", { id: 8, email: "two@example.com", updated_at: at });
  await hear("customers/merge", {
    status: "completed",
    admin_graphql_api_customer_kept_id: "gid://shopify/Customer/7",
    admin_graphql_api_customer_deleted_id: "gid://shopify/Customer/8",
  });
  await hear("orders/create", order(1, 8, { checkout_token: "late" }));
  expect(await seen()).toEqual(["checkout late 8 7", "email one@example.com 7 7", "email two@example.com 8 7"]);
});
