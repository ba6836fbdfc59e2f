// What Shopify sends about the shop itself, and what follows a change of its time zone or currency.
import { afterAll, beforeAll, expect, test } from "vitest";
import { registry } from "../../../app/plugins/installed.server.ts";
import { dueSegments, evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import { readSegment } from "../../../app/segments/segment.server.ts";
import { savedSegment } from "../../setup/definitions.ts";
import { isTimeZone } from "../../../app/local-time.ts";
import { openShop, type Shop } from "../../../app/shop.server.ts";
import { saveShopSettings } from "../../../app/shop-settings.server.ts";
import { saveScopes } from "../../../app/shopify/installation.server.ts";
import { readNoted, readTopics } from "../../../app/sync/status/status.server.ts";
import { example, openIngest, type Ingest } from "../ingest-shop.ts";

const SHOP = "ingest.myshopify.com";
let ingest: Ingest;

beforeAll(async () => {
  ingest = await openIngest();
  await ingest.install(SHOP);
  await ingest.rows("insert into shop_profile (shop_id, updated_at) values ($1, '2026-10-01')", [SHOP]);
});
afterAll(() => ingest.close());

async function open(): Promise<Shop> {
  const shop = await openShop(SHOP, () => new Date("2026-11-20T12:00:00Z"));
  if (!shop) throw new Error("not installed");
  return shop;
}

async function tell(triggeredAt: string, facts: { iana_timezone?: string; currency?: string }): Promise<void> {
  const body = { ...example("shop/update"), myshopify_domain: SHOP, ...facts };
  expect(await ingest.send("shop/update", body, { triggeredAt })).toBe(200);
  await ingest.settle();
}

test("a shop/update after a save of settings is applied; one older than the last shop/update is not", async () => {
  const shop = await open();
  await tell("2026-11-01T10:00:00Z", { iana_timezone: "Europe/Paris", currency: "EUR" });
  expect(await saveShopSettings(shop, { inboxDays: 9 }, { actor: "merchant" })).toEqual({ ok: true });
  await saveScopes(shop, ["read_orders"]);
  await tell("2026-11-01T10:05:00Z", { iana_timezone: "Asia/Tokyo", currency: "JPY" });
  expect(await open()).toMatchObject({ timeZone: "Asia/Tokyo", currency: "JPY" });
  await tell("2026-11-01T10:02:00Z", { iana_timezone: "Europe/Paris", currency: "EUR" });
  expect(await open()).toMatchObject({ timeZone: "Asia/Tokyo", currency: "JPY" });
});

test("a time zone that PostgreSQL or the pages cannot use is noted on the sync page, and the shop keeps its zone", async () => {
  const shop = await open();
  await tell("2026-11-01T11:00:00Z", { iana_timezone: "Asia/Kolkata", currency: "JPY" });
  const minuteOf = (at: number) => `2026-11-01T11:${String(at + 1).padStart(2, "0")}:00Z`;
  const wrong = ["Factory", "Mars/Phobos", "+05:30", "asia/tokyo", "ASIA/TOKYO", "asia/kolkata", "posixrules"];
  for (const [at, zone] of wrong.entries()) {
    await tell(minuteOf(at), { iana_timezone: zone, currency: "JPY" });
    expect(await open(), zone).toMatchObject({ timeZone: "Asia/Kolkata" });
    expect((await readNoted(shop)).map(({ reason }) => reason)).toHaveLength(at + 1);
  }
  const [first] = await readNoted(shop);
  expect(first?.topic).toBe("shop/update");
  expect(JSON.parse(first?.reason ?? "")).toEqual({
    key: "sync.noted.reason",
    parameters: { fields: "iana_timezone" },
  });
});

test("pages can use every time zone of PostgreSQL but Factory, and PostgreSQL knows every zone that pages list", async () => {
  const known = await ingest.rows("select name from pg_timezone_names");
  const names = known.map(({ name }) => String(name));
  expect(names.filter((name) => !isTimeZone(name))).toEqual(["Factory"]);
  const ofPages = Intl.supportedValuesOf("timeZone").filter((name) => isTimeZone(name) && !names.includes(name));
  expect(ofPages).toEqual([]);
});

test("after a change of the shop's zone, segments are evaluated by the new days, and the storefront's data are written again", async () => {
  await tell("2026-11-02T10:00:00Z", { iana_timezone: "UTC", currency: "JPY" });
  await ingest.rows("delete from pgboss.job");
  await ingest.rows(
    "insert into customer (shop_id, id, number_of_orders, last_order_at) values ($1, '7', 1, '2026-11-01T23:30:00Z')",
    [SHOP],
  );
  const shop = await open();
  const settle = async () => undefined;
  const id = await savedSegment(shop, { name: "Since the 2nd", query: "last_order_date >= 2026-11-02" }, registry);
  await evaluateSegment(shop, id, registry, settle);
  expect(await dueSegments(shop, registry)).toEqual([]);
  expect(await readSegment(shop, id)).toMatchObject({ count: 0 });

  await tell("2026-11-03T10:00:00Z", { iana_timezone: "Asia/Tokyo", currency: "JPY" });
  const moved = await open();
  expect(await dueSegments(moved, registry)).toEqual([id]);
  expect(await ingest.rows("select name from pgboss.job where name = 'offers.publish'")).toHaveLength(1);
  // An evaluation that began by the old days, while the zone changed, does not count.
  await evaluateSegment(shop, id, registry, settle);
  expect(await dueSegments(moved, registry)).toEqual([id]);
  await evaluateSegment(moved, id, registry, settle);
  expect(await readSegment(moved, id)).toMatchObject({ count: 1 });
  expect(await dueSegments(moved, registry)).toEqual([]);

  await tell("2026-11-04T10:00:00Z", { iana_timezone: "Asia/Tokyo", currency: "USD" });
  expect(await dueSegments(await open(), registry)).toEqual([id]);
});

test("the last seven days of each topic are shown, however long webhooks are kept", async () => {
  const keep = (key: string, days: number) =>
    ingest.rows(
      "insert into inbox (shop_id, topic, key, state, body, received_at) values ($1, 'orders/paid', $2, 'applied', '{}', $3)",
      [SHOP, key, new Date(Date.parse("2026-11-20T12:00:00Z") - days * 86_400_000)],
    );
  await keep("old", 7.1);
  await keep("young", 6.9);
  const topics = await readTopics(await open());
  expect(topics.find(({ topic }) => topic === "orders/paid")).toMatchObject({ received: 1 });
});
