// What Home says under "Needs attention": each domain brings what is wrong with it.
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql, type Sql } from "../../app/db.server.ts";
import { loader as home } from "../../app/routes/app._index.tsx";
import { merchant } from "../../app/shopify.server.ts";
import type { Shop } from "../../app/shop.server.ts";
import { startDevShop, type DevShop } from "../setup/dev-shop.ts";

let dev: DevShop;
let shop: Shop;

beforeAll(async () => {
  dev = await startDevShop("attention.myshopify.com", { timeZone: "Europe/London", currency: "GBP" });
  ({ shop } = await merchant(dev.document("/app")));
});
afterAll(() => dev.close());

const run = (statement: Sql) => shop.db.tx((tx) => tx.run(statement));
const entries = async () => (await home({ request: dev.data("/app"), params: {}, context: {} })).attention;

test("in a store where all is well nothing needs attention", async () => {
  expect(await entries()).toEqual([]);
});

test("what is wrong in any domain is said on Home, the worst first, each with its mend", async () => {
  await run(sql`insert into plugin_state (shop_id, plugin, failures, failed_at, fault)
    values (${shop.id}, 'loyalty', 2, '2026-11-20T10:00:00Z', 'TypeError')`);
  await run(sql`insert into segment (shop_id, id, name, query, created_at, updated_at, fault)
    values (${shop.id}, 's1', 'Gold', 'loyalty_tier = ''GOLD''', now(), now(), 'failed 3')`);
  await run(sql`insert into inbox (shop_id, topic, key, body, state)
    values (${shop.id}, 'orders/create', 'k', 'x', 'poison')`);
  await run(sql`insert into offer (shop_id, id, kind, name, words, state, starts_at, created_at, updated_at, fault) values
    (${shop.id}, 'o1', 'message', 'Hello', '{"en":{"title":"Hi","text":"","action":""}}', 'active', now(), now(), now(), '{"key":"offers.fault.refused","parameters":{"message":"no"}}')`);
  expect(await entries()).toEqual([
    expect.objectContaining({
      key: "offers.fault.refused",
      about: { id: "o1", name: "Hello" },
      mend: { label: "offers.attention.open", url: "/app/offers/o1" },
    }),
    expect.objectContaining({ key: "segments.attention.failed", about: { id: "s1", name: "Gold" } }),
    expect.objectContaining({ key: "sync.attention.poison", parameters: { count: 1 }, about: null }),
    expect.objectContaining({ key: "plugins.attention.failed", since: "2026-11-20T10:00:00.000Z", tone: "warning" }),
  ]);
  await run(sql`update offer set state = 'ended' where shop_id = ${shop.id}`);
  await run(sql`update segment set archived_at = now() where shop_id = ${shop.id}`);
  await run(sql`update inbox set state = 'applied' where shop_id = ${shop.id}`);
  await run(sql`update plugin_state set enabled = false where shop_id = ${shop.id}`);
  expect(await entries()).toEqual([]);
});
