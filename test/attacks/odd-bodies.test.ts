// Bodies of webhooks that no platform should send, with the app's secret.
import { afterAll, beforeAll, expect, test } from "vitest";
import { definePlugin } from "../../app/plugins/plugin.ts";
import { parseBody } from "../../app/sync/reading/rows.server.ts";
import { openIngest, type Ingest } from "../flows/ingest-shop.ts";
import { pluginShop } from "../plugins/kit/plugin-shop.ts";

let door: Ingest;
beforeAll(async () => {
  door = await openIngest();
});
afterAll(() => door.close());

test("an order that is nested 60,000 deep is applied, and a plugin's handler hears of it", async () => {
  const heard: string[] = [];
  const deep = definePlugin({
    name: "deep",
    contract: 1,
    label: "deep.label",
    description: "deep.label",
    webhooks: { "orders/create": async (_, { id }) => void heard.push(id) },
  });
  const { shop, settle } = await pluginShop(deep);
  const nested = `${"[".repeat(60_000)}{"id":5}${"]".repeat(60_000)}`;
  const order = `{"id":2,"currency":"USD","total_price":"10.00","customer":{"id":7},"extra":${nested}}`;
  expect(await door.send("orders/create", Buffer.from(order), { shop: shop.id })).toBe(200);
  await settle();
  expect(heard).toEqual(["2"]);
  expect(await door.rows("select state from inbox where shop_id = $1", [shop.id])).toEqual([{ state: "applied" }]);
});

test("a webhook with a byte order mark is refused, since no JSON begins with one", async () => {
  expect(await door.send("orders/create", Buffer.from('\uFEFF{"id":3}'))).toBe(400);
  expect(() => parseBody(Buffer.from('\uFEFF{"id":3}'))).toThrow(SyntaxError);
});
