// Reactions run at least once after their webhook was applied, and no plugin holds up another.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { definePlugin, type WebhookHandlers } from "../../../../app/plugins/plugin.ts";
import { assemble } from "../../../../app/plugins/registry.server.ts";
import { openShop } from "../../../../app/shop.server.ts";
import { readTopics } from "../../../../app/sync/status/status.server.ts";
import { react } from "../../../../app/worker/reactions.server.ts";
import { example, openIngest, type Ingest } from "../../ingest-shop.ts";

const SHOP = "ingest.myshopify.com";
let ingest: Ingest;
beforeAll(async () => {
  ingest = await openIngest();
  await ingest.install(SHOP);
});
beforeEach(async () => {
  await ingest.rows("delete from inbox");
  await ingest.rows("delete from plugin_health");
});
afterAll(() => ingest.close());

const plugin = (name: string, webhooks: WebhookHandlers) =>
  definePlugin({ name, contract: 1, label: `${name}.label`, description: `${name}.description`, webhooks });

/** Stores an applied order whose reactions are due. */
async function leaveOrder(id: number): Promise<void> {
  await ingest.send("orders/create", { ...example("orders/create"), id, test: false });
  await ingest.rows("update inbox set state = 'handling'");
}
const states = async () => (await ingest.rows("select state from inbox order by seq")).map(({ state }) => state);

test("a plugin that throws and one that hangs are marked; the third plugin gets the order, with ids as text", async () => {
  const heard: unknown[] = [];
  const registry = assemble([
    plugin("thrower", { "orders/create": () => Promise.reject(new Error("no")) }),
    plugin("sleeper", { "orders/create": () => new Promise(() => undefined) }),
    plugin("listener", {
      "orders/create": async ({ shop }, order) => {
        heard.push([shop.id, order.id, order.line_items?.[0]?.id, order.customer?.id]);
      },
    }),
  ]);
  await leaveOrder(4711);
  await react(SHOP, { registryOf: async () => registry, limitMs: 200 });
  expect(heard).toEqual([[SHOP, "4711", expect.stringMatching(/^\d+$/), expect.stringMatching(/^\d+$/)]]);
  expect(await states()).toEqual(["applied"]);
  const marked = await ingest.rows("select plugin, failures, fault from plugin_health where shop_id = $1 order by 1", [
    SHOP,
  ]);
  expect(marked).toEqual([
    { plugin: "sleeper", failures: 1, fault: expect.stringContaining("orders/create") },
    { plugin: "thrower", failures: 1, fault: expect.stringContaining("orders/create: Error at ") },
  ]);
});

test("reactions of a killed process run again, but not while another process has them", async () => {
  let heard = 0;
  const listener = plugin("listener", {
    "orders/create": async () => {
      heard += 1;
    },
  });
  const options = { registryOf: async () => assemble([listener]) };
  await leaveOrder(4712);
  await ingest.rows("update inbox set settled_at = now() + interval '1 minute'");
  await react(SHOP, options);
  expect([heard, await states()]).toEqual([0, ["handling"]]);
  const shop = await openShop(SHOP);
  // The time until which another process has the row does not count as lag.
  expect(shop && (await readTopics(shop))).toMatchObject([
    { topic: "orders/create", received: 1, late: 0, lagMs: null },
  ]);
  await ingest.rows("update inbox set settled_at = now() - interval '1 second'");
  await react(SHOP, options);
  expect([heard, await states()]).toEqual([1, ["applied"]]);
});

test("an order without reactions is applied at once, and nothing is left to do", async () => {
  await ingest.send("orders/create", { ...example("orders/create"), id: 4713 });
  await ingest.settle();
  expect(await states()).toEqual(["applied"]);
  expect(await ingest.rows("select from shop_mark where shop_id = $1", [SHOP])).toEqual([]);
});

test("scopes that the merchant grants are stored after app/scopes_update", async () => {
  await ingest.rows("insert into shop_profile (shop_id) values ($1)", [SHOP]);
  await ingest.send("app/scopes_update", { ...example("app/scopes_update"), shop_id: undefined });
  await ingest.settle();
  expect(await ingest.rows("select scopes from shop_profile where shop_id = $1", [SHOP])).toEqual([
    { scopes: ["read_products", "write_products"] },
  ]);
});

test("a reaction that fails is tried again after a pause, and held up after the fifth try", async () => {
  await leaveOrder(4714);
  await ingest.rows("update inbox set pack = null, body = 'x'");
  const tries = async () => {
    await react(SHOP);
    return (await ingest.rows("select state, attempts, settled_at > now() as waits from inbox"))[0];
  };
  expect(await tries()).toEqual({ state: "handling", attempts: 1, waits: true });
  expect(await tries()).toMatchObject({ attempts: 1 });
  for (const attempts of [2, 3, 4]) {
    await ingest.rows("update inbox set settled_at = now() - interval '1 second'");
    expect(await tries()).toEqual({ state: "handling", attempts, waits: true });
  }
  await ingest.rows("update inbox set settled_at = now() - interval '1 second'");
  expect(await tries()).toMatchObject({ state: "poison", attempts: 5 });
});
