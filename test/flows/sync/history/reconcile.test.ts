// A store some of whose webhooks are lost: the nightly comparison finds the changes of the lost webhooks.
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Changes } from "../../../../app/customers/change.ts";
import { action as act, loader as sync } from "../../../../app/routes/app.sync.tsx";
import { merchant } from "../../../../app/shopify.server.ts";
import type { Shop } from "../../../../app/shop.server.ts";
import { syncAttention } from "../../../../app/sync/status/attention.server.ts";
import { gaps } from "../../../../app/customers/facts/orders/opening.server.ts";
import { runBackfill } from "../../../../app/sync/sources/shopify/history/backfill.server.ts";
import type { OnChanges } from "../../../../app/sync/source.ts";
import { reconcile } from "../../../../app/sync/sources/shopify/history/reconcile.server.ts";
import { createCustomer, updateCustomer } from "../../../dev-store/commands/customer.ts";
import { placeOrder } from "../../../dev-store/commands/order.ts";
import { refundOrder } from "../../../dev-store/commands/order-change.ts";
import { createProduct, updateProduct } from "../../../dev-store/commands/product.ts";
import { setFaults } from "../../../dev-store/faults.ts";
import { generateShop } from "../../../dev-store/generator/generate.ts";
import { ordersOf } from "../../../dev-store/history.ts";
import { APP_URL, BROWSER, startDevShop, type DevShop } from "../../../setup/dev-shop.ts";
import { openIngest, type Ingest } from "../../ingest-shop.ts";

const SHOP = "lost.myshopify.com";

const owner = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
const all = async (text: string, values: unknown[] = []) => (await owner.query(text, values)).rows;
const one = async (text: string, values: unknown[] = []) => (await all(text, values))[0];

let ingest: Ingest;
let dev: DevShop;
let shop: Shop;
const told: string[][] = [];
const tell: OnChanges = async (_shop, _tx, changes: Changes) => void told.push([...changes.keys()]);

beforeAll(async () => {
  ingest = await openIngest();
  dev = await startDevShop(
    SHOP,
    { currency: "GBP", timeZone: "Europe/London" },
    { config: { appUrl: new URL(ingest.url).origin } },
  );
  generateShop(dev.store, dev.shop, { seed: 7, customers: 60 });
  dev.shop.installation?.scopes.push("read_all_orders");
  ({ shop } = await merchant(dev.document()));
  expect(await runBackfill(shop, tell, { pollMs: 20 })).toBe("done");
});
afterAll(async () => {
  await dev.close();
  await ingest.close();
  await owner.end();
});
beforeEach(async () => {
  told.length = 0;
  await all("delete from backfill where kind = 'changes'");
});

/** Loses all webhooks of these topics while `work` runs. */
async function losing<T>(topics: string[], work: () => T): Promise<T> {
  for (const topic of topics) setFaults(dev.store, topic, [{ kind: "drop", share: 1, milliseconds: 0 }]);
  const result = work();
  for (const topic of topics) setFaults(dev.store, topic, []);
  while (dev.store.outbox.open > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  await ingest.settle(SHOP);
  return result;
}

const buyer = () => {
  const found = [...dev.shop.customers.values()].find(({ id }) => ordersOf(dev.shop, id).length > 0);
  if (!found) throw new Error("an empty shop");
  return found;
};

const syncPage = async () => sync({ request: dev.data("/app/sync"), params: {}, context: {} });
const compareNow = () =>
  act({
    request: new Request(`${APP_URL}/app/sync`, {
      method: "POST",
      headers: { "user-agent": BROWSER, authorization: `Bearer ${dev.merchantToken()}` },
      body: new URLSearchParams({ compare: "now" }),
    }),
    params: {},
    context: {},
  });

test("applied webhooks do not show that nothing is missing; a comparison does, and shows what it found", async () => {
  const customer = buyer();
  const variantId = [...dev.shop.products.values()][0]?.variants[0]?.id ?? "";
  await losing(["orders/create", "orders/updated", "orders/paid", "customers/update"], () =>
    placeOrder(dev.store, dev.shop, { customerId: customer.id, lines: [{ variantId, quantity: 1 }] }),
  );
  expect(await syncPage()).toMatchObject({
    freshness: { waiting: 0, isBehind: false, poison: 0, history: "done" },
    comparison: { state: "never", at: null, found: { missing: 0 } },
  });
  await compareNow();
  await compareNow();
  expect((await syncPage()).comparison).toMatchObject({ state: "waiting", at: null });
  expect(await all("select 1 from pgboss.job where name = 'sync.reconcile' and state = 'created'")).toHaveLength(1);
  const before = shop.now();
  await reconcile(shop, tell);
  const { comparison } = await syncPage();
  expect(comparison).toMatchObject({ state: "done", found: { missing: 1, kinds: { orders: { missing: 1 } } } });
  expect(comparison.read).toBeGreaterThan(0);
  expect(Number(comparison.at) >= before.getTime()).toBe(true);
  const found = { key: "sync.attention.missing", parameters: { count: 1 }, since: comparison.at };
  expect(await syncAttention(shop)).toContainEqual(expect.objectContaining(found));
  await reconcile(shop, tell);
  expect((await syncPage()).comparison).toMatchObject({ state: "done", found: { missing: 0, changed: 0 } });
  expect(await syncAttention(shop)).toEqual([]);
  const later: Shop = { ...shop, now: () => new Date(Date.now() + 3 * 86_400_000) };
  expect(await syncAttention(later)).toMatchObject([{ key: "sync.attention.old_comparison" }]);
});

test("an interrupted comparison says so, and the previous result stays", async () => {
  await reconcile(shop, tell);
  const { at } = (await syncPage()).comparison;
  const breaks = async () => {
    throw new Error("the database went away");
  };
  await losing(["products/create", "customers/create"], () =>
    createCustomer(dev.store, dev.shop, { firstName: "Lost" }),
  );
  await expect(reconcile(shop, breaks)).rejects.toThrow("went away");
  expect((await syncPage()).comparison).toMatchObject({ state: "failed", at });
});

test("R05: lost orders are stored by the nightly comparison, and the second comparison changes nothing", async () => {
  const customer = buyer();
  const variantId = [...dev.shop.products.values()][0]?.variants[0]?.id ?? "";
  const lines = Array.from({ length: 120 }, () => ({ variantId, quantity: 1 }));
  const order = await losing(["orders/create", "orders/updated", "orders/paid", "refunds/create"], () => {
    const placed = placeOrder(dev.store, dev.shop, { customerId: customer.id, lines });
    refundOrder(dev.store, dev.shop, placed.id, {
      lines: [{ lineItemId: placed.lineItems[0]?.id ?? "", quantity: 1 }],
    });
    return placed;
  });
  expect(await all("select 1 from shop_order where id = $1", [order.id])).toEqual([]);
  expect(await reconcile(shop, tell)).toBeGreaterThan(0);
  expect(told.flat()).toContain(customer.id);
  expect(await one("select count(*)::int as n from line_item where order_id = $1", [order.id])).toEqual({ n: 120 });
  expect((await gaps(shop)).filter(({ orders }) => orders !== ordersOf(dev.shop, customer.id).length)).toEqual([]);
  const row = await one("select number_of_orders from customer where id = $1", [customer.id]);
  expect(row.number_of_orders).toBe(ordersOf(dev.shop, customer.id).length);
  const totals = () => all("select id, number_of_orders, amount_spent, last_order_at from customer order by id");
  const before = await totals();
  await reconcile(shop, tell);
  expect(await totals()).toEqual(before);
});

test("a refund of more lines than one page has is read whole", async () => {
  const customer = buyer();
  const variantId = [...dev.shop.products.values()][0]?.variants[0]?.id ?? "";
  const lines = Array.from({ length: 210 }, () => ({ variantId, quantity: 1 }));
  const placed = await losing(["orders/create", "orders/updated", "orders/paid", "refunds/create"], () => {
    const order = placeOrder(dev.store, dev.shop, { customerId: customer.id, lines });
    refundOrder(dev.store, dev.shop, order.id, {
      lines: order.lineItems.map(({ id }) => ({ lineItemId: id, quantity: 1 })),
    });
    return order;
  });
  await reconcile(shop, tell);
  const refund = await one("select jsonb_array_length(lines) as lines from refund where order_id = $1", [placed.id]);
  expect(refund).toEqual({ lines: 210 });
  // Units that were refunded still count as purchased: no edit removed them.
  const purchased = "select count(*)::int as n from line_item where order_id = $1 and removed = 0";
  expect(await one(purchased, [placed.id])).toEqual({ n: 210 });
});

test("a refund of more adjustments than one page has is read whole", async () => {
  const customer = buyer();
  const variantId = [...dev.shop.products.values()][0]?.variants[0]?.id ?? "";
  const placed = await losing(["orders/create", "orders/updated", "orders/paid", "refunds/create"], () => {
    const order = placeOrder(dev.store, dev.shop, { customerId: customer.id, lines: [{ variantId, quantity: 9 }] });
    refundOrder(dev.store, dev.shop, order.id, { lines: [], extra: "1.25", adjustments: 125 });
    return order;
  });
  await reconcile(shop, tell);
  const refund = await one("select amount, adjusted from refund where order_id = $1", [placed.id]);
  expect(refund).toEqual({ amount: "1.2500", adjusted: "-1.2500" });
});

test("a customer's change whose webhook was lost is stored by the nightly comparison: name, tags, addresses and segments", async () => {
  const customer = buyer();
  const stored = () =>
    one(
      `select first_name, note, tags, (select array_agg(distinct city) from customer_address a
        where a.shop_id = c.shop_id and a.customer_id = c.id) as cities from customer c where id = $1`,
      [customer.id],
    );
  const before = await stored();
  const name = { firstName: "", lastName: "", phone: null };
  const street = {
    ...name,
    address1: "1 High Street",
    city: "Surat",
    provinceCode: "GJ",
    countryCode: "IN",
    zip: "395003",
  };
  // More addresses than one page has.
  const addresses = Array.from({ length: 130 }, (_, at) => ({ ...street, city: at === 129 ? "Bardoli" : "Surat" }));
  const changed = { firstName: "Changed", note: "by phone", tags: ["found"], addresses };
  await losing(["customers/update", "customer.tags_added", "customer.tags_removed"], () =>
    updateCustomer(dev.store, dev.shop, customer.id, changed),
  );
  expect(await stored()).toEqual(before);
  expect(await reconcile(shop, tell)).toBeGreaterThan(0);
  expect(await stored()).toEqual({
    first_name: "Changed",
    note: "by phone",
    tags: ["found"],
    cities: ["Bardoli", "Surat"],
  });
  expect(told.flat()).toContain(customer.id);
});

test("a webhook after a comparison is kept, though the next comparison reads its object again", async () => {
  const customer = buyer();
  await reconcile(shop, tell);
  await losing([], () => updateCustomer(dev.store, dev.shop, customer.id, { firstName: "Newest", tags: ["newest"] }));
  const stored = () => one("select first_name, tags from customer where id = $1", [customer.id]);
  expect(await stored()).toEqual({ first_name: "Newest", tags: ["newest"] });
  await reconcile(shop, tell);
  expect(await stored()).toEqual({ first_name: "Newest", tags: ["newest"] });
});

test("a customer and a product without any webhook are found", async () => {
  const [customer, product] = await losing(["customers/create", "products/create"], () => [
    createCustomer(dev.store, dev.shop, { firstName: "Unheard" }),
    createProduct(dev.store, dev.shop, { title: "Unseen", variants: [{ title: "One", sku: "", price: "10.00" }] }),
  ]);
  expect(await all("select 1 from customer where id = $1", [customer.id])).toEqual([]);
  await reconcile(shop, tell);
  expect(await one("select first_name from customer where id = $1", [customer.id])).toEqual({ first_name: "Unheard" });
  expect(await one("select title from product where id = $1", [product.id])).toEqual({ title: "Unseen" });
});

test("after a product's change whose webhook was lost, the segments of its buyers are evaluated", async () => {
  const { product_id: id, customer_id: customer } = await one(
    "select product_id, customer_id from line_item where product_id is not null and customer_id is not null limit 1",
  );
  await losing(["products/update"], () => updateProduct(dev.store, dev.shop, id, { tags: ["winter"] }));
  await reconcile(shop, tell);
  expect(await one("select tags from product where id = $1", [id])).toEqual({ tags: ["winter"] });
  expect(told.flat()).toContain(customer);
});
