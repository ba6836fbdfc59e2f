// The outbox gets each event of an order once, whichever customer the order belongs to.
import { beforeEach, expect, test } from "vitest";
import { applyFacts } from "../../../app/customers/facts/apply.server.ts";
import type { Entities, OrderRow } from "../../../app/customers/facts/entities.ts";
import { sql } from "../../../app/db.server.ts";
import { readEvents } from "../../../app/outbox.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { newShop } from "../new-shop.ts";
import { orderRow } from "../order-row.ts";

let shop: Shop;
beforeEach(async () => {
  shop = await newShop();
});

const apply = (given: Partial<Entities>, history = false) =>
  shop.db.tx((tx) => applyFacts(shop, tx, given, { name: "shopify", history }));
const order = (minute: number, more: Partial<OrderRow> = {}): Partial<Entities> => {
  const at = `2026-11-20T10:${String(minute).padStart(2, "0")}:00.000Z`;
  return { orders: [orderRow({ id: "1", customerId: "7", updatedAt: at, seenAt: at, ...more })] };
};
const at = "2026-11-20T11:00:00.000Z";
const refund = (id: string): Pick<Entities, "refunds"> => ({
  refunds: [{ id, orderId: "1", amount: "1.00", presentmentAmount: "1.00", adjusted: "0", note: null, at, lines: [], updatedAt: null, reported: null }], // prettier-ignore
});
const deletion = (when = at): Pick<Entities, "deletions"> => ({ deletions: [{ kind: "order", id: "1", at: when }] });

const news = async () =>
  (await shop.db.tx((tx) => readEvents(shop, tx, "flows", 100)))
    .filter(({ kind }) => kind.startsWith("order."))
    .map(({ id, customerId }) => `${id} of ${customerId ?? "nobody"}`);
const onTimelines = async () => {
  const rows = await shop.db.tx((tx) =>
    tx.rows<{ id: string; customerId: string }>(sql`
      select id, customer_id as "customerId" from event where shop_id = ${shop.id} order by id`),
  );
  return rows.map(({ id, customerId }) => `${id} of ${customerId}`);
};

test("an order whose customer is removed and added again is placed, cancelled, refunded and deleted once", async () => {
  await apply(order(0));
  await apply({ ...order(1, { cancelledAt: at }), ...refund("5") });
  await apply(deletion());
  expect(await news()).toEqual([
    "order/1/placed of 7",
    "order/1/cancelled of 7",
    "refund/5 of 7",
    "order/1/deleted of 7",
  ]);
  await apply(order(2, { cancelledAt: at, customerId: null }));
  expect(await onTimelines()).toEqual([]);
  await apply(order(3, { cancelledAt: at, customerId: "8" }));
  expect(await onTimelines()).toHaveLength(4);
  await apply(deletion("2026-11-20T10:59:00.000Z"));
  expect(await news()).toEqual([]);
});

test("an order without a customer is emitted, and adding a customer later does not emit it again", async () => {
  await apply(order(0, { customerId: null }));
  await apply({ ...order(1, { customerId: null, cancelledAt: at }), ...refund("5") });
  expect(await news()).toEqual(["order/1/placed of nobody", "order/1/cancelled of nobody", "refund/5 of nobody"]);
  await apply(order(2, { cancelledAt: at }));
  await apply(deletion());
  expect(await news()).toEqual(["order/1/deleted of 7"]);
});

test("a refund that came before its order is emitted with the order, and history is never emitted", async () => {
  await apply({ ...refund("5"), ...deletion() });
  expect(await news()).toEqual([]);
  await apply(order(0));
  expect(await news()).toEqual(["order/1/placed of 7", "order/1/deleted of 7", "refund/5 of 7"]);
  await apply({ orders: [orderRow({ id: "2", customerId: "7" })] }, true);
  const later = { updatedAt: at, seenAt: at };
  await apply({ orders: [orderRow({ id: "2", ...later })] });
  await apply({ orders: [orderRow({ id: "2", customerId: "7", ...later, updatedAt: "2026-11-20T11:01:00.000Z" })] });
  expect(await news()).toEqual([]);
});

test("a test order emits no events", async () => {
  await apply({ ...order(0, { test: true, cancelledAt: at }), ...refund("5"), ...deletion() });
  expect(await news()).toEqual([]);
});
