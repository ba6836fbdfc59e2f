// A store in which orders are edited, exchanged, returned and refunded. An order's worth is the same by webhooks, by the bulk
// file and by the nightly comparison, however Shopify computes its current total.
import { afterAll, beforeAll, expect, test } from "vitest";
import { merchant } from "../../../app/shopify.server.ts";
import { openShop, type Shop } from "../../../app/shop.server.ts";
import { restartBackfill, runBackfill } from "../../../app/sync/sources/shopify/history/backfill.server.ts";
import { gaps } from "../../../app/customers/facts/orders/opening.server.ts";
import { reconcile } from "../../../app/sync/sources/shopify/history/reconcile.server.ts";
import { createCustomer } from "../../dev-store/commands/customer.ts";
import { cancelOrder, refundOrder } from "../../dev-store/commands/order-change.ts";
import {
  changeCurrency,
  editOrder,
  exchangeItems,
  payOrder,
  settleRefund,
} from "../../dev-store/commands/order-edit.ts";
import { placeOrder, type NewOrder } from "../../dev-store/commands/order.ts";
import type { Order, ShopState, Store } from "../../dev-store/model.ts";
import { startDevShop, type DevShop } from "../../setup/dev-shop.ts";
import { openIngest, type Ingest } from "../ingest-shop.ts";

const SHOP = "edits.myshopify.com";
let ingest: Ingest;
let dev: DevShop;
let shop: Shop;
const nobody = async () => undefined;
const read = () => runBackfill(shop, nobody, { pollMs: 20 });

beforeAll(async () => {
  ingest = await openIngest();
  const config = { appUrl: new URL(ingest.url).origin };
  dev = await startDevShop(SHOP, { currency: "GBP", timeZone: "Europe/London" }, { config });
  dev.shop.installation?.scopes.push("read_all_orders");
  ({ shop } = await merchant(dev.document()));
  expect(await read()).toBe("done");
});
afterAll(async () => {
  await dev.close();
  await ingest.close();
});

async function webhooks(): Promise<void> {
  while (dev.store.outbox.open > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  await ingest.settle(SHOP);
}

const pot = (price: string, quantity = 1) => ({ title: "Pot", sku: "POT", price, quantity });

/** Runs a command of the store some seconds later, because versions have whole seconds. */
const later =
  <Given extends unknown[], Made>(command: (store: Store, shop: ShopState, ...given: Given) => Made) =>
  (...given: Given): Made => {
    dev.store.clock.advance(2000);
    return command(dev.store, dev.shop, ...given);
  };
const place = later(placeOrder);
const refundThe = later(refundOrder);
const cancel = later(cancelOrder);
const edit = later(editOrder);
const exchange = later(exchangeItems);
const pay = later(payOrder);
const settle = later(settleRefund);

const order = (customerId: string, price: string, more: Partial<NewOrder> = {}): Order =>
  place({ customerId, lines: [pot(price)], ...more });
const lineOf = ({ lineItems: [line] }: Order) => line?.id ?? "";
const all = (of: Order) => [{ lineItemId: lineOf(of), quantity: 1 }];
const ISK = { presentmentCurrency: "ISK", presentmentRate: "175" };

/** What happens to an order, and what its customer has spent in the end. */
const LIVES: Record<string, [spent: number, live: (customerId: string) => void]> = {
  "a refund of a line": [
    60,
    (id) => {
      const placed = place({ customerId: id, lines: [pot("60.00"), pot("40.00")] });
      refundThe(placed.id, {
        lines: [{ lineItemId: placed.lineItems[1]?.id ?? "", quantity: 1 }],
      });
    },
  ],
  "a refund of an amount": [90, (id) => void refundThe(order(id, "100.00").id, { lines: [], extra: "10.00" })],
  "a refund of an amount in krónur": [
    74.86,
    (id) => void refundThe(order(id, "100.00", ISK).id, { lines: [], extra: "25.14" }),
  ],
  "a removed line that was not paid": [
    113,
    (id) => {
      const placed = order(id, "100.00", { lines: [pot("100.00", 2)], tax: "26.00", received: "0.00" });
      edit(placed.id, { remove: all(placed) });
    },
  ],
  "a removed line whose money went back": [
    113,
    (id) => {
      const placed = order(id, "100.00", { lines: [pot("100.00", 2)], tax: "26.00" });
      edit(placed.id, { remove: all(placed) });
      refundThe(placed.id, { lines: [], extra: "113.00", settles: true });
    },
  ],
  "an edit, and an amount beyond it": [
    93,
    (id) => {
      const placed = order(id, "100.00", { lines: [pot("100.00", 2)], tax: "26.00", received: "0.00" });
      edit(placed.id, { remove: all(placed) });
      pay(placed.id);
      refundThe(placed.id, { lines: [], extra: "20.00" });
    },
  ],
  "an exchange for something dearer": [
    250,
    (id) => {
      const placed = order(id, "100.00");
      exchange(placed.id, { back: all(placed), out: [pot("250.00")] });
      pay(placed.id);
    },
  ],
  "an exchange for something cheaper": [
    100,
    (id) => {
      const placed = order(id, "250.00");
      exchange(placed.id, { back: all(placed), out: [pot("100.00")] });
      refundThe(placed.id, { lines: [], extra: "150.00", settles: true });
    },
  ],
  "a return that is still to be paid": [
    0,
    (id) => {
      const placed = order(id, "40.00");
      refundThe(placed.id, { lines: all(placed), unpaid: true });
    },
  ],
  "a return that was paid later, less a part": [
    10,
    (id) => {
      const placed = order(id, "40.00");
      const refund = refundThe(placed.id, { lines: all(placed), unpaid: true });
      settle(placed.id, refund.id, { amount: "30.00" });
    },
  ],
  "a refund whose payment failed": [
    100,
    (id) => {
      const placed = order(id, "100.00");
      const refund = refundThe(placed.id, { lines: [], extra: "5.00", status: "pending" });
      settle(placed.id, refund.id, { status: "failure" });
    },
  ],
  "cancelled and paid back, with shipping and tax": [
    0,
    (id) => void cancel(order(id, "50.00", { shipping: "4.00", tax: "9.00" }).id, { refund: true }),
  ],
  "cancelled before it was paid": [0, (id) => void cancel(order(id, "50.00", { received: "0.00" }).id)],
  "a test": [0, (id) => void order(id, "50.00", { test: true })],
};

async function liveThem(): Promise<Map<string, string>> {
  const people = new Map<string, string>();
  for (const [name, [, live]] of Object.entries(LIVES)) {
    const { id } = createCustomer(dev.store, dev.shop, { firstName: name.slice(0, 40) });
    live(id);
    people.set(name, id);
  }
  return people;
}

async function spentBy(people: Map<string, string>): Promise<Record<string, unknown>> {
  const rows = await ingest.rows("select id, amount_spent::float8 as spent from customer where shop_id = $1", [SHOP]);
  const spent = new Map(rows.map((row) => [row["id"], row["spent"]]));
  return Object.fromEntries([...people].map(([name, id]) => [name, spent.get(id)]));
}
const expected = Object.fromEntries(Object.entries(LIVES).map(([name, [spent]]) => [name, spent]));

async function forget(): Promise<void> {
  for (const table of ["shop_order", "line_item", "refund", "event", "customer", "backfill"])
    await ingest.rows(`delete from ${table} where shop_id = $1`, [SHOP]);
}

test.each([true, false])(
  "worth by webhooks, file and nightly look alike (current total after returns alone: %s)",
  async (strict) => {
    dev.store.switches.currentTotalAfterReturnsAlone = strict;
    const people = await liveThem();
    await webhooks();
    expect(await spentBy(people)).toEqual(expected);
    await restartBackfill(shop, { all: true });
    expect(await read()).toBe("done");
    expect(await spentBy(people)).toEqual(expected);
    await forget();
    await reconcile(shop, nobody);
    expect(await spentBy(people)).toEqual(expected);
    expect(await gaps(shop)).toEqual([]);
    await forget();
    await restartBackfill(shop, { all: true });
    expect(await read()).toBe("done");
    expect(await spentBy(people)).toEqual(expected);
  },
);

test("Shopify's own amount of a refund, smaller than the derived one, is kept whatever webhooks come", async () => {
  dev.store.switches.currentTotalAfterReturnsAlone = true;
  const { id } = createCustomer(dev.store, dev.shop, { firstName: "Björk" });
  const placed = order(id, "100.00", ISK);
  // On the day of the refund a pound was worth more krónur: Shopify's amount is 25.00, the amount at the order's rate 25.71.
  const refund = refundThe(placed.id, { lines: [], extra: "25.00", rate: "180" });
  await webhooks();
  const amount = async () =>
    (
      await ingest.rows(
        "select amount::float8 as amount, presentment_amount::float8 as theirs, own from refund where id = $1",
        [refund.id],
      )
    )[0];
  expect(await amount()).toEqual({ amount: 25.71, theirs: 4500, own: false });
  await restartBackfill(shop, { all: true });
  expect(await read()).toBe("done");
  expect(await amount()).toEqual({ amount: 25, theirs: 4500, own: true });
  placed.note = "looked at again";
  pay(placed.id);
  await webhooks();
  expect(await amount()).toEqual({ amount: 25, theirs: 4500, own: true });
});

test("after a change of the shop's currency no pounds are added to dollars: orders count at their own rate or are reported as a gap", async () => {
  await forget();
  dev.shop.orders.clear();
  const [one, two] = ["Ada", "Bea"].map((firstName) => createCustomer(dev.store, dev.shop, { firstName }).id);
  order(one ?? "", "100.00", { presentmentCurrency: "USD", presentmentRate: "1.25" });
  order(two ?? "", "100.00");
  later(changeCurrency)("USD");
  order(one ?? "", "10.00");
  order(two ?? "", "10.00");
  await webhooks();
  const rows = await ingest.rows(
    "select id, number_of_orders as orders, amount_spent::float8 as spent, uncounted_orders as uncounted from customer where id = any($1) order by id",
    [[one, two]],
  );
  expect(rows).toEqual([
    { id: one, orders: 2, spent: 135, uncounted: 0 },
    { id: two, orders: 2, spent: 10, uncounted: 1 },
  ]);
  shop = (await openShop(SHOP)) ?? shop;
  expect((await gaps(shop)).map(({ customerId }) => customerId)).toContain(two);
});
