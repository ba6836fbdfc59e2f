// A trial plugin, written from app/plugins/README.md alone, as a newcomer would: visits to the merchant's shops, by the orders that were
// placed there. The plugin has a function, a list setting, a card with bars, and reads the history.
import { expect, test } from "vitest";
import { sql } from "../../app/db.server.ts";
import { field } from "../../app/fields.ts";
import { defineFunction, definePlugin } from "../../app/plugins/plugin.ts";
import { pluginShop } from "./kit/plugin-shop.ts";
import { testPlugin } from "./kit/test-plugin.ts";

const visitLog = definePlugin({
  name: "visit-log",
  contract: 1,
  label: "visit-log.label",
  description: "visit-log.description",
  // One shop per line: `90210 Leeds` is the shop in Leeds with the location id 90210.
  settings: { shops: field.list("visit-log.shops", { optional: true, initial: [] }) },
  webhooks: {
    "orders/create": async ({ records, settings }, order) => {
      const shop = settings.shops.find((line) => line.startsWith(`${order.location_id} `));
      if (!shop || !order.customer) return;
      const data = { town: shop.replace(/^\S+ /, ""), at: order.processed_at };
      await records("visit").put({ key: order.id, customerId: order.customer.id, data });
    },
    "orders/delete": ({ records }, { id }) => records("visit").delete(id),
  },
  async onHistory({ shop, settings, records }) {
    const orders = await shop.db.tx((tx) =>
      tx.rows<{ id: string; customerId: string; location: string; at: Date }>(sql`
        select id, customer_id as "customerId", location_id as location, ordered_at as at from api.orders
        where shop_id = ${shop.id} and location_id is not null and customer_id is not null`),
    );
    const townOf = (location: string) =>
      settings.shops.find((line) => line.startsWith(`${location} `))?.replace(/^\S+ /, "");
    const visits = orders.flatMap(({ id, customerId, location, at }) => {
      const town = townOf(location);
      return town ? [{ key: id, customerId, data: { town, at: at.toISOString() } }] : [];
    });
    await records("visit").put(visits);
  },
  attributes: {
    store_visit: defineFunction({
      label: "visit-log.visit",
      reads: ["records:visit"],
      params: { town: { label: "visit-log.town", type: "string" }, date: { label: "visit-log.date", type: "date" } },
      sql: (given) => sql`exists (select from api.records r where r.shop_id = c.shop_id and r.plugin = 'visit-log'
        and r.kind = 'visit' and r.customer_id = c.id and ${given("town", sql`r.data ->> 'town'`)}
        and ${given("date", sql`(r.data ->> 'at')::timestamptz`)})`,
    }),
  },
  cards: {
    visits: {
      label: "visit-log.visits",
      place: "home",
      async resolve({ settings, records }) {
        if (settings.shops.length === 0) return null;
        const visits = await records<{ town: string }>("visit").list();
        const count = (town: string) => String(visits.filter(({ data }) => data.town === town).length);
        const towns = [...new Set(settings.shops.map((line) => line.replace(/^\S+ /, "")))];
        return {
          shape: "bars",
          unit: "count",
          bars: towns.map((town) => ({ label: town, verbatim: true, value: count(town) })),
        };
      },
    },
  },
});

testPlugin(visitLog);

const sold = (id: number, customer: number, location: number | null, at: string) => ({
  id,
  location_id: location,
  processed_at: at,
  customer: { id: customer },
  test: false,
});

test("a customer who visited Leeds is in the segment until the visit is too long ago or the order is deleted", async () => {
  const { send, settle, follow, members, set, cards } = await pluginShop(visitLog);
  await set({ shops: "10 Leeds\n11 New York" });
  const leeds = "store_visit MATCHES (town = 'Leeds', date >= 2026-11-01)";
  await follow(leeds);
  await send("orders/create", sold(1, 7, 10, "2026-11-02T10:00:00Z"));
  await send("orders/create", sold(2, 8, 10, "2026-10-02T10:00:00Z"));
  await send("orders/create", sold(3, 9, 11, "2026-11-02T10:00:00Z"));
  await send("orders/create", sold(4, 9, null, "2026-11-02T10:00:00Z"));
  await settle();
  expect(await members(leeds)).toEqual(["7"]);
  expect(await members("store_visit MATCHES (town = 'Leeds')")).toEqual(["7", "8"]);
  expect(await members("store_visit MATCHES ()")).toEqual(["7", "8", "9"]);
  expect(await cards("home")).toMatchObject([
    {
      content: {
        shape: "bars",
        bars: [
          { label: "Leeds", value: "2" },
          { label: "New York", value: "1" },
        ],
      },
    },
  ]);
  await send("orders/delete", { id: 1 });
  await settle();
  expect(await members(leeds)).toEqual([]);
});

test("orders from before the plugin are visits once the history is read", async () => {
  const { shop, runJob, members, set, records } = await pluginShop(visitLog);
  await set({ shops: "10 Leeds" });
  await shop.db.tx(async (tx) => {
    await tx.run(sql`insert into customer (shop_id, id) values (${shop.id}, '7')`);
    await tx.run(sql`insert into shop_order (shop_id, id, customer_id, location_id, currency, presentment_currency, ordered_at)
      values (${shop.id}, '1', '7', '10', 'GBP', 'GBP', now()), (${shop.id}, '2', '7', '12', 'GBP', 'GBP', now())`);
  });
  await runJob("onHistory");
  expect(await records("visit")).toHaveLength(1);
  expect(await members("store_visit MATCHES (town = 'Leeds', date >= -1d)")).toEqual(["7"]);
});
