// Orders in several currencies: a sum contains amounts in the shop's currency or with a rate into it, and reports the orders that
// it leaves out.
import { afterAll, beforeAll, expect, test } from "vitest";
import { registryFor } from "../../../app/plugins/installed.server.ts";
import { drawCards } from "../../../app/plugins/cards.server.ts";
import { readProfile } from "../../../app/customers/profile.server.ts";
import { evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import { addUpRevenue } from "../../../app/segments/memberships/revenue.server.ts";
import { preview } from "../../../app/segments/preview.server.ts";
import { savedSegment } from "../../setup/definitions.ts";
import { openShop, type Shop } from "../../../app/shop.server.ts";
import { gaps } from "../../../app/customers/facts/orders/opening.server.ts";
import { openIngest, type Ingest, type Json } from "../ingest-shop.ts";

const SHOP = "coins.myshopify.com";
let ingest: Ingest;
let shop: Shop;
const NOW = new Date("2026-11-03T12:00:00Z");

beforeAll(async () => {
  ingest = await openIngest();
  await ingest.install(SHOP, { currency: "GBP" });
  await ingest.rows("update shop set installed_at = '2026-01-01' where id = $1", [SHOP]);
  await open();
});
afterAll(() => ingest.close());

async function open(): Promise<void> {
  const opened = await openShop(SHOP, () => NOW);
  if (!opened) throw new Error("no shop");
  shop = opened;
}

let next = 500;
type Money = [shop: string, currency: string, presentment?: string, presentmentCurrency?: string];

async function order(
  customer: number,
  [amount, currency, theirs = amount, seen = currency]: Money,
  more: Json = {},
): Promise<number> {
  const id = (next += 1);
  const at = "2026-11-01T10:00:00Z";
  const body: Json = {
    ...{
      id,
      created_at: at,
      processed_at: at,
      updated_at: at,
      currency,
      presentment_currency: seen,
      total_price: amount,
    },
    current_total_price: amount,
    total_price_set: {
      shop_money: { amount, currency_code: currency },
      presentment_money: { amount: theirs, currency_code: seen },
    },
    customer: { id: customer, created_at: at, updated_at: at },
    line_items: [],
    refunds: [],
    ...more,
  };
  expect(await ingest.send("orders/create", body, { shop: SHOP })).toBe(200);
  await ingest.settle(SHOP);
  return id;
}

const totals = async (customer: number) =>
  (
    await ingest.rows(
      "select number_of_orders as orders, amount_spent::float8 as spent, uncounted_orders as uncounted from customer where shop_id = $1 and id = $2",
      [SHOP, String(customer)],
    )
  )[0];
const figure = async (name: string) =>
  (await drawCards(shop, await registryFor(shop), "home", null)).find((card) => card.name === name)?.content;

test("an order counts in the shop's currency, or at its own rate to the smallest unit; an order without a rate is left out and reported", async () => {
  await order(1, ["100.00", "GBP"]);
  await order(1, ["125.00", "USD", "100.01", "GBP"]);
  await order(1, ["900.00", "USD"]);
  await order(2, ["20.00", "GBP"]);
  expect(await totals(1)).toEqual({ orders: 3, spent: 200.01, uncounted: 1 });
  expect(await readProfile(shop, "1")).toMatchObject({ uncountedOrders: 1 });
  expect((await gaps(shop)).map(({ customerId }) => customerId)).toEqual(["1"]);
});

test("the figures of the home page leave the order out and say so", async () => {
  const revenue = await figure("revenue");
  expect(revenue).toMatchObject({ shape: "figure", note: { key: "figures.uncounted", count: 1 } });
  expect(Number(revenue && "value" in revenue ? revenue.value : null)).toBe(220.01);
  expect(await figure("orders")).toMatchObject({ value: "4" });
});

test("the amount that a segment's members spent adds no dollars to pounds", async () => {
  const id = await savedSegment(shop, { name: "All", query: "number_of_orders > 0" }, await registryFor(shop));
  await evaluateSegment(shop, id, await registryFor(shop), async () => undefined);
  await addUpRevenue(shop);
  const [row] = await ingest.rows("select revenue::float8 as revenue from segment_figures where segment_id = $1", [id]);
  expect(row).toEqual({ revenue: 220.01 });
});

test("orders_placed compares and adds amounts in the shop's currency only", async () => {
  const ids = async (query: string) => {
    const seen = await preview(shop, query, await registryFor(shop));
    return seen.ok ? seen.sample.map(({ id }) => id).sort() : seen;
  };
  expect(await ids("orders_placed MATCHES (sum_amount = 200.01)")).toEqual(["1"]);
  expect(await ids("orders_placed MATCHES (sum_amount > 300)")).toEqual([]);
  expect(await ids("orders_placed MATCHES (amount = 100.01)")).toEqual(["1"]);
  expect(await ids("orders_placed MATCHES (amount = 900)")).toEqual([]);
});

test("a refund of an order in another currency is converted at the order's rate", async () => {
  const id = await order(3, ["125.00", "USD", "100.00", "GBP"]);
  const refund = {
    id: 1,
    order_id: id,
    created_at: "2026-11-02T10:00:00Z",
    refund_line_items: [],
    order_adjustments: [],
  };
  const transactions = [{ kind: "refund", status: "success", amount: "33.33", currency: "GBP" }];
  await ingest.send("refunds/create", { ...refund, transactions }, { shop: SHOP });
  await ingest.settle(SHOP);
  expect(await totals(3)).toMatchObject({ spent: 66.67 });
});

test("after a change of the shop's currency, sums are in the new one, and balances and Shopify's totals in the old one are reported", async () => {
  await ingest.rows("update customer set opening_orders = 2, opening_spent = 50 where shop_id = $1 and id = '2'", [
    SHOP,
  ]);
  const zone = { id: 1, iana_timezone: "UTC", name: "Coins" };
  const change = async (currency: string, minute: number) => {
    const triggeredAt = `2026-11-02T12:0${minute}:00.000Z`;
    await ingest.send("shop/update", { ...zone, currency, updated_at: triggeredAt }, { shop: SHOP, triggeredAt });
    await ingest.settle(SHOP);
    await open();
  };
  await change("USD", 1);
  // 100 pounds have no rate; 125 and 900 are dollars.
  expect(await totals(1)).toEqual({ orders: 3, spent: 1025, uncounted: 1 });
  expect(await totals(2)).toEqual({ orders: 3, spent: 0, uncounted: 1 });
  await change("GBP", 2);
  expect(await totals(1)).toEqual({ orders: 3, spent: 200.01, uncounted: 1 });
  expect(await totals(2)).toEqual({ orders: 3, spent: 70, uncounted: 0 });
});

test.each<[string, Money, number]>([
  ["yen", ["15000", "JPY", "80.33", "GBP"], 80.33],
  ["dinars", ["31.250", "KWD", "80.00", "GBP"], 80],
])("an order in %s counts at its own rate", async (_name, money, spent) => {
  const customer = (next += 1);
  await order(customer, money);
  expect(await totals(customer)).toMatchObject({ spent, uncounted: 0 });
});

test("an order of nothing, and a cancelled order of which nothing is left, are worth nothing in every currency and are no gap", async () => {
  const customer = (next += 1);
  await order(customer, ["0.00", "USD"]);
  await order(customer, ["50.00", "USD"], { current_total_price: "0.00", cancelled_at: "2026-11-01T10:00:00Z" });
  expect(await totals(customer)).toEqual({ orders: 2, spent: 0, uncounted: 0 });
});

type Balance = [spent: number, currency: string | null];
test.each<[kept: Balance, gone: Balance, spent: number]>([
  [[0, null], [50, "USD"], 0],
  [[20, null], [50, "USD"], 20],
  [[50, "USD"], [20, "GBP"], 20],
  [[50, "USD"], [0, null], 0],
  [[20, "GBP"], [30, null], 50],
])(
  "two merged customers with the opening balances %j and %j have spent %d pounds before",
  async (kept, gone, spent) => {
    const pair = [kept, gone].map(([amount, currency]) => ({ id: (next += 1), amount, currency }));
    for (const { id, amount, currency } of pair)
      await ingest.rows(
        "insert into customer (shop_id, id, opening_orders, opening_spent, opening_currency) values ($1, $2, 1, $3, $4)",
        [SHOP, String(id), amount, currency],
      );
    const [keptId, deletedId] = pair.map(({ id }) => `gid://shopify/Customer/${id}`);
    const body = {
      status: "completed",
      admin_graphql_api_customer_kept_id: keptId,
      admin_graphql_api_customer_deleted_id: deletedId,
    };
    await ingest.send("customers/merge", body, { shop: SHOP });
    await ingest.settle(SHOP);
    expect(await totals(pair[0]?.id ?? 0)).toMatchObject({ orders: 2, spent });
  },
);
