// The context that a plugin gets: its settings, its own records, and `fetch` to the hosts that it declares.
import { expect, test } from "vitest";
import { sql } from "../../app/db.server.ts";
import { field } from "../../app/fields.ts";
import { defineAttribute, defineFunction, defineOfferKind, definePlugin } from "../../app/plugins/plugin.ts";
import { resolveOffer } from "../../app/offers/resolve.server.ts";
import { registryOf } from "../../app/plugins/installed.server.ts";
import { recordsOf } from "../../app/plugins/running/given/records.server.ts";
import { switchPlugin } from "../../app/plugins/state.server.ts";
import { comply } from "../../app/sync/compliance/compliance.server.ts";
import { eraseSteps } from "../../app/worker/erasure.server.ts";
import { pluginShop } from "./kit/plugin-shop.ts";

const visits = definePlugin({
  name: "visits",
  contract: 1,
  label: "visits.label",
  description: "visits.text",
  settings: {
    enough: field.integer("visits.enough", { initial: 2 }),
    town: field.text("visits.town", { optional: true }),
  },
  attributes: {
    many_visits: defineAttribute({
      label: "visits.many",
      type: "boolean",
      reads: ["records:visit"],
      sql: (_moment, { settings }) => sql`(select count(*) >= ${settings["enough"]} from api.records r
        where r.shop_id = c.shop_id and r.plugin = 'visits' and r.kind = 'visit' and r.customer_id = c.id)`,
    }),
    visited: defineFunction({
      label: "visits.visited",
      params: {
        town: {
          label: "visits.town",
          type: "string",
          suggest: (_asks, { settings }) =>
            sql`select ${settings["town"]}::text as value, null::text as title, 1 as times`,
        },
      },
      reads: ["records:visit"],
      sql: (given) => sql`exists (select from api.records r where r.shop_id = c.shop_id and r.plugin = 'visits'
        and r.kind = 'visit' and r.customer_id = c.id and ${given("town", sql`r.data ->> 'town'`)})`,
    }),
  },
  webhooks: {
    "orders/create": async ({ records, settings }, order) => {
      if (order.customer)
        await records("visit").put({ key: order.id, customerId: order.customer.id, data: { town: settings.town } });
    },
    "orders/delete": ({ records }, { id }) => records("visit").delete(id),
  },
  offerKinds: {
    visit_thanks: defineOfferKind({
      label: "visits.thanks",
      settings: { percent: field.percent("visits.percent", { initial: "10" }) },
      resolve: ({ settings }, { percent }) => ({
        content: { shape: "message", href: `/${String(settings["town"])}` },
        discount: { title: "", grant: { kind: "percent", percent }, code: null },
      }),
    }),
  },
});

const order = (id: number, customer: number) => ({ id, test: false, customer: { id: customer } });

test("what the editor suggests follows the plugin's settings in this shop", async () => {
  const [one, other] = [await pluginShop(visits), await pluginShop(visits)];
  await one.set({ enough: "2", town: "Leeds" });
  await other.set({ enough: "2", town: "O'Fallon" });
  expect(await one.suggested("visited", "town")).toEqual(["'Leeds'"]);
  expect(await other.suggested("visited", "town")).toEqual([expect.stringMatching(/O.+Fallon/)]);
});

test("an attribute follows the plugin's own records: its live segment and the preview agree after each change", async () => {
  const { shop, send, settle, follow, members, records, set } = await pluginShop(visits);
  await set({ enough: "2", town: "Leeds" });
  await follow("many_visits = true");
  await follow("visited MATCHES (town = 'Leeds')");
  for (const id of [1, 2]) await send("orders/create", order(id, 7));
  await send("orders/create", order(3, 8));
  await settle();
  expect(await records("visit")).toHaveLength(3);
  expect(await members("many_visits = true")).toEqual(["7"]);
  expect(await members("visited MATCHES (town = 'Leeds')")).toEqual(["7", "8"]);
  await send("orders/delete", { id: 2 });
  await settle();
  expect(await members("many_visits = true")).toEqual([]);
  const { registry } = await pluginShop(visits);
  const offerKinds = (await registryOf(shop, registry)).offerKinds;
  expect(await resolveOffer(shop, offerKinds, { kind: "visit_thanks", settings: {} })).toMatchObject({
    ok: true,
    content: { href: "/Leeds" },
  });
});

test("saving a setting evaluates the segments that ask the plugin's attributes again, in the same shop only", async () => {
  const here = await pluginShop(visits);
  const there = await pluginShop(visits);
  for (const { send, settle, follow } of [here, there]) {
    await send("orders/create", order(1, 7));
    await settle();
    await follow("many_visits = true");
  }
  expect(await here.members("many_visits = true")).toEqual([]);
  const jobs = () =>
    here.shop.db.tx((tx) =>
      tx.rows(sql`select name from pgboss.job where data ->> 'shop' = ${here.shop.id} and name = 'segments.evaluate'`),
    );
  await here.shop.db.tx((tx) => tx.run(sql`delete from pgboss.job where data ->> 'shop' = ${here.shop.id}`));
  await here.set({ enough: "1", town: "" });
  expect(await jobs()).toHaveLength(1);
  await here.follow("many_visits = true");
  expect(await here.members("many_visits = true")).toEqual(["7"]);
  expect(await there.members("many_visits = true")).toEqual([]);
});

test("a record of an unknown customer is not stored, and a record that is put again unchanged notes no change", async () => {
  const { shop, records, send, settle, page } = await pluginShop(visits);
  await send("orders/create", order(1, 7));
  await settle();
  const visit = recordsOf(shop, "visits")("visit");
  await visit.put([
    { key: "a", customerId: "404", data: {} },
    { key: "b", data: { of: "nobody" } },
  ]);
  expect((await records("visit")).map(({ key }) => key)).toEqual(["1", "b"]);
  const told = () =>
    shop.db.tx((tx) => tx.rows<{ reads: string }>(sql`select reads from customer_change where shop_id = ${shop.id}`));
  expect(await told()).toEqual([]);
  await visit.put({ key: "1", customerId: "7", data: { town: "" } });
  expect(await told()).toEqual([]);
  await visit.replace([{ key: "c", customerId: "7", data: {} }]);
  expect(new Set((await told()).map(({ reads }) => reads))).toEqual(new Set(["records:visits/visit"]));
  expect((await records("visit")).map(({ key }) => key)).toEqual(["c"]);
  expect((await page()).failures).toBe(0);
  await switchPlugin(shop, visits, false, "merchant");
});

const diary = definePlugin({
  name: "diary",
  contract: 1,
  label: "diary.label",
  description: "diary.text",
  emits: ["seen"],
  webhooks: {
    "orders/updated": async ({ records, emit }, { id, email }) => {
      await records("order").put({ key: id, customerId: null, data: { email } });
      await emit("seen", { key: id, data: { email } });
    },
    "customers/update": ({ records }, { id, email }) => records("customer").put({ key: id, data: { email } }),
  },
});

test("a record that no type has checked is refused with what to give", async () => {
  const { shop } = await pluginShop(visits);
  const put = (record: object) => recordsOf(shop, "visits")("visit").put(record as never);
  await expect(put({ key: 7, data: {} })).rejects.toThrow("a record whose key is not a text: give a text");
  await expect(put({ customerId: "1", data: {} })).rejects.toThrow("a record whose key is not a text: give a text");
  await expect(put({ key: "7" })).rejects.toThrow("a record whose data is not an object: give { … }, or {} for none");
});

test("no handler gets a late webhook that names a redacted person, and handlers get other people's webhooks of the same batch", async () => {
  const { shop, records, send, settle } = await pluginShop(diary);
  const placed = (id: number, customer: number | null, email: string, updated_at: string) => ({
    ...{ id, updated_at, email, contact_email: email, created_at: "2026-11-20T10:00:00Z", test: false, refunds: [] },
    customer: customer && { id: customer, email, updated_at, created_at: "2026-11-20T09:00:00Z" },
  });
  const early = "2026-11-20T10:00:00Z";
  for (const body of [placed(1, 7, "ada@tea.co", early), placed(2, 8, "bea@tea.co", early)])
    await send("orders/create", body);
  await settle();
  const ada = { id: 7, email: "ada@tea.co", phone: null };
  await send("customers/redact", { shop_id: undefined, shop_domain: shop.id, customer: ada, orders_to_redact: [1] });
  await settle();
  const [request] = await shop.db.tx((tx) =>
    tx.rows<{ id: string }>(sql`select id from compliance_request where shop_id = ${shop.id}`),
  );
  await comply(shop.id, request?.id ?? "", eraseSteps);

  const late = "2026-11-21T10:00:00Z";
  await send("orders/updated", placed(1, 7, "ada@tea.co", late));
  await send("orders/updated", placed(3, null, "ada@tea.co", late));
  await send("orders/updated", placed(4, 8, "ada@tea.co", late));
  await send("customers/update", { ...ada, updated_at: late, addresses: [], default_address: null });
  await send("orders/updated", placed(2, 8, "bea@tea.co", late));
  await settle();
  expect((await records("order")).map(({ key }) => key)).toEqual(["2"]);
  expect(await records("customer")).toEqual([]);
  const emitted = await shop.db.tx((tx) =>
    tx.rows(sql`select id from outbox where shop_id = ${shop.id} and data::text like '%ada@tea.co%'`),
  );
  expect(emitted).toEqual([]);
});
