// Shopify's answers contain unreadable values: the history and the nightly comparison continue and report them.
import pg from "pg";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { merchant } from "../../../../app/shopify.server.ts";
import type { Shop } from "../../../../app/shop.server.ts";
import { runBackfill } from "../../../../app/sync/sources/shopify/history/backfill.server.ts";
import { syncMetafields } from "../../../../app/sync/sources/shopify/metafields.server.ts";
import { reconcile } from "../../../../app/sync/sources/shopify/history/reconcile.server.ts";
import { retryPoison } from "../../../../app/sync/inbox/held.server.ts";
import { readFreshness, readNoted, readPoison } from "../../../../app/sync/status/status.server.ts";
import { takeTurn } from "../../../../app/worker/batch.server.ts";
import { handleAdminApi } from "../../../dev-store/admin-api/admin-api.ts";
import { setMetafield } from "../../../dev-store/commands/metafield.ts";
import { placeOrder } from "../../../dev-store/commands/order.ts";
import { generateShop } from "../../../dev-store/generator/generate.ts";
import type { Face } from "../../../dev-store/http.ts";
import { startDevShop, type DevShop } from "../../../setup/dev-shop.ts";
import { withValue, type Json, type Path } from "./odd-values.ts";

const owner = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
afterAll(() => owner.end());
const all = async (text: string, values: unknown[] = []) => (await owner.query(text, values)).rows;
const ids = async (table: string) =>
  (await all(`select id from "${table}" order by "${table}".id`)).map(({ id }) => id as string);

/** The values to put at a path of the node with an id, on its way to the app. */
const spoilt = new Map<string, { path: Path; value: unknown }>();
function spoil(node: Json): Json {
  const change = spoilt.get(String(node["id"]));
  return change ? withValue(node, change.path, change.value) : node;
}
const BAD_BYTE = "a byte that is no UTF-8";
/** Replaces a marker in the text by a byte that is not UTF-8. */
function withBadBytes(text: string): Buffer {
  const pieces = text.split(BAD_BYTE).flatMap((piece) => [Buffer.of(0xff), Buffer.from(piece)]);
  return Buffer.concat(pieces.slice(1));
}
const onTheWay: Face = async (store, shop, request) => {
  const answer = await handleAdminApi(store, shop, request);
  if (!answer || spoilt.size === 0) return answer;
  const text = String(answer.body);
  if (request.url.pathname.startsWith("/bulk/")) {
    const lines = text.split("\n").filter(Boolean);
    const spoiled = `${lines.map((line) => JSON.stringify(spoil(JSON.parse(line) as Json))).join("\n")}\n`;
    return { ...answer, body: withBadBytes(spoiled) };
  }
  if (!text.includes('"page":')) return answer;
  const parsed = JSON.parse(text) as { data: { page: { nodes: Json[] } } };
  parsed.data.page.nodes = parsed.data.page.nodes.map(spoil);
  return { ...answer, body: JSON.stringify(parsed) };
};

let dev: DevShop;
let shop: Shop;
const run = () => runBackfill(shop, async () => undefined, { pollMs: 20, budgetMs: 60_000 });

async function turn(): Promise<void> {
  const marks = await all("select id::text from shop_mark where shop_id = $1", [shop.id]);
  await takeTurn(
    shop.id,
    marks.map(({ id }) => id as string),
  );
}

beforeEach(async () => {
  spoilt.clear();
  for (const table of [
    "shop",
    "shop_profile",
    "session",
    "backfill",
    "inbox",
    "customer",
    "customer_address",
    "customer_metafield",
    "consent",
    "event",
    "shop_order",
    "line_item",
    "refund",
    "product",
  ])
    await all(`delete from "${table}"`);
  dev = await startDevShop("odd.myshopify.com", { currency: "GBP", timeZone: "Europe/London" }, { faces: [onTheWay] });
  generateShop(dev.store, dev.shop, { seed: 7, customers: 30 });
  dev.shop.installation?.scopes.push("read_all_orders");
  ({ shop } = await merchant(dev.document()));
});
afterEach(() => dev.close());

const gid = (type: string, id: string) => `gid://shopify/${type}/${id}`;
const reasons = (items: { topic: string; reason: string | null }[]) =>
  items.map(({ topic, reason }) => [topic, JSON.parse(reason ?? "") as Json]);

test("a customer whose consent has a date of the year 0 is stored like the others, and the sync page shows what was left out", async () => {
  const [first] = [...dev.shop.customers.keys()];
  spoilt.set(gid("Customer", first ?? ""), {
    path: ["defaultEmailAddress"],
    value: { emailAddress: "a@example.com", marketingState: "SUBSCRIBED", marketingUpdatedAt: "0000-12-31T23:53:24Z" },
  });
  expect(await run()).toBe("done");
  expect(await ids("customer")).toEqual([...dev.shop.customers.keys()].sort());
  expect(reasons(await readNoted(shop))).toEqual([
    [
      "history:customers",
      { key: "sync.noted.reason", parameters: { fields: "defaultEmailAddress.marketingUpdatedAt" } },
    ],
  ]);
  expect(await readPoison(shop)).toEqual([]);
  // An unreadable date grants no consent.
  expect(await all("select email_subscription_status as status from customer where id = $1", [first])).toEqual([
    { status: "NOT_SUBSCRIBED" },
  ]);
});

test.each<[string, string, "customer" | "shop_order" | "product", Path, unknown, string]>([
  ["a customer's id", "Customer", "customer", ["id"], null, "id"],
  ["an order's currency", "Order", "shop_order", ["currencyCode"], "pounds", "currencyCode"],
  [
    "an order's total",
    "Order",
    "shop_order",
    ["totalPriceSet", "shopMoney", "amount"],
    "1e400",
    "totalPriceSet.shopMoney.amount",
  ],
  ["a product's id", "Product", "product", ["id"], 5.5, "id"],
])(
  "%s that cannot be read holds up that row of the history alone, with its reason",
  async (_, type, table, path, value, field) => {
    const things: Record<string, Map<string, unknown>> = {
      Customer: dev.shop.customers,
      Order: dev.shop.orders,
      Product: dev.shop.products,
    };
    const [lost = "", ...others] = [...(things[type]?.keys() ?? [])];
    spoilt.set(gid(type, lost), { path, value });
    expect(await run()).toBe("done");
    const held = await ids(table);
    for (const other of others) expect(held).toContain(other);
    expect(reasons(await readPoison(shop))).toEqual([
      [`history:${type.toLowerCase()}s`, { key: "sync.poison.reason.unreadable", parameters: { field } }],
    ]);
    expect((await readFreshness(shop)).poison).toBe(1);
  },
);

test("a metafield with an unreadable date is stored like the others and noted, and replaces no value with a date", async () => {
  expect(await run()).toBe("done");
  const [first = "", second = ""] = [...dev.shop.customers.keys()].sort();
  const tea = { owner: "customer", namespace: "custom", key: "tea", type: "single_line_text_field" } as const;
  const read = async (value: string) => {
    for (const id of [first, second])
      setMetafield(dev.store, dev.shop, { ...tea, ownerId: gid("Customer", id), value });
    await syncMetafields(shop, [tea], { owner: "customer", id: null }, { pollMs: 20 });
    return all("select customer_id as id, value from customer_metafield order by 1");
  };
  spoilt.set(gid("Customer", first), { path: ["m0", "updatedAt"], value: "0000-12-31T23:53:24Z" });
  expect(await read("green")).toEqual([first, second].map((id) => ({ id, value: "green" })));
  const noted = async () => reasons(await readNoted(shop));
  const fields = "customer.metafield.custom.tea.updatedAt";
  expect(await noted()).toEqual([
    ["history:customer_metafields", { key: "sync.noted.reason", parameters: { fields } }],
  ]);
  spoilt.clear();
  await read("black");
  expect(await noted()).toEqual([]);
  spoilt.set(gid("Customer", first), { path: ["m0", "updatedAt"], value: "0000-12-31T23:53:24Z" });
  expect(await read("white")).toEqual([
    { id: first, value: "black" },
    { id: second, value: "white" },
  ]);
});

test("a name with a byte that is not UTF-8 holds up nobody: the customer is stored, with U+FFFD in the byte's place", async () => {
  const [first = ""] = [...dev.shop.customers.keys()];
  spoilt.set(gid("Customer", first), { path: ["firstName"], value: `Zo${BAD_BYTE}` });
  expect(await run()).toBe("done");
  expect(await ids("customer")).toEqual([...dev.shop.customers.keys()].sort());
  expect(await all("select first_name from customer where id = $1", [first])).toEqual([{ first_name: "Zo\uFFFD" }]);
});

test("one order's unreadable date costs neither other orders nor its own order", async () => {
  const [first = ""] = [...dev.shop.orders.keys()];
  spoilt.set(gid("Order", first), { path: ["processedAt"], value: "0000-12-31T23:53:24Z" });
  expect(await run()).toBe("done");
  expect(await ids("shop_order")).toEqual([...dev.shop.orders.keys()].sort());
  const created = new Date(dev.shop.orders.get(first)?.createdAt ?? "");
  expect(await all("select ordered_at from shop_order where id = $1", [first])).toEqual([{ ordered_at: created }]);
});

test("the nightly comparison stores a lost order beside an unreadable one; a held-up row can be retried, and disappears once it is read", async () => {
  expect(await run()).toBe("done");
  const variantId = [...dev.shop.products.values()][0]?.variants[0]?.id ?? "";
  const customerId = [...dev.shop.customers.keys()][0] ?? "";
  const [odd, lost] = [1, 2].map(
    () => placeOrder(dev.store, dev.shop, { customerId, lines: [{ variantId, quantity: 1 }] }).id,
  );
  spoilt.set(gid("Order", odd ?? ""), { path: ["currencyCode"], value: "pounds" });
  await reconcile(shop, async () => undefined);
  expect(await ids("shop_order")).toContain(lost);
  expect(await ids("shop_order")).not.toContain(odd);
  const [held] = await readPoison(shop);
  expect(held).toMatchObject({ topic: "history:orders", number: odd });
  // Retried by the same version of the app, the row is held up again.
  await retryPoison(shop, held?.seq ?? "");
  await turn();
  expect(await readPoison(shop)).toMatchObject([{ topic: "history:orders", number: odd }]);
  spoilt.clear();
  await all("delete from backfill where kind = 'changes'");
  await reconcile(shop, async () => undefined);
  expect(await ids("shop_order")).toContain(odd);
  expect(await readPoison(shop)).toEqual([]);
});

test.each<[string, Path, unknown]>([
  ["a day that no month has", ["updatedAt"], "2026-02-30T00:00:00Z"],
  ["a date with a remark", ["updatedAt"], "2026-11-05 (UTC)"],
  ["a moment of the year 0", ["updatedAt"], "0000-12-31T23:53:24Z"],
  ["an id that no database holds", ["id"], "gid://shopify/Order/\u0000"],
])("the nightly look fetches a lost order beside one with %s", async (_name, path, value) => {
  expect(await run()).toBe("done");
  const variantId = [...dev.shop.products.values()][0]?.variants[0]?.id ?? "";
  const customerId = [...dev.shop.customers.keys()][0] ?? "";
  const [odd = "", lost] = [1, 2].map(
    () => placeOrder(dev.store, dev.shop, { customerId, lines: [{ variantId, quantity: 1 }] }).id,
  );
  spoilt.set(gid("Order", odd), { path, value });
  await reconcile(shop, async () => undefined);
  expect(await ids("shop_order")).toContain(lost);
});

test("a held-up row of the history that a newer version of the app can read is stored when it is retried", async () => {
  const [first = ""] = [...dev.shop.orders.keys()];
  spoilt.set(gid("Order", first), { path: ["currencyCode"], value: "pounds" });
  expect(await run()).toBe("done");
  const [held] = await readPoison(shop);
  await all(`update inbox set body = convert_to(replace(convert_from(body, 'UTF8'), '"pounds"', '"GBP"'), 'UTF8')`);
  await retryPoison(shop, held?.seq ?? "");
  await turn();
  expect(await ids("shop_order")).toContain(first);
  expect(await readPoison(shop)).toEqual([]);
  expect(await all("select kind from outbox where data ->> 'order' = $1", [first]), "events of a history").toEqual([]);
});
