// The worth of an order after refunds, edits, exchanges and returns, by signed webhooks in every order of arrival.
import { afterAll, beforeAll, expect, test } from "vitest";
import { registryFor } from "../../../app/plugins/installed.server.ts";
import { preview } from "../../../app/segments/preview.server.ts";
import { openShop } from "../../../app/shop.server.ts";
import { openIngest, type Ingest, type Json } from "../ingest-shop.ts";

const SHOP = "worth.myshopify.com";
let ingest: Ingest;

beforeAll(async () => {
  ingest = await openIngest();
  await ingest.install(SHOP, { currency: "GBP" });
});
afterAll(() => ingest.close());

let next = 1000;
const at = (minute: number) => new Date(Date.UTC(2026, 10, 1, 10, minute)).toISOString();

type Order = { id: number; customer: number };
const newOrder = (): Order => ({ id: (next += 1), customer: (next += 1) });

const set = (shop: string, presentment = shop, currency = "GBP"): Json => ({
  shop_money: { amount: shop, currency_code: "GBP" },
  presentment_money: { amount: presentment, currency_code: currency },
});

/** An order's amounts at a minute. Left out: the amounts of an order of 100, as placed. */
type Stand = { total?: string; current?: string; subtotal?: string; refunds?: Json[]; lines?: Json[]; more?: Json };

const orderBody = ({ id, customer }: Order, minute: number, stand: Stand = {}): Json => {
  const { total = "100.00", current = total, subtotal = current, refunds = [], lines = [], more = {} } = stand;
  return {
    id,
    created_at: at(0),
    processed_at: at(0),
    updated_at: at(minute),
    currency: "GBP",
    presentment_currency: "GBP",
    taxes_included: false,
    total_price: total,
    total_price_set: set(total),
    subtotal_price: total,
    current_total_price: current,
    current_total_price_set: set(current),
    current_subtotal_price: subtotal,
    customer: { id: customer, created_at: at(0), updated_at: at(0) },
    line_items: lines,
    refunds,
    ...more,
  };
};

const payment = (amount: string, status = "success", currency = "GBP"): Json => ({
  kind: "refund",
  status,
  amount,
  currency,
});
const line = (id: number, quantity: number, subtotal: string): Json => ({
  line_item_id: id,
  quantity,
  subtotal: Number(subtotal),
  subtotal_set: set(subtotal),
  total_tax: 0,
  total_tax_set: set("0.00"),
});
const adjustment = (amount: string, reason = "Refund discrepancy"): Json => ({
  ...{
    kind: "refund_discrepancy",
    reason,
    amount,
    amount_set: set(amount),
    tax_amount: "0.00",
    tax_amount_set: set("0.00"),
  },
});
const refundBody = ({ id }: Order, minute: number, more: Json): Json => ({
  id: id * 10 + minute,
  order_id: id,
  created_at: at(minute),
  processed_at: at(minute),
  refund_line_items: [],
  transactions: [],
  order_adjustments: [],
  ...more,
});

type Message = [topic: string, minute: number, body: Json];
const spentBy = async (customer: number) => {
  const rows = await ingest.rows("select amount_spent::float8 as spent from customer where shop_id = $1 and id = $2", [
    ...[SHOP, String(customer)],
  ]);
  return rows[0]?.["spent"];
};

const orders = <Item>(items: Item[]): Item[][] =>
  items.length < 2
    ? [items]
    : items.flatMap((item, index) => orders(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));

/** What each customer spent, with the messages in each possible order, one batch for each message. */
async function inEveryOrder(messagesOf: (order: Order) => Message[]): Promise<unknown[]> {
  const arrivals = orders([...messagesOf(newOrder()).keys()]).map((places) => {
    const order = newOrder();
    const messages = messagesOf(order);
    return { order, messages: places.flatMap((place) => messages.slice(place, place + 1)) };
  });
  for (let step = 0; step < (arrivals[0]?.messages.length ?? 0); step += 1) {
    await Promise.all(
      arrivals.map(async ({ messages }) => {
        const [topic, minute, body] = messages[step] ?? ["", 0, {}];
        expect(await ingest.send(topic, body, { shop: SHOP, triggeredAt: at(minute) })).toBe(200);
      }),
    );
    await ingest.settle(SHOP);
  }
  const spent: unknown[] = [];
  for (const { order } of arrivals) spent.push(await spentBy(order.customer));
  return spent;
}

/**
 * Shopify's current total is after returns. Shopify does not document whether money beyond the returned items lowers it too, so
 * both are tested.
 */
const WAYS = ["after returns alone", "after all refunds"] as const;

test.each(WAYS)("a refund of an amount is subtracted once, where the current total is %s", async (way) => {
  const spent = await inEveryOrder((order) => {
    const refund = refundBody(order, 2, {
      transactions: [payment("25.14")],
      order_adjustments: [adjustment("-25.14")],
    });
    const current = way === "after all refunds" ? "74.86" : "100.00";
    return [
      ["orders/create", 0, orderBody(order, 0)],
      ["refunds/create", 2, refund],
      ["orders/updated", 2, orderBody(order, 2, { current, subtotal: "100.00", refunds: [refund] })],
    ];
  });
  expect(new Set(spent)).toEqual(new Set([74.86]));
});

test("a refund of lines is subtracted once", async () => {
  const spent = await inEveryOrder((order) => {
    const refund = refundBody(order, 2, { refund_line_items: [line(1, 1, "40.00")], transactions: [payment("40.00")] });
    return [
      ["orders/create", 0, orderBody(order, 0)],
      ["refunds/create", 2, refund],
      ["orders/updated", 2, orderBody(order, 2, { current: "60.00", refunds: [refund] })],
      ["orders/updated", 3, orderBody(order, 3, { current: "60.00", refunds: [refund], more: { note: "later" } })],
    ];
  });
  expect(new Set(spent)).toEqual(new Set([60]));
});

test("after a line is removed without a payment, the order is worth what is left of it", async () => {
  const spent = await inEveryOrder((order) => [
    ["orders/create", 0, orderBody(order, 0, { total: "226.00" })],
    ["orders/updated", 1, orderBody(order, 1, { total: "226.00", current: "113.00" })],
  ]);
  expect(new Set(spent)).toEqual(new Set([113]));
});

test("an amount that an edit removed is not subtracted again when it is paid back", async () => {
  const spent = await inEveryOrder((order) => {
    const back = refundBody(order, 2, { transactions: [payment("113.00")] });
    return [
      ["orders/create", 0, orderBody(order, 0, { total: "226.00" })],
      ["orders/updated", 1, orderBody(order, 1, { total: "226.00", current: "113.00" })],
      ["refunds/create", 2, back],
      ["orders/updated", 2, orderBody(order, 2, { total: "226.00", current: "113.00", refunds: [back] })],
    ];
  });
  expect(new Set(spent)).toEqual(new Set([113]));
});

test.each(WAYS)("an edit and a refund beyond it, where the current total is %s", async (way) => {
  const spent = await inEveryOrder((order) => {
    const refund = refundBody(order, 2, {
      transactions: [payment("20.00")],
      order_adjustments: [adjustment("-20.00")],
    });
    const current = way === "after all refunds" ? "93.00" : "113.00";
    return [
      ["orders/create", 0, orderBody(order, 0, { total: "226.00" })],
      ["orders/updated", 1, orderBody(order, 1, { total: "226.00", current: "113.00" })],
      ["refunds/create", 2, refund],
      ["orders/updated", 2, orderBody(order, 2, { total: "226.00", current, subtotal: "113.00", refunds: [refund] })],
    ];
  });
  expect(new Set(spent)).toEqual(new Set([93]));
});

test("an exchange of an item of 100 for one of 250 is worth 250", async () => {
  const spent = await inEveryOrder((order) => {
    const returned = refundBody(order, 2, { refund_line_items: [line(1, 1, "100.00")] });
    return [
      ["orders/create", 0, orderBody(order, 0)],
      ["refunds/create", 2, returned],
      ["orders/updated", 2, orderBody(order, 2, { total: "350.00", current: "250.00", refunds: [returned] })],
      ["orders/paid", 3, orderBody(order, 3, { total: "350.00", current: "250.00", refunds: [returned] })],
    ];
  });
  expect(new Set(spent)).toEqual(new Set([250]));
});

test("an exchange of an item of 250 for one of 100, with the difference paid back, is worth 100", async () => {
  const spent = await inEveryOrder((order) => {
    const returned = refundBody(order, 2, {
      refund_line_items: [line(1, 1, "250.00")],
      transactions: [payment("150.00")],
      order_adjustments: [adjustment("100.00", "Balance adjustment")],
    });
    return [
      ["orders/create", 0, orderBody(order, 0, { total: "250.00" })],
      ["refunds/create", 2, returned],
      ["orders/updated", 2, orderBody(order, 2, { total: "350.00", current: "100.00", refunds: [returned] })],
    ];
  });
  expect(new Set(spent)).toEqual(new Set([100]));
});

test.each([[[]], [[adjustment("40.00", "Pending refund discrepancy")]]])(
  "a return that is not paid back yet has left the order",
  async (order_adjustments) => {
    const spent = await inEveryOrder((order) => {
      const returned = refundBody(order, 2, { refund_line_items: [line(1, 1, "40.00")], order_adjustments });
      const paid = { ...returned, order_adjustments: [], transactions: [payment("40.00")] };
      return [
        ["orders/create", 0, orderBody(order, 0)],
        ["refunds/create", 2, returned],
        ["orders/updated", 2, orderBody(order, 2, { current: "60.00", refunds: [returned] })],
        ["orders/updated", 4, orderBody(order, 4, { current: "60.00", refunds: [paid] })],
      ];
    });
    expect(new Set(spent)).toEqual(new Set([60]));
  },
);

test("a return of which the merchant keeps a part is worth that part", async () => {
  const spent = await inEveryOrder((order) => {
    const refund = refundBody(order, 2, {
      refund_line_items: [line(1, 1, "40.00")],
      transactions: [payment("30.00")],
      order_adjustments: [adjustment("10.00", "Restocking")],
    });
    return [
      ["orders/create", 0, orderBody(order, 0)],
      ["refunds/create", 2, refund],
      ["orders/updated", 2, orderBody(order, 2, { current: "60.00", refunds: [refund] })],
    ];
  });
  expect(new Set(spent)).toEqual(new Set([70]));
});

test("a pending or failed payment subtracts nothing; a payment that fails later is added back", async () => {
  const spent = await inEveryOrder((order) => {
    const refund = (status: string) =>
      refundBody(order, 2, { transactions: [payment("25.00", status)], order_adjustments: [adjustment("-25.00")] });
    return [
      ["orders/create", 0, orderBody(order, 0)],
      ["refunds/create", 2, refund("pending")],
      ["orders/updated", 2, orderBody(order, 2, { refunds: [refund("success")] })],
      ["orders/updated", 4, orderBody(order, 4, { refunds: [refund("failure")] })],
    ];
  });
  expect(new Set(spent)).toEqual(new Set([100]));
});

test("a cancelled order is worth nothing, and an order without a current total is worth the total less refunds", async () => {
  const cancelled = await inEveryOrder((order) => [
    ["orders/create", 0, orderBody(order, 0)],
    ["orders/cancelled", 1, orderBody(order, 1, { current: "0.00", more: { cancelled_at: at(1) } })],
  ]);
  expect(new Set(cancelled)).toEqual(new Set([0]));
  const old = await inEveryOrder((order) => {
    const refund = refundBody(order, 2, { transactions: [{ kind: "refund", amount: "30.00" }] });
    const more = { current_total_price: undefined, current_total_price_set: undefined };
    return [
      ["orders/create", 0, orderBody(order, 0, { more })],
      ["refunds/create", 2, refund],
      ["orders/updated", 2, orderBody(order, 2, { refunds: [refund], more })],
    ];
  });
  expect(new Set(old)).toEqual(new Set([70]));
});

const ICELAND: Json = {
  presentment_currency: "ISK",
  total_price_set: set("100.00", "17500", "ISK"),
  current_total_price_set: set("100.00", "17500", "ISK"),
};

test("a refund in the shopper's currency is converted at the order's own rate: 4,400 krónur of an order of 100 pounds leave 74.86", async () => {
  const spent = await inEveryOrder((order) => {
    const refund = refundBody(order, 2, {
      transactions: [payment("4400", "success", "ISK")],
      order_adjustments: [{ ...adjustment("-25.14"), amount_set: set("-25.14", "-4400", "ISK") }],
    });
    return [
      ["orders/create", 0, orderBody(order, 0, { more: ICELAND })],
      ["refunds/create", 2, refund],
      ["orders/updated", 2, orderBody(order, 2, { refunds: [refund], more: ICELAND })],
    ];
  });
  expect(new Set(spent)).toEqual(new Set([74.86]));
});

test("a refund with only a payment in the shopper's currency waits for its order's rate", async () => {
  const spent = await inEveryOrder((order) => [
    ["refunds/create", 2, refundBody(order, 2, { transactions: [payment("4400", "success", "ISK")] })],
    ["orders/create", 0, orderBody(order, 0, { more: ICELAND })],
  ]);
  expect(new Set(spent)).toEqual(new Set([74.86]));
});

test("an order with the shopper's currency and no amount in it has no rate, so its refund is not converted", async () => {
  const spent = await inEveryOrder((order) => {
    const more = { presentment_currency: "ISK", total_price_set: undefined, current_total_price_set: undefined };
    const refund = refundBody(order, 2, { transactions: [payment("4400", "success", "ISK")] });
    return [
      ["orders/create", 0, orderBody(order, 0, { more })],
      ["refunds/create", 2, refund],
    ];
  });
  expect(new Set(spent)).toEqual(new Set([0]));
});

test("a customer whose units were all removed by an edit does not match products_purchased; a customer with refunded or cancelled units does", async () => {
  const item = (id: number, current: number): Json => ({
    ...{ id, product_id: id, title: "Tea", quantity: 2, current_quantity: current, price: "50.00" },
  });
  const order = newOrder();
  const refund = refundBody(order, 2, { refund_line_items: [line(2, 2, "100.00")], transactions: [payment("100.00")] });
  const lines = [item(1, 0), item(2, 0), item(3, 1)];
  const body = orderBody(order, 2, { total: "300.00", current: "50.00", lines, refunds: [refund] });
  const cancelled = newOrder();
  const gone = orderBody(cancelled, 2, { current: "0.00", lines: [item(4, 0)], more: { cancelled_at: at(2) } });
  await ingest.send("orders/updated", body, { shop: SHOP });
  await ingest.send("orders/cancelled", gone, { shop: SHOP });
  await ingest.settle(SHOP);
  const shop = await openShop(SHOP);
  if (!shop) throw new Error("no shop");
  const found = async (params: string) => {
    const seen = await preview(shop, `products_purchased MATCHES (${params})`, await registryFor(shop));
    return seen.ok ? seen.sample.map(({ id }) => Number(id)) : seen.faults;
  };
  expect(await found("id = 1")).toEqual([]);
  expect(await found("id = 2, quantity = 2")).toEqual([order.customer]);
  expect(await found("id = 3, quantity = 1")).toEqual([order.customer]);
  expect(await found("id = 3, quantity = 2")).toEqual([]);
  expect(await found("sum_quantity = 3")).toEqual([order.customer]);
  expect(await found("id = 4")).toEqual([cancelled.customer]);
});
