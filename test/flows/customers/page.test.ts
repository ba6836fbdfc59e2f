import { afterAll, beforeAll, expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
import { loader } from "../../../app/routes/app.customers._index.tsx";
import { registry } from "../../../app/plugins/installed.server.ts";
import { isFunction } from "../../../app/segments/attribute.server.ts";
import { merchant } from "../../../app/shopify.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { startDevShop, type DevShop } from "../../setup/dev-shop.ts";

let dev: DevShop;
let shop: Shop;

beforeAll(async () => {
  dev = await startDevShop("oolong.myshopify.com");
  ({ shop } = await merchant(dev.document("/app")));
  await shop.db.tx((tx) =>
    tx.run(sql`insert into customer (shop_id, id, first_name, number_of_orders) values (${shop.id}, '1', 'Asha', 3)`),
  );
});
afterAll(() => dev.close());

const page = (search: string) =>
  loader({ request: dev.data(`/app/customers?${new URLSearchParams({ q: search })}`), params: {}, context: {} });

test("the customers page ends a slow query after the time limit, and says so", async () => {
  const query = "number_of_orders > 2";
  expect(await page(query)).toMatchObject({ total: 1, slow: false, isQuery: true, search: query });
  const late = await shop.db.tx(async (tx) => {
    await tx.run(sql`lock table customer in access exclusive mode`);
    return page(query);
  });
  expect(late).toMatchObject({ customers: [], total: 0, slow: true, isQuery: true, search: query });
  expect(await page("Asha")).toMatchObject({ total: 1, slow: false, isQuery: false });
});

test("a query whose plugin's attribute fails does not break the customers page", async () => {
  const tier = registry.attributes["loyalty_tier"];
  if (!tier || isFunction(tier)) throw new Error("loyalty has a tier");
  const right = tier.sql;
  const asked = { customers: [], total: 0, isQuery: true, slow: false, fault: { key: "customers.failed" } };
  tier.sql = () => {
    throw new TypeError("no");
  };
  expect(await page("loyalty_tier = 'GOLD'")).toMatchObject(asked);
  tier.sql = () => sql`(1 / 0)::text`;
  expect(await page("loyalty_tier = 'GOLD'")).toMatchObject(asked);
  tier.sql = right;
  expect(await page("Asha")).toMatchObject({ total: 1, fault: null });
});
