// A plugin of contract 1, with each of its members. It is never changed: as long as contract 1 is served it must compile and work as
// it stands. The next version of the contract gets a file of its own beside this one.
import { expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
import { field } from "../../../app/fields.ts";
import { assemble } from "../../../app/plugins/registry.server.ts";
import {
  defineAttribute,
  defineFunction,
  defineOfferKind,
  definePlugin,
  defineQuestionKind,
} from "../../../app/plugins/plugin.ts";
import { pluginShop } from "../kit/plugin-shop.ts";
import { testPlugin } from "../kit/test-plugin.ts";

const one = definePlugin({
  name: "one",
  contract: 1,
  label: "one.label",
  description: "one.description",
  settings: { least: field.money("one.least", { initial: "0" }) },
  topics: ["orders/paid"],
  scopes: ["read_orders"],
  metafields: [{ owner: "customer", namespace: "facts", key: "shoe_size", type: "number_integer" }],
  sends: [{ host: "api.example.com", purpose: "one.purpose" }],
  onInstalled: ({ records }) => records("note").put({ key: "installed", data: {} }),
  onHistory: async ({ shop, records }) => {
    const orders = await shop.db.tx((tx) =>
      tx.rows<{ id: string; customerId: string }>(sql`select id, customer_id as "customerId" from api.orders
        where shop_id = ${shop.id} and customer_id is not null`),
    );
    await records("order").put(orders.map(({ id, customerId }) => ({ key: id, customerId, data: {} })));
  },
  webhooks: {
    "orders/create": async ({ records, settings }, order) => {
      if (!order.customer || Number(order.total_price ?? 0) < Number(settings.least)) return;
      await records("order").put({ key: order.id, customerId: order.customer.id, data: {} });
    },
    // orders/create may come after orders/delete: a record of the deletion gives the right result in any order.
    "orders/delete": ({ records }, { id }) => records("gone").put({ key: id, data: {} }),
  },
  events: {
    "segment.entered": ({ records }, { id, customerId, data }) => records("entry").put({ key: id, customerId, data }),
  },
  attributes: {
    one_size: defineAttribute({
      label: "one.size",
      type: "integer",
      nullable: true,
      reads: ["metafields"],
      sql: () => sql`(select m.value::int from api.metafields m where m.shop_id = c.shop_id and m.customer_id = c.id
        and m.namespace = 'facts' and m.key = 'shoe_size')`,
    }),
    one_order: defineFunction({
      label: "one.order",
      reads: ["records:order"],
      params: { id: { label: "one.id", type: "string" } },
      sql: (given) => sql`exists (select from api.records r where r.shop_id = c.shop_id and r.plugin = 'one'
        and r.kind = 'order' and r.customer_id = c.id and ${given("id", sql`r.key`)})`,
    }),
  },
  offerKinds: {
    one_offer: defineOfferKind({
      label: "one.offer",
      settings: { percent: field.percent("one.percent", { initial: "10" }) },
      resolve: (_context, { percent }) => ({
        content: { shape: "discount", percent, code: null, href: null },
        discount: { title: "", grant: { kind: "percent", percent }, code: null },
      }),
      audience: () => "one_order MATCHES ()",
    }),
  },
  questionKinds: {
    one_question: defineQuestionKind({
      label: "one.question",
      settings: {},
      measure: "text",
      shape: () => ({ shape: "text", maxLength: 100, multiline: false }),
      check: ([text = ""]) => ({ ok: true, values: [{ text: text.slice(0, 100), number: null }] }),
    }),
  },
  cards: {
    one_card: {
      label: "one.card",
      place: "home",
      resolve: async ({ records }) => ({
        shape: "figure",
        value: String((await records("order").list()).length),
        unit: "count",
      }),
    },
  },
  jobs: { nightly: { cron: "0 3 * * *", run: ({ records }) => records("note").put({ key: "night", data: {} }) } },
});

testPlugin(one);

test("a plugin of contract 1 gets webhooks, stores records, selects customers and draws a card", async () => {
  const { send, settle, follow, members, cards, records } = await pluginShop(one);
  await follow("one_order MATCHES (id = '1')");
  await send("orders/create", { id: 1, customer: { id: 7 }, test: false });
  await settle();
  expect(await members("one_order MATCHES (id = '1')")).toEqual(["7"]);
  await settle();
  expect(await records("entry")).toHaveLength(1);
  expect(await cards("home")).toMatchObject([{ content: { shape: "figure", value: "1" } }]);
});

test("a contract version that the app does not serve stops the start with a sentence that names the plugin and the version", () => {
  for (const contract of [0, 2, "1", undefined])
    expect(() => assemble([{ ...one, contract: contract as 1 }]), String(contract)).toThrow(
      `Plugin "one": it was written for the contract ${String(contract)}. Write contract: 1, and read what changed.`,
    );
});
