// A plugin's own events: declared, written to the outbox, and handled by another plugin.
import { expect, test } from "vitest";
import { sql } from "../../app/db.server.ts";
import type { EventHandler } from "../../app/plugins/contract/contributions/events.server.ts";
import { definePlugin, type Plugin } from "../../app/plugins/plugin.ts";
import type { Emit } from "../../app/plugins/running/given/emit.server.ts";
import { assemble } from "../../app/plugins/registry.server.ts";
import { pluginShop } from "./kit/plugin-shop.ts";

const texts = (name: string) => ({ name, contract: 1, label: `${name}.label`, description: `${name}.label` }) as const;

const points = (more: Partial<Plugin> = {}) =>
  definePlugin({
    ...texts("points"),
    emits: ["earned"],
    events: {
      "order.placed": async ({ emit }, { customerId, at, data }) => {
        await emit("earned", { key: String(data["order"]), customerId, at, data: { points: 5 } });
      },
    },
    ...more,
  });

const diary = definePlugin({
  ...texts("diary"),
  events: {
    "points.earned": async ({ records }, { id, customerId, data, at }) => {
      await records("line").put({ key: id, customerId, data: { ...data, at: at.toISOString() } });
    },
  },
});

const order = (id: number, more = {}) => {
  const at = "2026-11-20T10:00:00Z";
  return { id, created_at: at, updated_at: at, processed_at: at, customer: { id: 7, updated_at: at }, refunds: [], test: false, cancelled_at: null, ...more }; // prettier-ignore
};

test("another plugin gets an event that a plugin emits, with its customer, time and data", async () => {
  const it = await pluginShop(diary, { beside: [points()] });
  await it.send("orders/create", order(1));
  await it.settle();
  expect(await it.records("line")).toEqual([
    { key: "points/earned/1", customerId: "7", data: { points: 5, at: "2026-11-20T10:00:00.000Z" } },
  ]);
});

test("a circle of plugins that answer each other's events ends, and the page says where the circle is", async () => {
  let heard = 0;
  const echo = (name: string, of: string): Plugin => {
    const answer: EventHandler = async ({ emit }, { id }) => {
      heard += 1;
      await emit("said", { key: `after ${id}`.slice(0, 200) });
    };
    const begin: EventHandler = ({ emit }) => emit("said", { key: "first" });
    const begins = name === "ping" ? { "order.placed": begin } : {};
    return definePlugin({ ...texts(name), emits: ["said"], events: { ...begins, [`${of}.said`]: answer } });
  };
  const it = await pluginShop(echo("ping", "pong"), { beside: [echo("pong", "ping")], mayFail: true });
  await it.send("orders/create", order(1));
  await it.settle();
  expect(heard).toBe(8);
  const [last] = await it.shop.db.tx((tx) =>
    tx.rows(sql`select max(depth)::int as deepest, count(*)::int as events from outbox
      where shop_id = ${it.shop.id} and kind in ('ping.said', 'pong.said')`),
  );
  expect(last).toEqual({ deepest: 8, events: 8 });
  expect((await it.page()).fault).toContain("after 8 events that led to each other: end the circle");
});

test.each<[string, Parameters<Emit>]>([
  ["it emits spent, which is not among its emits", ["spent", { key: "1" }]],
  ["with a key of none or more than 255 letters", ["earned", { key: "" }]],
  ["bytes of data, and 4096 is the most: give ids only", ["earned", { key: "1", data: { text: "x".repeat(5000) } }]],
  ["events at once, and 1000 is the most", ["earned", Array.from({ length: 1001 }, (_, at) => ({ key: `${at}` }))]],
])("an event that breaks a rule is not emitted, and the plugin's page says: %s", async (sentence, given) => {
  const it = await pluginShop(points({ events: { "order.placed": async ({ emit }) => emit(...given) } }), {
    mayFail: true,
  });
  await it.send("orders/create", order(1));
  await it.settle();
  expect((await it.page()).fault).toContain(sentence);
  const kinds = await it.shop.db.tx((tx) => tx.rows(sql`select kind from outbox where shop_id = ${it.shop.id}`));
  expect(kinds).not.toContainEqual({ kind: "points.earned" });
});

test("an event of an unknown customer is not emitted, and the other events of the call are", async () => {
  const both = [{ key: "unknown", customerId: "999" }, { key: "nobody" }];
  const it = await pluginShop(points({ events: { "order.placed": async ({ emit }) => emit("earned", both) } }));
  await it.send("orders/create", order(1));
  await it.settle();
  const rows = await it.shop.db.tx((tx) =>
    tx.rows(sql`select id from outbox where shop_id = ${it.shop.id} and kind = 'points.earned'`),
  );
  expect(rows).toEqual([{ id: "points/earned/nobody" }]);
});

test("an event that an installed plugin does not emit stops the boot, and so does a plugin with the name of the app's events", () => {
  expect(() => assemble([diary, points({ emits: ["spent"] })])).toThrow(
    'Plugin "diary": the event points.earned is not among the emits of the plugin "points". Correct its name.',
  );
  expect(() => assemble([diary])).not.toThrow();
  expect(() => assemble([definePlugin({ ...texts("order"), emits: ["eaten"] })])).toThrow("Rename the plugin.");
  expect(() => assemble([points({ emits: ["Earned!"] })])).toThrow('the event "Earned!" cannot have this name');
});
