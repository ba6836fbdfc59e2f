// The door during failures: a quick 503, so that Shopify sends again, and never a 200 for a webhook that is not stored.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { env } from "../../../../app/env.server.ts";
import { openDoor, type DoorOptions } from "../../../../app/sync/door.server.ts";
import { shopifyDelivery } from "../../../../app/sync/sources/shopify/delivery.ts";
import { knownShops } from "../../../../app/sync/known-shops.server.ts";
import { openIngest, sign, type Ingest } from "../../ingest-shop.ts";

const SHOP = "trouble.myshopify.com";
let ingest: Ingest;
beforeAll(async () => {
  ingest = await openIngest();
  await ingest.install(SHOP);
});
afterAll(() => ingest.close());

async function withDoor(
  options: Partial<DoorOptions>,
  work: (post: () => Promise<number>, close: () => Promise<void>) => Promise<void>,
) {
  const door = openDoor({
    delivery: shopifyDelivery([env.SHOPIFY_API_SECRET]),
    inbox: { url: env.DOOR_DATABASE_URL },
    ...options,
  });
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => door.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`;
  let next = 0;
  const post = async () => {
    const bytes = Buffer.from(JSON.stringify({ id: (next += 1), url }));
    const headers = {
      "x-shopify-topic": "orders/delete",
      "x-shopify-shop-domain": SHOP,
      "x-shopify-hmac-sha256": sign(bytes),
    };
    const response = await fetch(url, { method: "POST", body: new Uint8Array(bytes), headers });
    await response.arrayBuffer();
    return response.status;
  };
  try {
    await work(post, door.close);
  } finally {
    server.closeAllConnections();
    server.close();
    await door.close();
  }
}

const stored = async () => (await ingest.rows("select from inbox where shop_id = $1", [SHOP])).length;
const tally = (answers: number[]) =>
  Object.fromEntries([...Map.groupBy(answers, String)].map(([status, all]) => [status, all.length]));

test("while the database is unreachable the answer is 503, sooner than Shopify's time limit", async () => {
  const away = new URL(env.DOOR_DATABASE_URL);
  away.port = "9";
  await withDoor({ inbox: { url: away.href } }, async (post) => {
    const began = performance.now();
    expect(await post()).toBe(503);
    expect(performance.now() - began).toBeLessThan(4500);
  });
});

test("while the directory is unreachable the answer is 503, and the next webhook asks the directory again", async () => {
  let asked = 0;
  const shops = knownShops(async () => {
    asked += 1;
    if (asked === 1) throw new Error("away");
    return [{ id: SHOP, installed: true }];
  });
  await withDoor({ shops }, async (post) => {
    expect([await post(), await post()]).toEqual([503, 200]);
  });
});

test("a webhook without room is answered 503 at once; a webhook that is answered 200 is stored", async () => {
  const before = await stored();
  await withDoor({ inbox: { url: env.DOOR_DATABASE_URL, maxWaiting: 10 } }, async (post) => {
    expect(await post()).toBe(200);
    const answers = await Promise.all(Array.from({ length: 200 }, post));
    const { 200: taken = 0, 503: refused = 0 } = tally(answers);
    expect(taken + refused).toBe(200);
    expect(refused).toBeGreaterThan(0);
    expect(await stored()).toBe(before + taken + 1);
  });
});

test("a closing door stores the webhooks that it accepted, and accepts no more", async () => {
  const before = await stored();
  await withDoor({}, async (post, close) => {
    expect(await post()).toBe(200);
    const answers = Array.from({ length: 100 }, post);
    await Promise.race(answers);
    await close();
    const { 200: taken = 0, 503: refused = 0 } = tally(await Promise.all(answers));
    expect(taken + refused).toBe(100);
    expect(await stored()).toBe(before + taken + 1);
    expect(await post()).toBe(503);
  });
});
