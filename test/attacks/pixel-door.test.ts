// The door of the web pixel's events takes requests from anybody. What is not the pixel's is refused, and a flood costs one shop a
// limited number of events, and no other shop anything.
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Shop } from "../../app/shop.server.ts";
import { markUninstalled } from "../../app/shopify/installation.server.ts";
import { readPixel } from "../../app/shopify/web-pixel/state.server.ts";
import { newShop } from "../flows/new-shop.ts";
import { givePixel, openPixelServer, pixelEvent, type PixelServer } from "../setup/pixel-server.ts";

const owner = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
let server: PixelServer;
let shop: Shop;
let account: string;

beforeAll(async () => {
  server = await openPixelServer();
});
afterAll(async () => {
  await server.close();
  await owner.end();
});
beforeEach(async () => {
  shop = await newShop(() => new Date());
  account = await givePixel(shop);
});

const stored = async (of: Shop = shop) =>
  (await owner.query<{ count: number }>("select count(*)::int from activity where shop_id = $1", [of.id])).rows[0]
    ?.count;
const bodyOf = (...events: unknown[]) => JSON.stringify({ shop: shop.id, account, events });
const statusOf = async (body: string | Buffer, headers: Record<string, string> = {}, method = "POST") => {
  const response = await server.post(body, headers, method);
  await response.arrayBuffer();
  return response.status;
};

test("an account that is not this shop's pixel stores nothing: guessed, another shop's, of a shop that left, or of an earlier pixel", async () => {
  const other = await newShop(() => new Date());
  const others = await givePixel(other);
  expect(await server.send(shop, others, pixelEvent())).toBe(403);
  expect(await server.send(other, account, pixelEvent())).toBe(403);
  expect(await server.send(shop, "guessed-account-1", pixelEvent())).toBe(403);
  expect(await server.send({ id: "unknown.myshopify.com" }, account, pixelEvent())).toBe(403);
  const left = await newShop(() => new Date());
  const lefts = await givePixel(left);
  await markUninstalled(left.id, new Date(Date.now() + 60_000));
  expect(await server.send(left, lefts, pixelEvent())).toBe(403);
  const fresh = await openPixelServer();
  await owner.query("update web_pixel set account = 'a-new-account-1' where shop_id = $1", [shop.id]);
  expect(await fresh.send(shop, account, pixelEvent())).toBe(403);
  expect(await fresh.send(shop, "a-new-account-1", pixelEvent())).toBe(204);
  await fresh.close();
  expect([await stored(), await stored(other), await stored(left)]).toEqual([1, 0, 0]);
});

test("a body that is not the pixel's is refused, and a body over 32 KB is not read", async () => {
  const bodies = [
    "",
    "{",
    "null",
    "[]",
    '"text"',
    "{}",
    bodyOf(),
    JSON.stringify({ shop: shop.id, account, events: "many" }),
    JSON.stringify({ shop: { id: shop.id }, account, events: [pixelEvent()] }),
    JSON.stringify({ shop: `${shop.id}' or true --`, account, events: [pixelEvent()] }),
    JSON.stringify({ shop: shop.id, account: "../../etc", events: [pixelEvent()] }),
    bodyOf(...Array.from({ length: 26 }, () => pixelEvent())),
    '{"__proto__":{"shop":1},"events":[1]}',
    "\0".repeat(100),
    Buffer.from([0xff, 0xfe, 0xff]),
  ];
  for (const body of bodies) expect(await statusOf(body), String(body)).toBe(400);
  expect(await statusOf("x".repeat(33_000))).toBe(413);
  expect(await statusOf(`${"[".repeat(16_000)}${"]".repeat(16_000)}`)).toBe(400);
  for (const method of ["GET", "PUT", "DELETE"]) expect(await statusOf("", {}, method), method).toBe(405);
  expect(await stored()).toBe(0);
});

test("hostile values in an event leave that event out, and the others are stored", async () => {
  const hostile: Record<string, unknown>[] = [
    { id: "x' or 1=1 --" },
    { id: "a\0b-12345678" },
    { id: 12345678 },
    { id: "x".repeat(65) },
    { client: "<script>" },
    { client: ["browser-1"] },
    { client: "\ud800browser-1" },
    { offer: "../../offers" },
    { offer: null },
    { offer: { toString: "offer-00001" } },
    { name: "constructor" },
    { name: "survey.shown" },
    { name: "checkout.completed", token: "${token}" },
    { at: "yesterday" },
    { at: new Date(Date.now() - 25 * 3_600_000).toISOString() },
    { at: new Date(Date.now() + 3_600_000).toISOString() },
    { at: "9".repeat(10_000) },
    { at: 1e999 },
  ];
  expect(await statusOf(bodyOf(...hostile.map((more) => pixelEvent(more)), null, 7, [], pixelEvent()))).toBe(204);
  expect(await stored()).toBe(1);
  expect(await statusOf(bodyOf(pixelEvent({ client: "?" })))).toBe(400);
});

test("a browser that sends more than 200 events in a minute is refused for the rest of the minute, and others are not", async () => {
  const batch = (client: string) =>
    server.send(shop, account, ...Array.from({ length: 25 }, () => pixelEvent({ client })));
  const flood = await Promise.all(Array.from({ length: 20 }, () => batch("flooding-1")));
  // The flood may begin right before a minute ends.
  expect(await stored()).toBeLessThanOrEqual(400);
  expect(flood).toContain(429);
  const refused = await server.post(bodyOf(...Array.from({ length: 25 }, () => pixelEvent({ client: "flooding-1" }))));
  expect([refused.status, Number(refused.headers.get("retry-after")) > 0]).toEqual([429, true]);
  expect(refused.headers.get("access-control-allow-origin")).toBe("*");
  expect(await batch("another-1")).toBe(204);
  await expect.poll(async () => (await readPixel(shop)).droppedAt).not.toBeNull();
});

test("a flood with invented browsers ends at the shop's limit, and another shop's events are stored meanwhile", async () => {
  const other = await newShop(() => new Date());
  const others = await givePixel(other);
  const roomy = await openPixelServer({ maxWaiting: 100_000 });
  const flood = Array.from({ length: 600 }, (_, at) =>
    roomy.send(shop, account, ...Array.from({ length: 25 }, (__, n) => pixelEvent({ client: `invented-${at}-${n}` }))),
  );
  expect(await roomy.send(other, others, pixelEvent())).toBe(204);
  expect(await Promise.all(flood)).toContain(429);
  expect(await stored()).toBeLessThanOrEqual(12_000);
  await roomy.close();
});

test("a full queue and a database that refuses answer 503 with Retry-After, and later events are stored", async () => {
  const narrow = await openPixelServer({ maxWaiting: 30 });
  const statuses = await Promise.all(
    Array.from({ length: 40 }, (_, at) =>
      narrow.send(shop, account, ...Array.from({ length: 25 }, () => pixelEvent({ client: `browser-${at}` }))),
    ),
  );
  expect(new Set(statuses)).toEqual(new Set([204, 503]));
  await owner.query("alter table activity add constraint nothing_more check (subject <> 'offer-full-1') not valid");
  const full = bodyOf(pixelEvent({ offer: "offer-full-1" }));
  const response = await narrow.post(full);
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
  await owner.query("alter table activity drop constraint nothing_more");
  expect(await (await narrow.post(full)).status).toBe(204);
  await narrow.close();
});

test("a crawler's events and a preflight are answered and not stored, and any origin may send", async () => {
  const crawler = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
  expect(await statusOf(bodyOf(pixelEvent()), { "user-agent": crawler })).toBe(204);
  expect(await statusOf("", {}, "OPTIONS")).toBe(204);
  expect(await stored()).toBe(0);
  const response = await server.post(bodyOf(pixelEvent()), { "x-forwarded-for": "203.0.113.9", cookie: "a=b" });
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  expect(response.headers.get("access-control-allow-credentials")).toBeNull();
  const { rows } = await owner.query<{ row: string }>("select t::text as row from activity t where shop_id = $1", [
    shop.id,
  ]);
  expect(rows).toHaveLength(1);
  for (const trace of ["203.0.113.9", "127.0.0.1", "Mozilla", "a=b"]) expect(rows[0]?.row).not.toContain(trace);
});

test("thousands of invented shops do not keep a known shop's events out for long", async () => {
  const invented = Array.from({ length: 500 }, (_, at) =>
    server.send({ id: `invented-${at}.myshopify.com` }, account, pixelEvent()),
  );
  const began = performance.now();
  expect(await server.send(shop, account, pixelEvent())).toBe(204);
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(new Set(await Promise.all(invented))).toEqual(new Set([403]));
});

test("while a shop's people are locked, its events wait and other shops' events are stored", async () => {
  const other = await newShop(() => new Date());
  const others = await givePixel(other);
  expect(await server.send(other, others, pixelEvent())).toBe(204);
  await owner.query(
    `insert into identifier (shop_id, kind, value, account, customer_id)
     select $1, 'checkout', 'token-of-' || n, n::text, n::text from generate_series(1, 4) n`,
    [shop.id],
  );
  const holder = await owner.connect();
  await holder.query("begin");
  await holder.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [`people ${shop.id}`]);
  const held = [];
  for (const n of [1, 2, 3, 4]) {
    const event = pixelEvent({ name: "checkout.completed", client: `browser-${n}`, token: `token-of-${n}` });
    held.push(server.send(shop, account, event));
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const late = new Promise((resolve) => setTimeout(resolve, 3000, "not stored"));
  const first = await Promise.race([server.send(other, others, pixelEvent()), late]);
  const during = await stored();
  await holder.query("rollback");
  holder.release();
  expect([first, during]).toEqual([204, 0]);
  expect(await Promise.all(held)).toEqual([204, 204, 204, 204]);
  expect(await stored()).toBe(4);
});

test("a flood ends at the shop's limit of a day, whichever process it comes to, and the pixel's state says so", async () => {
  expect(await server.send(shop, account, pixelEvent())).toBe(204);
  await owner.query("update web_pixel set day_events = 499998 where shop_id = $1", [shop.id]);
  const another = await openPixelServer();
  expect(await server.send(shop, account, ...Array.from({ length: 5 }, () => pixelEvent()))).toBe(429);
  expect(await another.send(shop, account, pixelEvent())).toBe(429);
  expect(await stored()).toBe(3);
  expect((await readPixel(shop)).droppedAt).not.toBeNull();
  await owner.query("update web_pixel set day = day - 1 where shop_id = $1", [shop.id]);
  expect(await another.send(shop, account, pixelEvent())).toBe(204);
  expect(await stored()).toBe(4);
  await another.close();
});
