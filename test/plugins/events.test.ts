// Domain events reach each plugin that listens, whatever caused them: in order, from each plugin's own position.
import { expect, test } from "vitest";
import { definePlugin, type Plugin } from "../../app/plugins/plugin.ts";
import { assemble } from "../../app/plugins/registry.server.ts";
import { forShop, sql } from "../../app/db.server.ts";
import { sweepOutbox } from "../../app/outbox.server.ts";
import { deliverEvents, isBehind } from "../../app/worker/plugin-events.server.ts";
import { pluginShop } from "./kit/plugin-shop.ts";

const told = (more: Partial<Plugin["events"]> = {}) =>
  definePlugin({
    name: "diary",
    contract: 1,
    label: "diary.label",
    description: "diary.description",
    events: {
      "order.placed": async ({ records }, { customerId, data }) => {
        await records("line").put({ key: `placed ${String(data["order"])}`, customerId, data: {} });
      },
      "segment.entered": async ({ records }, { id, customerId, data }) => {
        await records("line").put({ key: id, customerId, data });
      },
      ...more,
    },
  });

const at = "2026-11-20T10:00:00Z";
const order = (id: number, customer: number, more = {}) => ({
  id,
  created_at: at,
  updated_at: at,
  processed_at: at,
  customer: { id: customer, updated_at: at },
  refunds: [],
  test: false,
  cancelled_at: null,
  ...more,
});

test("a plugin gets an order's event and the event of the segment that the customer entered by the order, once each", async () => {
  const it = await pluginShop(told());
  await it.follow("number_of_orders >= 2");
  await it.send("orders/create", order(1, 7));
  await it.settle();
  await it.send("orders/create", order(2, 7));
  await it.settle();
  await it.settle();
  const lines = await it.records("line");
  expect(lines.map(({ key }) => key.replace(/\/.*/, "")).sort()).toEqual(["placed 1", "placed 2", "segment"]);
  expect(lines.find(({ key }) => key.startsWith("segment"))?.data).toMatchObject({ cause: "order/2/placed" });
});

test("a segment follows what a handler of an event wrote, at once", async () => {
  const it = await pluginShop(
    definePlugin({
      ...told(),
      attributes: {
        lines: {
          label: "diary.lines",
          type: "integer",
          reads: ["records:line"],
          sql: () => sql`(select count(*) from api.records r where r.shop_id = c.shop_id and r.plugin = 'diary'
            and r.kind = 'line' and r.customer_id = c.id)`,
        },
      },
    }),
  );
  await it.follow("lines >= 1");
  await it.send("orders/create", order(1, 7));
  await it.settle();
  expect(await it.members("lines >= 1")).toEqual(["7"]);
});

test("a handler that fails is marked, and the next events are delivered all the same", async () => {
  const it = await pluginShop(
    told({
      "order.placed": async () => {
        throw new Error("the diary is full");
      },
    }),
    { mayFail: true },
  );
  await it.follow("number_of_orders >= 1");
  await it.send("orders/create", order(1, 7));
  await it.settle();
  expect((await it.records("line")).map(({ key }) => key.split("/")[0])).toEqual(["segment"]);
  expect(await it.page()).toMatchObject({ failures: 1, fault: expect.stringContaining("order.placed: ") as string });
});

test("an event whose handling was interrupted is delivered again", async () => {
  const it = await pluginShop(told());
  await it.send("orders/create", order(1, 7));
  await it.settle();
  // The event was delivered, but the process died before it wrote the position.
  await forShop(it.shop.id).tx((tx) =>
    tx.run(sql`update outbox_position set seq = 0 where shop_id = ${it.shop.id} and reader = 'plugin diary'`),
  );
  await forShop(it.shop.id).tx((tx) => tx.run(sql`delete from plugin_record where shop_id = ${it.shop.id}`));
  await it.settle();
  expect((await it.records("line")).map(({ key }) => key)).toEqual(["placed 1"]);
});

test("a plugin that is added later gets no earlier event, and one event of each later order", async () => {
  const it = await pluginShop(told());
  await it.send("orders/create", order(1, 7));
  await it.settle();
  // The plugin is new: it has neither a position nor records.
  await forShop(it.shop.id).tx((tx) => tx.run(sql`delete from outbox_position where shop_id = ${it.shop.id}`));
  await forShop(it.shop.id).tx((tx) => tx.run(sql`delete from plugin_record where shop_id = ${it.shop.id}`));
  await it.send("orders/create", order(2, 7));
  await it.settle();
  expect((await it.records("line")).map(({ key }) => key)).toEqual(["placed 2"]);
});

test("a delivery that comes before a new plugin has a position hears none of the older events, and every later one", async () => {
  const it = await pluginShop(told());
  await it.send("orders/create", order(1, 7));
  await it.settle();
  await forShop(it.shop.id).tx((tx) => tx.run(sql`delete from outbox_position where shop_id = ${it.shop.id}`));
  await forShop(it.shop.id).tx((tx) => tx.run(sql`delete from plugin_record where shop_id = ${it.shop.id}`));
  await deliverEvents(it.shop, it.registry);
  await it.send("orders/create", order(2, 7));
  await it.settle();
  expect((await it.records("line")).map(({ key }) => key)).toEqual(["placed 2"]);
});

test("a plugin whose events were swept while the plugin was off is up to date after the next delivery", async () => {
  const it = await pluginShop(told());
  await it.send("orders/create", order(1, 7));
  await it.settle();
  await forShop(it.shop.id).tx(async (tx) => {
    await tx.run(sql`update outbox_position set seq = 0 where shop_id = ${it.shop.id}`);
    await tx.run(sql`update outbox set recorded_at = now() - interval '8 days' where shop_id = ${it.shop.id}`);
  });
  await sweepOutbox(it.shop);
  expect(await isBehind(it.shop, it.registry)).toBe(true);
  await deliverEvents(it.shop, it.registry);
  expect(await isBehind(it.shop, it.registry)).toBe(false);
});

test("an unknown event is refused at boot with the names of the known events", () => {
  const wrong = told({ "order.eaten": async () => undefined } as Partial<Plugin["events"]>);
  expect(() => assemble([wrong])).toThrow(/the event order.eaten does not exist. Use one of .*segment.entered/);
});
