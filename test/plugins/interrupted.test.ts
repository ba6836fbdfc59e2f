// A plugin's work that the database ends, or that the merchant ends, and what the plugin hears afterwards.
import pg from "pg";
import { expect, test } from "vitest";
import { closeDatabase, sql } from "../../app/db.server.ts";
import { field } from "../../app/fields.ts";
import { beginReading, emit } from "../../app/outbox.server.ts";
import { definePlugin, type EventHandlers } from "../../app/plugins/plugin.ts";
import { registryOf } from "../../app/plugins/installed.server.ts";
import { assemble } from "../../app/plugins/registry.server.ts";
import { switchPlugin } from "../../app/plugins/state.server.ts";
import { deliverEvents } from "../../app/worker/plugin-events.server.ts";
import type { Shop } from "../../app/shop.server.ts";
import { newShop } from "../flows/new-shop.ts";
import { hold, untilWaiting } from "../setup/side-by-side.ts";
import { pluginShop, type PluginShop } from "./kit/plugin-shop.ts";

const texts = { name: "gifts", contract: 1, label: "gifts.label", description: "gifts.text" } as const;
const at = "2026-11-20T10:00:00Z";
const order = (id: number) => ({
  ...{ id, created_at: at, updated_at: at, processed_at: at, customer: { id: 7, updated_at: at } },
  ...{ refunds: [], test: false, cancelled_at: null },
});

/** Ends the backend of a transaction that waits for a row, as a restart of the database does. */
async function cutOff({ shop }: PluginShop, work: () => Promise<unknown>): Promise<void> {
  const letGo = await hold(shop, (tx) => tx.rows(sql`select from plugin_access where shop_id = ${shop.id} for update`));
  const running = work().catch(() => undefined);
  await untilWaiting(1);
  const owner = new pg.Client({ connectionString: process.env["DATABASE_URL"] });
  await owner.connect();
  const { rowCount } = await owner.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`);
  await owner.end();
  expect(rowCount).toBeGreaterThan(0);
  await letGo();
  await running;
}

test.each([
  [
    "a webhook",
    definePlugin({
      ...texts,
      webhooks: {
        "orders/create": ({ records }, { id, customer }) =>
          records("gift").put({ key: id, customerId: customer?.id ?? null, data: {} }),
      },
    }),
  ],
  [
    "an event",
    definePlugin({
      ...texts,
      events: {
        "order.placed": ({ records }, { customerId, data }) =>
          records("gift").put({ key: String(data["order"]), customerId, data: {} }),
      },
    }),
  ],
])(
  "%s whose handler was cut off by the database is heard again, and the plugin is not marked",
  async (_what, plugin) => {
    const it = await pluginShop(plugin);
    await it.send("orders/create", order(1));
    await it.settle();
    await it.send("orders/create", order(2));
    await cutOff(it, it.settle);
    const kept = async () => (await it.settle(), (await it.records("gift")).map(({ key }) => key));
    await expect.poll(kept, { timeout: 20_000, interval: 500 }).toEqual(["1", "2"]);
    expect((await it.page()).failures).toBe(0);
  },
);

test("a job that was cut off by the database fails, so that the queue runs it again", async () => {
  const it = await pluginShop(
    definePlugin({ ...texts, onInstalled: ({ records }) => records("gift").put({ key: "welcome", data: {} }) }),
  );
  await it.shop.db.tx((tx) =>
    tx.run(sql`insert into plugin_access (shop_id, plugin, day, direction, what)
      values (${it.shop.id}, 'gifts', (now() at time zone 'Europe/London')::date, 'wrote', 'gift')`),
  );
  let failed: Error | undefined;
  await cutOff(it, () => it.runJob("onInstalled").catch((error: Error) => (failed = error)));
  expect(failed?.message).toBe("the job onInstalled of gifts was interrupted");
  await it.runJob("onInstalled");
  expect(await it.records("gift")).toHaveLength(1);
});

test("what has a transaction of its own is refused inside the plugin's transaction, with a sentence", async () => {
  const asked: string[] = [];
  const it = await pluginShop(
    definePlugin({
      ...texts,
      sends: [{ host: "api.example.com", purpose: "gifts.label" }],
      emits: ["given"],
      webhooks: {
        "orders/create": async ({ shop, records, emit: tell, fetch, admin }) => {
          const tried = [
            () => records("gift").put({ key: "1", data: {} }),
            () => tell("given", { key: "1", customerId: null, data: {} }),
            () => fetch("https://api.example.com/"),
            () => admin.request("query Q { shop { id } }"),
            () => shop.db.tx(async () => undefined),
          ];
          await shop.db.tx(async () => {
            for (const each of tried) await each().catch((error: Error) => asked.push(error.message));
          });
        },
      },
    }),
  );
  await it.send("orders/create", order(1));
  await it.settle();
  expect(asked).toHaveLength(5);
  for (const sentence of asked) expect(sentence).toMatch(/ is called inside shop\.db\.tx: call it before or after/);
});

const backlog = (shop: Shop) =>
  shop.db.tx(async (tx) => {
    await beginReading(shop, tx, ["plugin gifts"]);
    const events = Array.from({ length: 300 }, (_, each) => ({
      ...{ id: `order/${each}/placed`, kind: "order.placed" as const, customerId: null, at, data: {} },
    }));
    emit(shop, tx, events);
  });

test.each<[string, (shop: Shop, plugin: ReturnType<typeof definePlugin>) => Promise<unknown>]>([
  ["is switched off", (shop, plugin) => switchPlugin(shop, plugin, false, "merchant")],
  [
    "loses its shop",
    ({ id, db }) => db.tx((tx) => tx.run(sql`update shop set uninstalled_at = now() where id = ${id}`)),
  ],
])("a plugin that %s while it hears a backlog of events hears no more of them", async (_what, end) => {
  const shop = await newShop();
  let heard = 0;
  const events: EventHandlers = {
    "order.placed": async () => {
      if ((heard += 1) === 3) await end(shop, plugin);
    },
  };
  const plugin = definePlugin({ ...texts, events });
  await backlog(shop);
  await deliverEvents(shop, await registryOf(shop, assemble([plugin])));
  expect(heard).toBe(3);
});

test("a plugin whose event is under way when the process ends is not marked, and hears the event again after the start", async () => {
  const shop = await newShop();
  const [begun, heard] = [Promise.withResolvers<undefined>(), new Set<string>()];
  const events: EventHandlers = {
    "order.placed": async ({ shop: own }, { id }) => {
      await own.db.tx(async (tx) => {
        begun.resolve(undefined);
        if (heard.size === 0) await tx.rows(sql`select pg_sleep(3)::text`);
      });
      heard.add(id);
    },
  };
  const registry = await registryOf(shop, assemble([definePlugin({ ...texts, events })]));
  await shop.db.tx(async (tx) => {
    await beginReading(shop, tx, ["plugin gifts"]);
    emit(shop, tx, [{ id: "order/1/placed", kind: "order.placed", customerId: null, at, data: {} }]);
  });
  const delivery = deliverEvents(shop, registry).then(
    () => "delivered",
    (error: Error) => error.message,
  );
  await begun.promise;
  await closeDatabase();
  expect(await delivery).toBe("the work of gifts was interrupted");
  const failures = await shop.db.tx((tx) => tx.rows(sql`select fault from plugin_health where shop_id = ${shop.id}`));
  expect(failures).toEqual([]);
  heard.add("the start");
  await deliverEvents(shop, registry);
  expect([...heard]).toEqual(["the start", "order/1/placed"]);
});

test("a setting whose own check throws for what is stored has its initial value, and the other plugins go on", async () => {
  let isUpdated = false;
  const lines = field.list("gifts.lines", { optional: true, initial: [] });
  const strict: typeof lines = {
    ...lines,
    parse(...given) {
      if (isUpdated && given[0] !== undefined && String(given[0]) !== "") throw new TypeError("not in this version");
      return lines.parse(...given);
    },
  };
  const heard: unknown[] = [];
  const hears = definePlugin({
    ...{ ...texts, name: "zzz" },
    webhooks: { "orders/create": async (_context, { id }) => void heard.push(id) },
  });
  const webhooks = {
    "orders/create": async ({ settings }: { settings: { strict: string[] } }) => void heard.push(settings.strict),
  };
  const it = await pluginShop(definePlugin({ ...texts, settings: { strict }, webhooks }), { beside: [hears] });
  await it.set({ strict: "a" });
  isUpdated = true;
  await it.send("orders/create", order(1));
  await it.settle();
  expect(heard).toEqual(expect.arrayContaining(["1", []]));
});

test("what one plugin changes in a webhook's payload, another plugin does not see", async () => {
  const seen: unknown[] = [];
  const reads = definePlugin({
    ...{ ...texts, name: "zzz" },
    webhooks: { "orders/create": async (_context, { id, customer }) => void seen.push(id, customer?.id) },
  });
  const it = await pluginShop(
    definePlugin({
      ...{ ...texts, name: "aaa" },
      webhooks: {
        "orders/create": async (_context, payload) => {
          Object.assign(payload, { id: "666", customer: null });
        },
      },
    }),
    { beside: [reads] },
  );
  await it.send("orders/create", order(77));
  await it.settle();
  expect(seen).toEqual(["77", "7"]);
});
