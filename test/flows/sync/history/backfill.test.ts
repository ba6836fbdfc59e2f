import pg from "pg";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import type { Changes } from "../../../../app/customers/change.ts";
import { sql } from "../../../../app/db.server.ts";
import { markUninstalled } from "../../../../app/shopify/installation.server.ts";
import { merchant } from "../../../../app/shopify.server.ts";
import type { Shop } from "../../../../app/shop.server.ts";
import { waitForApply } from "../../../../app/customers/facts/apply.server.ts";
import { computeTotals } from "../../../../app/customers/facts/orders/totals.server.ts";
import { restartBackfill, runBackfill } from "../../../../app/sync/sources/shopify/history/backfill.server.ts";
import type { OnChanges } from "../../../../app/sync/source.ts";
import { gaps } from "../../../../app/customers/facts/orders/opening.server.ts";
import { applyHistory } from "../../../../app/sync/sources/shopify/history/apply-history.server.ts";
import { handleAdminApi } from "../../../dev-store/admin-api/admin-api.ts";
import { uninstallApp } from "../../../dev-store/commands/app.ts";
import { placeOrder } from "../../../dev-store/commands/order.ts";
import { refundOrder } from "../../../dev-store/commands/order-change.ts";
import { generateShop } from "../../../dev-store/generator/generate.ts";
import { amountSpent, ordersOf } from "../../../dev-store/history.ts";
import { answerJson, type Face, type StoreAnswer } from "../../../dev-store/http.ts";
import { startDevShop, type DevShop } from "../../../setup/dev-shop.ts";

const owner = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
afterAll(() => owner.end());
const all = async (text: string, values: unknown[] = []) => (await owner.query(text, values)).rows;
const one = async (text: string) => (await all(text))[0];

/** Changes the answer with a file on its way to the app. */
let spoil: ((answer: StoreAnswer, file: number) => StoreAnswer) | null = null;
let files = 0;
/** Runs in the app's database while the file is on its way. */
let meanwhile: (() => Promise<unknown>) | null = null;
const onTheWay: Face = async (store, shop, request) => {
  if (!request.url.pathname.startsWith("/bulk/")) return null;
  const answer = await handleAdminApi(store, shop, request);
  files += 1;
  await meanwhile?.();
  return answer && spoil ? spoil(answer, files) : answer;
};
/** How many more times Shopify answers that it is busy. */
let busy = 0;
const isBusy: Face = async (_store, _shop, request) => {
  if (busy === 0 || !request.body.includes("bulkOperationRunQuery")) return null;
  busy -= 1;
  const userErrors = [{ code: "OPERATION_IN_PROGRESS", message: "already in progress" }];
  return answerJson({ data: { bulkOperationRunQuery: { bulkOperation: null, userErrors } } });
};
const linesOf = (answer: StoreAnswer) => String(answer.body).split("\n").filter(Boolean);
const withLines = (answer: StoreAnswer, lines: string[]): StoreAnswer => ({ ...answer, body: `${lines.join("\n")}\n` });

let dev: DevShop;
let shop: Shop;
const told: string[][] = [];
const tell: OnChanges = async (_shop, _tx, changes: Changes) => void told.push([...changes.keys()]);
const run = (onChanges = tell) => runBackfill(shop, onChanges, { pollMs: 20, budgetMs: 60_000 });

beforeEach(async () => {
  spoil = null;
  meanwhile = null;
  busy = 0;
  files = 0;
  told.length = 0;
  for (const table of [
    "shop",
    "shop_profile",
    "session",
    "backfill",
    "customer",
    "customer_address",
    "consent",
    "event",
    "shop_order",
    "line_item",
    "refund",
    "product",
  ]) {
    await all(`delete from "${table}"`);
  }
  dev = await startDevShop(
    "tea.myshopify.com",
    { currency: "GBP", timeZone: "Europe/London" },
    { faces: [onTheWay, isBusy] },
  );
  generateShop(dev.store, dev.shop, { seed: 7, customers: 120 });
  if (dev.shop.installation) dev.shop.installation.scopes.push("read_all_orders");
  ({ shop } = await merchant(dev.document()));
});
afterEach(() => dev.close());

const count = async (table: string) => (await one(`select count(*)::int as n from "${table}"`)).n as number;

test("the history is complete: customers, orders, lines, refunds and products are as in the store", async () => {
  expect(await run()).toBe("done");
  const orders = [...dev.shop.orders.values()];
  expect(await count("customer")).toBe(dev.shop.customers.size);
  expect(await count("customer_address")).toBe(
    [...dev.shop.customers.values()].flatMap(({ addresses }) => addresses).length,
  );
  expect(await count("product")).toBe(dev.shop.products.size);
  expect(await count("shop_order")).toBe(orders.length);
  expect(await count("line_item")).toBe(orders.flatMap(({ lineItems }) => lineItems).length);
  const refunds = orders.flatMap((order) => order.refunds);
  expect(refunds.length).toBeGreaterThan(3);
  expect(await count("refund")).toBe(refunds.length);
  const lines = (await one("select sum(jsonb_array_length(lines))::int as n from refund")).n;
  expect(lines).toBe(refunds.flatMap((refund) => refund.lines).length);
  const stored = await all("select id, number_of_orders, amount_spent::float8 as spent, email, tags from customer");
  for (const { id, number_of_orders, spent, email, tags } of stored) {
    const customer = dev.shop.customers.get(id);
    expect(number_of_orders, id).toBe(ordersOf(dev.shop, id).length);
    expect(spent, id).toBeCloseTo(amountSpent(dev.shop, id) / 1_000_000, 4);
    expect([email, [...tags].sort()]).toEqual([customer?.email, [...(customer?.tags ?? [])].sort()]);
  }
  expect(await gaps(shop)).toEqual([]);
});

test("the progress is shown while the history is read, and every changed customer is returned", async () => {
  const seen: string[] = [];
  await run(async (_shop, tx, changes) => {
    told.push([...changes.keys()]);
    const rows = await tx.rows<{ kind: string; state: string }>(
      sql`select kind, state from backfill where state = 'reading'`,
    );
    seen.push(...rows.map(({ kind }) => kind));
  });
  expect(seen).toEqual(expect.arrayContaining(["customers", "orders"]));
  expect(
    await all(
      "select kind, state, objects::int as objects, applied::int as applied, fault from backfill order by kind",
    ),
  ).toEqual([
    { kind: "customers", state: "done", objects: 120, applied: 120, fault: null },
    { kind: "orders", state: "done", objects: dev.shop.orders.size, applied: dev.shop.orders.size, fault: null },
    { kind: "products", state: "done", objects: dev.shop.products.size, applied: dev.shop.products.size, fault: null },
  ]);
  expect(new Set(told.flat()).size).toBe(120);
});

test("a webhook that is newer than the file is kept, whichever comes first", async () => {
  const [order] = [...dev.shop.orders.values()].filter(({ customerId }) => customerId !== null);
  if (!order) throw new Error("no order");
  await run();
  const stored = await one(`select * from shop_order where id = '${order.id}'`);
  const later = new Date(Date.parse(order.updatedAt) + 60_000).toISOString();
  // As the webhook orders/updated would change the row.
  await all(`update shop_order set note = 'changed since', updated_at = '${later}' where id = '${order.id}'`);
  await restartBackfill(shop, { all: true });
  await run();
  expect(await one(`select note, name from shop_order where id = '${order.id}'`)).toEqual({
    note: "changed since",
    name: stored.name,
  });
});

test("orders that are placed while the history is read are counted once", async () => {
  const [customer] = dev.shop.customers.values();
  const [product] = dev.shop.products.values();
  if (!customer || !product) throw new Error("an empty shop");
  const variantId = product.variants[0]?.id ?? "";
  let placed = 0;
  const place = () => {
    placed += 1;
    placeOrder(dev.store, dev.shop, { customerId: customer.id, lines: [{ variantId, quantity: 1 }] } as Parameters<
      typeof placeOrder
    >[2]);
  };
  place();
  const running = run();
  for (let times = 0; times < 5; times += 1) {
    await new Promise((resolve) => setTimeout(resolve, 60));
    place();
  }
  await running;
  // An order that was placed after the file was written comes by webhook. Here the history is read again.
  await restartBackfill(shop, { all: true });
  await run();
  expect(placed).toBe(6);
  const row = await one(`select number_of_orders, opening_orders from customer where id = '${customer.id}'`);
  expect(row).toEqual({ number_of_orders: ordersOf(dev.shop, customer.id).length, opening_orders: 0 });
});

test("children may be anywhere in the file, occur twice, or be null", async () => {
  spoil = (answer) => {
    const lines = linesOf(answer);
    const parents = lines.filter((line) => !line.includes("__parentId"));
    const children = lines.filter((line) => line.includes("__parentId")).reverse();
    return withLines(answer, [...children, "null", ...children.slice(0, 3), ...parents]);
  };
  expect(await run()).toBe("done");
  expect(await count("line_item")).toBe([...dev.shop.orders.values()].flatMap(({ lineItems }) => lineItems).length);
  expect(await gaps(shop)).toEqual([]);
});

test("a file that is cut off, damaged or gone is requested again", async () => {
  spoil = (answer, file) => {
    const lines = linesOf(answer);
    const text = lines.join("\n");
    if (file === 1) return { ...answer, body: text.slice(0, -20) };
    if (file === 3) return withLines(answer, lines.slice(0, -1));
    if (file === 5) return { status: 403, headers: {}, body: "expired" };
    if (file === 6) return withLines(answer, lines.with(1, "{oops"));
    return answer;
  };
  expect(await run()).toBe("done");
  expect(files).toBe(7);
  expect(await count("shop_order")).toBe(dev.shop.orders.size);
});

test("if the connection is lost while a file is read, the next run reads the same file", async () => {
  generateShop(dev.store, dev.shop, { customers: 10, seed: 4 });
  const staging =
    "where datname = current_database() and query like '%CREATE TEMP TABLE staged%' and pid <> pg_backend_pid()";
  let lost = 0;
  meanwhile = async () => {
    meanwhile = null;
    lost = (await all(`select pg_terminate_backend(pid, 5000) from pg_stat_activity ${staging}`)).length;
  };
  await expect(run()).rejects.toThrow(/connection/i);
  expect([lost, files]).toEqual([1, 1]);
  const operations = () => all("select kind, operation_id from backfill order by kind");
  const before = await operations();
  expect(await all("select kind from backfill where state = 'failed' or fault is not null")).toEqual([]);
  expect(await run()).toBe("done");
  expect(files).toBe(4);
  expect(await operations()).toEqual(before);
  expect(await gaps(shop)).toEqual([]);
});

test("a file that is never complete is a failure that the merchant sees and can retry", async () => {
  spoil = (answer) => ({ ...answer, body: String(answer.body).slice(0, 100) });
  expect(await run()).toBe("failed");
  expect(await one("select state, fault from backfill where kind = 'products'")).toEqual({
    state: "failed",
    fault: "damaged",
  });
  spoil = null;
  expect(await run()).toBe("failed");
  await restartBackfill(shop);
  expect(await run()).toBe("done");
});

test("a reading that was interrupted between two batches continues without losing a row", async () => {
  let batches = 0;
  const dying: OnChanges = async () => {
    batches += 1;
    if (batches === 2) throw new Error("killed");
  };
  await expect(run(dying)).rejects.toThrow("killed");
  expect(await run()).toBe("done");
  expect(await count("shop_order")).toBe(dev.shop.orders.size);
  expect(await gaps(shop)).toEqual([]);
});

test("nothing more is stored of a shop that uninstalls the app meanwhile", async () => {
  const marked: Promise<boolean>[] = [];
  const leaving: OnChanges = async () => {
    uninstallApp(dev.store, dev.shop);
    // Another connection marks the shop while this transaction is open, and may have to wait for its end.
    marked.push(markUninstalled(shop.id, new Date()));
    await new Promise((resolve) => setTimeout(resolve, 200));
  };
  await expect(run(leaving).catch(() => "left")).resolves.toBe("left");
  expect(await Promise.all(marked)).toEqual([true]);
  expect(await count("shop_order")).toBe(0);
});

test("while Shopify runs as many operations as it allows, the app's operations wait", async () => {
  busy = 4;
  expect(await run()).toBe("done");
  expect(busy).toBe(0);
  expect(await count("shop_order")).toBe(dev.shop.orders.size);
  await restartBackfill(shop, { all: true });
  busy = Infinity;
  await all("delete from pgboss.job");
  expect(await runBackfill(shop, tell, { pollMs: 20, budgetMs: 100 })).toBe("waiting");
  expect(await all("select name from pgboss.job")).toEqual([{ name: "sync.backfill" }]);
});

test("two runs at the same time read the history once", async () => {
  expect(await Promise.all([run(), run()])).toEqual(["done", "done"]);
  expect(files).toBe(3);
});

/** Without read_all_orders Shopify shows the orders of 60 days. */
async function withHiddenHistory() {
  if (dev.shop.installation)
    dev.shop.installation.scopes = dev.shop.installation.scopes.filter((scope) => scope !== "read_all_orders");
  await all("delete from shop");
  await all("delete from backfill");
  ({ shop } = await merchant(dev.document()));
}

test("orders that Shopify counts and does not show are an opening balance: totals agree and there is no gap", async () => {
  await withHiddenHistory();
  expect(await run()).toBe("done");
  expect(await count("shop_order")).toBeLessThan(dev.shop.orders.size);
  const stored = await all("select id, number_of_orders, amount_spent::float8 as spent, opening_orders from customer");
  expect(stored.some(({ opening_orders }) => opening_orders > 0)).toBe(true);
  for (const { id, number_of_orders, spent } of stored) {
    expect(number_of_orders, id).toBe(ordersOf(dev.shop, id).length);
    expect(spent, id).toBeCloseTo(amountSpent(dev.shop, id) / 1_000_000, 4);
  }
  expect(await gaps(shop)).toEqual([]);
});

test("a missing order is a gap and not a balance: the balance is set once", async () => {
  await withHiddenHistory();
  await run();
  const lost = await one(
    "select id, customer_id from shop_order where customer_id is not null and not test and deleted_at is null limit 1",
  );
  await all(`delete from shop_order where id = '${lost.id}'`);
  await shop.db.tx(async (tx) => {
    await computeTotals(shop, tx, [lost.customer_id]);
  });
  expect((await gaps(shop)).map(({ customerId }) => customerId)).toEqual([lost.customer_id]);
});

test("an old order that arrives by webhook is subtracted from the balance and not counted twice", async () => {
  await withHiddenHistory();
  await run();
  const held = new Set((await all("select id from shop_order")).map(({ id }) => id));
  const hidden = [...dev.shop.orders.values()].find(
    (order) => !held.has(order.id) && order.customerId !== null && !order.test && order.refunds.length === 0,
  );
  if (!hidden?.customerId) throw new Error("no hidden order");
  const money = (amount: string) => ({ shopMoney: { amount }, presentmentMoney: { amount } });
  const node = {
    id: `gid://shopify/Order/${hidden.id}`,
    name: hidden.name,
    email: null,
    phone: null,
    sourceName: "web",
    note: "changed now",
    tags: [],
    customerLocale: "en",
    checkoutToken: null,
    cartToken: null,
    test: false,
    cancelReason: null,
    cancelledAt: hidden.cancelledAt,
    processedAt: hidden.processedAt,
    createdAt: hidden.createdAt,
    updatedAt: new Date().toISOString(),
    currencyCode: "GBP",
    presentmentCurrencyCode: "GBP",
    displayFinancialStatus: "PAID",
    displayFulfillmentStatus: "FULFILLED",
    discountCodes: [],
    customer: { id: `gid://shopify/Customer/${hidden.customerId}` },
    app: null,
    customAttributes: [],
    customerJourneySummary: null,
    subtotalPriceSet: money(hidden.total),
    totalDiscountsSet: money("0"),
    totalShippingPriceSet: money("0"),
    totalTaxSet: money("0"),
    totalPriceSet: money(hidden.total),
    refunds: [],
  };
  await shop.db.tx(async (tx) => {
    await waitForApply(shop, tx);
    await applyHistory(shop, tx, "orders", [{ node, lineItems: [], refundLines: [] }], {
      seenAt: new Date().toISOString(),
      isHistory: false,
    });
  });
  const row = await one(
    `select number_of_orders, amount_spent::float8 as spent from customer where id = '${hidden.customerId}'`,
  );
  expect(row.number_of_orders).toBe(ordersOf(dev.shop, hidden.customerId).length);
  expect(row.spent).toBeCloseTo(amountSpent(dev.shop, hidden.customerId) / 1_000_000, 4);
  expect(await gaps(shop)).toEqual([]);
});

test("a refund while the history is read is subtracted once", async () => {
  const order = [...dev.shop.orders.values()].find(
    (each) => each.customerId !== null && each.refunds.length === 0 && !each.test,
  );
  if (!order?.customerId) throw new Error("no order");
  const running = run();
  await new Promise((resolve) => setTimeout(resolve, 80));
  refundOrder(dev.store, dev.shop, order.id, {
    lines: [{ lineItemId: order.lineItems[0]?.id ?? "", quantity: 1 }],
  } as Parameters<typeof refundOrder>[3]);
  await running;
  await restartBackfill(shop, { all: true });
  await run();
  const row = await one(`select amount_spent::float8 as spent from customer where id = '${order.customerId}'`);
  expect(row.spent).toBeCloseTo(amountSpent(dev.shop, order.customerId) / 1_000_000, 4);
});
