// What came of an offer: the orders that used it, in whatever order things arrive.
import { beforeEach, expect, test } from "vitest";
import { applyFacts } from "../../../app/customers/facts/apply.server.ts";
import type { Entities, OrderRow, RefundRow } from "../../../app/customers/facts/entities.ts";
import { sql } from "../../../app/db.server.ts";
import { claimCode, keepCode } from "../../../app/offers/publishing/grants/code-history.server.ts";
import { keepTitle } from "../../../app/offers/publishing/grants/title-history.server.ts";
import { readResults } from "../../../app/offers/results/read-results.server.ts";
import type { OfferResults } from "../../../app/offers/results/results.ts";
import { readUse, readUses } from "../../../app/offers/results/used-orders.server.ts";
import { exportCustomer } from "../../../app/sync/compliance/export.server.ts";
import { comply, fileRequest } from "../../../app/sync/compliance/compliance.server.ts";
import { shopify } from "../../../app/sync/sources/shopify/source.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { eraseSteps } from "../../../app/worker/erasure.server.ts";
import { newShop } from "../new-shop.ts";
import { discountedLine, usedOrder } from "./used-order.ts";

const OFFER = "offer-of-tea";
const [ASHA, TWIN] = ["7711", "7712"];
const MINUTE = 60_000;
let clock: Date;
let shop: Shop;

beforeEach(async () => {
  clock = new Date("2026-11-22T12:00:00Z");
  shop = await newShop(() => clock);
});

const later = (ms: number) => (clock = new Date(clock.getTime() + ms));
const apply = (entities: Partial<Entities>, history = false, of = shop) =>
  of.db.tx((tx) => applyFacts(of, tx, entities, { name: "shopify", history }));

const orderWith = (code: string, more: Partial<OrderRow> = {}) => usedOrder(code, clock, { customerId: ASHA, ...more });
const refund = (amount: string): RefundRow => ({
  ...{ id: "r", orderId: "1", amount, presentmentAmount: amount, note: null, at: clock.toISOString(), lines: [] },
  updatedAt: null,
});

const results = (offer = OFFER): Promise<OfferResults> => shop.db.tx((tx) => readResults(shop, tx, offer));
const used = async (offer = OFFER) => (await results(offer)).last.map(({ id }) => id);

test("an order that used an offer's code counts with its worth, its discount and its customer", async () => {
  await claimCode(shop, OFFER, "tea");
  later(MINUTE);
  await apply({ orders: [orderWith("Tea"), orderWith("OTHER", { id: "2" })] });
  expect(await results()).toMatchObject({
    recent: {
      used: 1,
      customers: 1,
      firstTime: 1,
      revenue: "36.0000",
      discount: "4.0000",
      refunded: "0",
      uncounted: 0,
    },
    total: { used: 1, revenue: "36.0000" },
    last: [{ id: "1", name: "#1", worth: "36.0000", discount: "4.0000", customer: { id: ASHA } }],
  });
  expect((await results()).days.at(-1)).toEqual({ day: "2026-11-22", value: "1" });
  expect(await shop.db.tx((tx) => readUses(shop, tx))).toEqual(
    new Map([[OFFER, { used: 1, revenue: "36.0000", uncounted: 0 }]]),
  );
});

test("an order from before the offer had the code does not count, however late the order comes", async () => {
  const before = orderWith("TEA");
  later(MINUTE);
  await claimCode(shop, OFFER, "TEA");
  later(MINUTE);
  await apply({ orders: [before] });
  await apply({ orders: [orderWith("TEA", { id: "2" })] });
  expect(await used()).toEqual(["2"]);
});

test("an order of the offer's time counts when it comes after the offer ended and another offer has the code", async () => {
  await claimCode(shop, OFFER, "TEA");
  later(MINUTE);
  const order = orderWith("TEA");
  later(MINUTE);
  await keepCode(shop, OFFER, null);
  later(2 * MINUTE);
  await claimCode(shop, "other", "TEA");
  later(MINUTE);
  await apply({ orders: [order, orderWith("TEA", { id: "2" })] });
  expect(await used()).toEqual(["1"]);
  expect(await used("other")).toEqual(["2"]);
});

test("former codes and former titles of an offer count for orders of their time", async () => {
  await claimCode(shop, OFFER, "OLD");
  await keepTitle(shop, OFFER, "Thanks", "gid://shopify/DiscountAutomaticNode/1");
  later(MINUTE);
  const automatic = { amount: "4.00", type: "automatic", code: null, title: "Thanks" };
  const orders = [
    orderWith("OLD"),
    orderWith("", { id: "2", discountCodes: [], lineItems: [discountedLine(automatic)] }),
  ];
  later(MINUTE);
  await claimCode(shop, OFFER, "NEW");
  await keepCode(shop, OFFER, "NEW");
  await keepTitle(shop, OFFER, "Renamed", "gid://shopify/DiscountAutomaticNode/1");
  await apply({ orders });
  later(MINUTE);
  await apply({ orders: [orderWith("NEW", { id: "3" })] });
  expect(await used()).toEqual(["3", "2", "1"]);
  later(2 * 86_400_000);
  await apply({ orders: [orderWith("OLD", { id: "4" })] });
  expect(await used()).toHaveLength(3);
});

test("a history that is imported counts, and tells nobody of redemptions", async () => {
  await claimCode(shop, OFFER, "TEA");
  later(MINUTE);
  await apply({ orders: [orderWith("TEA")] }, true);
  expect(await used()).toEqual(["1"]);
  expect(await shop.db.tx((tx) => tx.rows(sql`select from outbox where shop_id = ${shop.id}`))).toEqual([]);
});

test("edits, refunds and cancelling lower the worth of the orders, and the orders still count", async () => {
  await claimCode(shop, OFFER, "TEA");
  later(MINUTE);
  await apply({ orders: [orderWith("TEA")] });
  await apply({ refunds: [refund("10.00")] });
  expect((await results()).total).toMatchObject({ used: 1, revenue: "26.0000", refunded: "10.0000" });
  later(MINUTE);
  const placed = new Date(clock.getTime() - MINUTE).toISOString();
  await apply({ orders: [orderWith("TEA", { currentTotal: "20.00", processedAt: placed })] });
  expect((await results()).total).toMatchObject({ used: 1, revenue: "20.0000", discount: "4.0000" });
  later(MINUTE);
  const cancelled = { currentTotal: "0.00", processedAt: placed, cancelledAt: clock.toISOString() };
  await apply({ orders: [orderWith("TEA", cancelled)] });
  expect((await results()).total).toMatchObject({ used: 1, revenue: "0.0000" });
});

test("an edit that takes the code off the order takes the order off the offer", async () => {
  await claimCode(shop, OFFER, "TEA");
  later(MINUTE);
  await apply({ orders: [orderWith("TEA")] });
  later(MINUTE);
  await apply({ orders: [orderWith("TEA", { discountCodes: [], lineItems: [] })] });
  expect(await used()).toEqual([]);
});

test("test orders and deleted orders do not count, in any order of arrival", async () => {
  await claimCode(shop, OFFER, "TEA");
  later(MINUTE);
  const gone = (id: string) => ({ kind: "order" as const, id, at: clock.toISOString() });
  await apply({ deletions: [gone("3")] });
  await apply({
    orders: [orderWith("TEA", { test: true }), orderWith("TEA", { id: "2" }), orderWith("TEA", { id: "3" })],
  });
  expect(await used()).toEqual(["2"]);
  await apply({ deletions: [gone("2")] });
  expect(await used()).toEqual([]);
});

test("a returning customer, a customer with earlier orders elsewhere, and an order without a customer are no first-time customers", async () => {
  await claimCode(shop, OFFER, "TEA");
  later(MINUTE);
  await apply({ orders: [orderWith("NONE", { id: "0", customerId: TWIN })] });
  later(MINUTE);
  await apply({
    orders: [
      orderWith("TEA"),
      orderWith("TEA", { id: "2", customerId: TWIN }),
      orderWith("TEA", { id: "3", customerId: null }),
    ],
  });
  expect((await results()).total).toMatchObject({ used: 3, customers: 2, firstTime: 1 });
  await shop.db.tx((tx) => tx.run(sql`update customer set opening_orders = 2 where shop_id = ${shop.id}`));
  expect((await results()).total.firstTime).toBe(0);
});

test("the orders of a merged customer count for the customer who stays", async () => {
  await claimCode(shop, OFFER, "TEA");
  later(MINUTE);
  await apply({ orders: [orderWith("TEA"), orderWith("TEA", { id: "2", customerId: TWIN })] });
  await apply({ merges: [{ keptId: TWIN, deletedId: ASHA, at: clock.toISOString() }] });
  const { total, last } = await results();
  expect(total).toMatchObject({ used: 2, customers: 1 });
  expect(last.map(({ customer }) => customer?.id)).toEqual([TWIN, TWIN]);
});

test("a redaction takes the person's orders out, which the results say, and an export has the person's discounts", async () => {
  await claimCode(shop, OFFER, "TEA");
  await shop.db.tx((tx) =>
    tx.run(sql`insert into offer (shop_id, id, handle, kind, name, starts_at, created_at, updated_at)
      select ${shop.id}, id, id, 'percentage', id, at, at, at
      from (values (${OFFER}, ${clock}::timestamptz), ('newer', now() + interval '1 day')) as made (id, at)`),
  );
  expect(await results()).toMatchObject({ lacksErased: false });
  later(MINUTE);
  await apply({ orders: [orderWith("TEA"), orderWith("TEA", { id: "2", customerId: null }), orderWith("TEA", { id: "3", customerId: TWIN })] }); // prettier-ignore
  expect((await exportCustomer(shop, ASHA))?.data["order_discount"]).toMatchObject([{ order_id: "1", name: "TEA" }]);
  const body = Buffer.from(
    JSON.stringify({ shop_domain: shop.id, customer: { id: Number(ASHA) }, orders_to_redact: [2] }),
  );
  const arrival = { connection: "", topic: "customers/redact" as const, key: "1", receivedAt: clock, body };
  await shop.db.tx((tx) => fileRequest(shop.id, tx, shopify, arrival));
  await comply(shop.id, "erase customer shopify 1", eraseSteps);
  expect(await used()).toEqual(["3"]);
  expect(await results()).toMatchObject({ lacksErased: true });
  expect(await results("newer")).toMatchObject({ lacksErased: false });
  const held = await shop.db.tx((tx) => tx.rows(sql`select order_id as id from order_discount where shop_id = ${shop.id}`)); // prettier-ignore
  expect(held).toEqual([{ id: "3" }]);
});

test("the same code of another shop's offer is that shop's alone", async () => {
  const other = await newShop(() => clock);
  await claimCode(shop, OFFER, "TEA");
  await claimCode(other, "theirs", "TEA");
  later(MINUTE);
  await apply({ orders: [orderWith("TEA")] }, false, other);
  expect(await used()).toEqual([]);
  expect(await used("theirs")).toEqual([]);
  expect([...(await other.db.tx((tx) => readUses(other, tx))).keys()]).toEqual(["theirs"]);
});

test("an order that used two offers counts once in the shop's figures, and amounts without a rate are said to be left out", async () => {
  await claimCode(shop, OFFER, "TEA");
  await claimCode(shop, "second", "CUP");
  later(MINUTE);
  const both = { discountCodes: ["TEA", "CUP"].map((code) => ({ code, amount: "2.00", type: "percentage" })) };
  await apply({ orders: [orderWith("", { ...both, lineItems: [] }), orderWith("TEA", { id: "2", currency: "USD", presentmentCurrency: "USD" })] }); // prettier-ignore
  expect(await shop.db.tx((tx) => readUse(shop, tx, () => sql`true`))).toEqual({
    ...{ used: 2, revenue: "36.0000", uncounted: 1 },
  });
  expect((await results()).total).toMatchObject({ used: 2, discount: "2.0000", uncounted: 1, unknownDiscounts: 1 });
});
