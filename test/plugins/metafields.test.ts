// Metafields of orders and products that a plugin declares: read by webhook and by history, readable in SQL, followed by segments,
// exported and redacted.
import { expect, test } from "vitest";
import { sql } from "../../app/db.server.ts";
import { definePlugin } from "../../app/plugins/plugin.ts";
import { applyMetafields } from "../../app/customers/facts/metafields.server.ts";
import { comply, openRequests } from "../../app/sync/compliance/compliance.server.ts";
import { exportCustomer } from "../../app/sync/compliance/export.server.ts";
import { eraseSteps } from "../../app/worker/erasure.server.ts";
import { enqueueJobsOf } from "../../app/worker/schedule.server.ts";
import { pluginShop } from "./kit/plugin-shop.ts";
import { testPlugin } from "./kit/test-plugin.ts";

const gifts = definePlugin({
  name: "gifts",
  contract: 1,
  label: "gifts.label",
  description: "gifts.text",
  metafields: [
    { owner: "order", namespace: "custom", key: "gift_for", type: "single_line_text_field" },
    { owner: "product", namespace: "custom", key: "is_organic", type: "boolean" },
  ],
  attributes: {
    gave_to: {
      label: "gifts.gave_to",
      type: "list<string>",
      reads: ["orders", "metafields"],
      sql: () => sql`array(select m.value from api.order_metafields m where m.shop_id = c.shop_id
        and m.customer_id = c.id and m.namespace = 'custom' and m.key = 'gift_for')`,
    },
    bought_organic: {
      label: "gifts.organic",
      type: "boolean",
      reads: ["orders", "metafields"],
      sql: () => sql`exists (select from api.line_items l join api.product_metafields m on m.shop_id = l.shop_id
          and m.product_id = l.product_id and m.namespace = 'custom' and m.key = 'is_organic' and m.value = 'true'
        where l.shop_id = c.shop_id and l.customer_id = c.id)`,
    },
  },
});

testPlugin(gifts);

const text = (value: string) => ({ type: "single_line_text_field", value });
const truth = (value: string) => ({ type: "boolean", value });
const now = () => new Date().toISOString();
const MUM = "gave_to CONTAINS 'mum'";

test("a metafield with a NUL is stored without it, read alone and with all others", async () => {
  const it = await pluginShop(gifts);
  const asha = await it.addCustomer();
  const order = await it.addOrder(asha, { metafields: { "custom.gift_for": text("m\0um\uD83D") } });
  const stored = () =>
    it.shop.db.tx((tx) => tx.rows(sql`select value from order_metafield where shop_id = ${it.shop.id}`));
  await it.settle();
  expect(await stored()).toEqual([{ value: "mum\uFFFD" }]);
  it.setMetafield("order", order, "custom.gift_for", text("da\0d"));
  await it.send("orders/updated", {
    id: Number(order),
    customer: { id: Number(asha) },
    test: false,
    updated_at: now(),
  });
  await it.settle();
  expect(await stored()).toEqual([{ value: "dad" }]);
});

test("an order's metafield selects the order's customer after the order's webhook, and follows the store", async () => {
  const { addCustomer, addOrder, setMetafield, send, settle, follow, members } = await pluginShop(gifts);
  const [asha, bob] = [await addCustomer(), await addCustomer()];
  await settle();
  await follow(MUM);
  const order = await addOrder(asha, { metafields: { "custom.gift_for": text("mum") } });
  await addOrder(bob, { metafields: { "custom.gift_for": { type: "json", value: '"mum"' } } });
  await settle();
  expect(await members(MUM)).toEqual([asha]);
  setMetafield("order", order, "custom.gift_for", text("dad"));
  await send("orders/updated", { id: Number(order), customer: { id: Number(asha) }, test: false, updated_at: now() });
  await settle();
  expect(await members(MUM)).toEqual([]);
  expect(await members("gave_to CONTAINS 'dad'")).toEqual([asha]);
  await send("orders/delete", { id: Number(order) });
  await settle();
  expect(await members("gave_to CONTAINS 'dad'")).toEqual([]);
});

test("a product's metafield selects the customers who bought the product", async () => {
  const { addCustomer, addOrder, addProduct, setMetafield, send, settle, follow, members } = await pluginShop(gifts);
  const tea = await addProduct();
  const asha = await addCustomer();
  await addOrder(asha, { productId: tea });
  await settle();
  await follow("bought_organic = true");
  expect(await members("bought_organic = true")).toEqual([]);
  setMetafield("product", tea, "custom.is_organic", truth("true"));
  await send("products/update", { id: Number(tea), updated_at: now() });
  await settle();
  expect(await members("bought_organic = true")).toEqual([asha]);
});

test("metafields of orders and products from before the plugin are read as a history, which overwrites no newer value", async () => {
  const { shop, registry, addCustomer, addOrder, addProduct, setMetafield, settle, follow, members } =
    await pluginShop(gifts);
  const [tea, asha, bob] = [await addProduct(), await addCustomer(), await addCustomer()];
  const order = await addOrder(asha, { productId: tea });
  const [other, third] = [await addOrder(bob), await addOrder(bob)];
  await settle();
  await follow(MUM);
  await follow("bought_organic = true");
  setMetafield("order", order, "custom.gift_for", text("mum"));
  setMetafield("order", other, "custom.gift_for", text("mum"));
  setMetafield("product", tea, "custom.is_organic", truth("true"));
  await settle();
  expect(await members(MUM)).toEqual([]);
  const gift = { owner: "order", namespace: "custom", key: "gift_for", type: "single_line_text_field" } as const;
  const asked = { owner: "order", ownerIds: [other, third], keys: [gift], seenAt: null } as const;
  const updatedAt = new Date(Date.now() + 60_000).toISOString();
  const newer = [other, third].map((ownerId) => ({ ...gift, ownerId, value: "dad", updatedAt }));
  await shop.db.tx((tx) => applyMetafields(shop, tx, asked, newer));
  await enqueueJobsOf(shop, registry);
  await settle();
  expect(await members(MUM)).toEqual([asha]);
  expect(await members("bought_organic = true")).toEqual([asha]);
  const held = await shop.db.tx((tx) =>
    tx.rows<{ id: string; value: string }>(sql`select order_id as id, value from api.order_metafields
      where shop_id = ${shop.id} order by order_id`),
  );
  expect(held.map(({ id, value }) => [id, value])).toEqual([
    [order, "mum"],
    [other, "dad"],
    [third, "dad"],
  ]);
});

test("an order's metafields move with a merge, are in the customer's export, and are deleted by a redaction", async () => {
  const { shop, addCustomer, addOrder, send, settle, members } = await pluginShop(gifts);
  const [asha, bob] = [await addCustomer(), await addCustomer()];
  await addOrder(asha, { metafields: { "custom.gift_for": text("mum") } });
  await settle();
  const gid = (id: string) => `gid://shopify/Customer/${id}`;
  const merge = { admin_graphql_api_customer_kept_id: gid(bob), admin_graphql_api_customer_deleted_id: gid(asha) };
  await send("customers/merge", { ...merge, status: "completed" });
  await settle();
  expect(await members(MUM)).toEqual([bob]);
  expect((await exportCustomer(shop, bob))?.data["order_metafield"]).toMatchObject([{ key: "gift_for", value: "mum" }]);
  await send("customers/redact", {
    shop_domain: shop.id,
    shop_id: null,
    customer: { id: Number(bob), email: null, phone: null },
    orders_to_redact: [],
  });
  await settle();
  for (const request of await openRequests(shop.id)) await comply(shop.id, request, eraseSteps);
  const left = await shop.db.tx((tx) => tx.rows(sql`select 1 from order_metafield where shop_id = ${shop.id}`));
  expect(left).toEqual([]);
});
