// number_of_orders, amount_spent and the dates of orders, with expected values computed by hand.
import { afterAll, beforeAll, expect, test } from "vitest";
import { openShop, type Shop } from "../../../app/shop.server.ts";
import { applyFacts } from "../../../app/customers/facts/apply.server.ts";
import type { CustomerRow, Entities, OrderRow, RefundRow } from "../../../app/customers/facts/entities.ts";
import { settleOpenings } from "../../../app/customers/facts/orders/totals.server.ts";
import { openIngest, type Ingest } from "../ingest-shop.ts";
import { orderRow } from "../order-row.ts";
import { seeded } from "../segments/oracle/random.ts";

const SHOP = "totals.myshopify.com";
let ingest: Ingest;
let shop: Shop;
beforeAll(async () => {
  ingest = await openIngest();
  await ingest.install(SHOP);
  const opened = await openShop(SHOP);
  if (!opened) throw new Error("no shop");
  shop = opened;
});
afterAll(() => ingest.close());

let next = 0;
const seenAt = "2026-11-01T00:00:00.000Z";

const order = (customerId: string | null, total: string, more: Partial<OrderRow> = {}): OrderRow =>
  orderRow({
    id: String((next += 1)),
    seenAt,
    updatedAt: "2026-10-20T00:00:00.000Z",
    customerId,
    total,
    processedAt: "2026-10-10T10:00:00.000Z",
    createdAt: "2026-10-12T10:00:00.000Z",
    ...more,
  });

const LINE = {
  ...{ productId: null, variantId: null, title: "Tea", sku: null, quantity: 1, price: "1.00", discount: "0" },
  allocations: [],
};

const refund = (of: OrderRow, amount: string, more: Partial<RefundRow> = {}): RefundRow => ({
  id: String((next += 1)),
  orderId: of.id,
  amount,
  presentmentAmount: amount,
  note: null,
  at: "2026-10-25T00:00:00.000Z",
  lines: [],
  ...more,
});

const customer = (id: string, more: Partial<CustomerRow> = {}): CustomerRow => ({
  id,
  seenAt,
  updatedAt: "2026-10-01T00:00:00.000Z",
  firstName: "Asha",
  lastName: null,
  email: null,
  phone: null,
  note: null,
  accountStatus: null,
  verifiedEmail: null,
  addedAt: null,
  ...more,
});

const apply = (entities: Partial<Entities>) =>
  shop.db.tx((tx) => applyFacts(shop, tx, entities, { name: "shopify", history: false }));

async function totals(id: string) {
  const [row] = await ingest.rows(
    `select number_of_orders as orders, amount_spent as spent, first_order_at as first, last_order_at as last from customer where shop_id = $1 and id = $2`,
    [SHOP, id],
  );
  return row && { ...row, first: iso(row["first"]), last: iso(row["last"]) };
}
const iso = (at: unknown) => (at instanceof Date ? at.toISOString() : null);
const DAY = { first: "2026-10-10T10:00:00.000Z", last: "2026-10-10T10:00:00.000Z" };

test("paid, pending and cancelled orders count; test and deleted ones do not", async () => {
  const gone = order("1", "500.00");
  await apply({
    orders: [
      order("1", "10.00"),
      order("1", "20.00", { financialStatus: "pending" }),
      order("1", "30.00", { cancelledAt: "2026-10-11T00:00:00.000Z", financialStatus: "voided" }),
      order("1", "999.00", { test: true }),
      gone,
    ],
    deletions: [{ kind: "order", id: gone.id, at: seenAt }],
  });
  expect(await totals("1")).toEqual({ orders: 3, spent: "60.0000", ...DAY });
});

test("a refund lowers the amount and nothing else, whichever comes first", async () => {
  const [one, two] = [order("2", "100.00"), order("2", "50.00")];
  await apply({ refunds: [refund(one, "100.00")] });
  expect(await totals("2")).toBeUndefined();
  await apply({ orders: [one, two] });
  await apply({ refunds: [refund(two, "12.34")] });
  expect(await totals("2")).toEqual({ orders: 2, spent: "37.6600", ...DAY });
});

test("a refund that arrives twice is one refund, and a pending payment counts once it is paid", async () => {
  const one = order("3", "100.00");
  const pending = refund(one, "0");
  await apply({ orders: [one], refunds: [pending] });
  expect(await totals("3")).toMatchObject({ spent: "100.0000" });
  await apply({ refunds: [{ ...pending, amount: "40.00" }] });
  await apply({ refunds: [{ ...pending, amount: "40.00" }, pending] });
  await apply({ refunds: [pending] });
  expect(await totals("3")).toMatchObject({ orders: 1, spent: "60.0000" });
});

test("an order's date is processed_at, else created_at", async () => {
  const imported = order("4", "1.00", { processedAt: "2019-05-05T05:00:00.000Z" });
  const plain = order("4", "1.00", { processedAt: null });
  await apply({ orders: [imported, plain] });
  expect(await totals("4")).toEqual({
    orders: 2,
    spent: "2.0000",
    first: "2019-05-05T05:00:00.000Z",
    last: "2026-10-12T10:00:00.000Z",
  });
});

test("an order that moves to another customer is removed from the first and added to the second", async () => {
  const one = order("5", "80.00");
  await apply({ orders: [one] });
  await apply({ orders: [{ ...one, customerId: "6", updatedAt: "2026-10-21T00:00:00.000Z" }] });
  expect(await totals("5")).toEqual({ orders: 0, spent: "0.0000", first: null, last: null });
  expect(await totals("6")).toEqual({ orders: 1, spent: "80.0000", ...DAY });
});

test("orders that Shopify does not show are an opening balance: of seven orders two are shown, and one comes later", async () => {
  const before = { createdAt: "2026-10-01T00:00:00.000Z" };
  const [one, two] = [order("7", "10.00", before), order("7", "20.00", before)];
  await apply({
    customers: [customer("7")],
    totals: [{ customerId: "7", orders: 7, spent: "130.00", at: "2026-10-02T00:00:00.000Z" }],
    orders: [one, two, order("7", "5.00", { createdAt: "2026-10-03T00:00:00.000Z" })],
  });
  await shop.db.tx((tx) => settleOpenings(shop, tx, ["7"]));
  expect(await totals("7")).toMatchObject({ orders: 8, spent: "135.0000" });
  await apply({ refunds: [refund(one, "4.00")] });
  expect(await totals("7")).toMatchObject({ orders: 8, spent: "131.0000" });
});

test("merged customers are one: orders, consents and balance belong to the kept customer, also those that arrive later", async () => {
  await apply({ customers: [customer("8"), customer("9")], orders: [order("8", "10.00"), order("9", "20.00")] });
  await apply({ merges: [{ keptId: "8", deletedId: "9", at: seenAt }] });
  await apply({ orders: [order("9", "30.00")] });
  expect(await totals("8")).toEqual({ orders: 3, spent: "60.0000", ...DAY });
  expect(await totals("9")).toMatchObject({ orders: 0, spent: "0.0000" });
  const [gone] = await ingest.rows(
    "select merged_into, deleted_at is not null as deleted from customer where id = '9'",
  );
  expect(gone).toEqual({ merged_into: "8", deleted: true });
});

test("orders of guests belong to no customer, and amounts keep their last digit", async () => {
  await apply({
    orders: [order(null, "10.00"), order("10", "0.1000"), order("10", "0.2000"), order("10", "99999999999.9999")],
  });
  expect(await totals("10")).toMatchObject({ orders: 3, spent: "100000000000.2999" });
});

test("a line counts if its order does (neither a test nor deleted), in whatever order they arrive", async () => {
  const random = seeded(20261128);
  const orders = Array.from({ length: 40 }, () => order("11", "1.00"));
  const stamp = (minute: number) => new Date(Date.UTC(2026, 9, 20, 0, minute)).toISOString();
  for (let turn = 0; turn < 60; turn += 1) {
    await apply({
      orders: random.some(orders, 8).map((one) => ({
        ...one,
        updatedAt: stamp(random.below(60)),
        test: random.chance(0.3),
        lineItems: Array.from({ length: random.below(3) }, (_, at) => ({ ...LINE, id: `${one.id}-${at}` })),
      })),
      deletions: random.chance(0.4) ? [{ kind: "order", id: random.pick(orders).id, at: stamp(turn) }] : [],
    });
    const unlike = await ingest.rows(
      `select o.id from shop_order o left join line_item l on l.shop_id = o.shop_id and l.order_id = o.id
       where o.shop_id = $1 and (o.counts = (o.test or o.deleted_at is not null) or l.counts <> o.counts)`,
      [SHOP],
    );
    expect(unlike).toEqual([]);
  }
  const seen = await ingest.rows(
    `select distinct o.test, o.deleted_at is not null as deleted from shop_order o
     join line_item l on l.shop_id = o.shop_id and l.order_id = o.id where o.shop_id = $1 and o.customer_id = '11'`,
    [SHOP],
  );
  expect(seen.length).toBeGreaterThanOrEqual(3);
});
