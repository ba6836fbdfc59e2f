// When and why a customer entered and left a segment: by the dates of orders and by the bounds of relative dates.
import { beforeEach, expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { readProfile } from "../../../app/customers/profile.server.ts";
import { readTimeline } from "../../../app/customers/timeline.server.ts";
import { readEvents } from "../../../app/outbox.server.ts";
import { dueSegments, evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import { readGrowth } from "../../../app/segments/memberships/stays/history.server.ts";
import type { Move } from "../../../app/segments/memberships/live-segment.server.ts";
import { archiveSegment } from "../../../app/segments/definition/archive-segment.server.ts";
import { savedSegment } from "../../setup/definitions.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { applyBatch, settleMoves } from "../../../app/worker/pipeline.server.ts";
import { example, type Json } from "../ingest-shop.ts";
import { newShop } from "../new-shop.ts";

let now: Date;
let shop: Shop;
/** Half past two in the afternoon in India. */
const AFTERNOON = "2026-11-22T09:00:00Z";

beforeEach(async () => {
  now = new Date(AFTERNOON);
  shop = await newShop(() => now);
});

let rows = 0;
type Heard = [topic: string, body: Json];
/** Applies webhooks in one batch, at the shop's present time. */
const hearAll = (heard: Heard[], triggeredAt = now) =>
  shop.db.tx((tx) =>
    applyBatch(
      shop.id,
      shop,
      tx,
      heard.map(([topic, body]) => ({
        source: "shopify",
        connection: "",
        seq: String((rows += 1)),
        topic,
        key: String(rows),
        triggeredAt,
        receivedAt: now,
        attempts: 0,
        bytes: Buffer.from(JSON.stringify(body)),
      })),
    ),
  );
const hear = (topic: string, body: Json, triggeredAt = now) => hearAll([[topic, body]], triggeredAt);

const order = (id: number, at: string, customer: number | null = 7, more: Json = {}) => ({
  ...example("orders/create"),
  id,
  admin_graphql_api_id: `gid://shopify/Order/${id}`,
  created_at: at,
  processed_at: at,
  updated_at: at,
  test: false,
  currency: "INR",
  customer: customer && { id: customer, created_at: at, updated_at: at },
  ...more,
});
/** The amounts of an order. */
function of(amount: string): Json {
  const money = { amount, currency_code: "INR" };
  const set = { shop_money: money, presentment_money: money };
  return {
    total_price: amount,
    current_total_price: amount,
    total_price_set: set,
    current_total_price_set: set,
    refunds: [],
    line_items: [],
  };
}
const buy = (id: number, at: string, more: Json = {}) => hear("orders/create", order(id, at, 7, more));

const build = async (query: string, name = query): Promise<string> => {
  const id = await savedSegment(shop, { name, query }, registry);
  await judge(id);
  return id;
};
const judge = async (id: string): Promise<Move[]> => {
  const all: Move[] = [];
  await evaluateSegment(shop, id, registry, async (_tx, moves) => void all.push(...moves));
  return all;
};
/** Evaluates what is due at this moment. Returns the moves. */
const tickAt = async (at: string): Promise<Move[]> => {
  now = new Date(at);
  const moves = [];
  for (const id of await dueSegments(shop, registry)) moves.push(...(await judge(id)));
  return moves;
};

type Stay = {
  entered: Date;
  noticed: Date;
  version: number;
  why: string;
  left: Date | null;
  noticedLeft: Date | null;
  versionLeft: number | null;
  whyLeft: string | null;
};
const stays = (segment: string, customer = "7") =>
  shop.db.tx((tx) =>
    tx.rows<Stay>(sql`
      select entered_at as entered, entered_recorded_at as noticed, entered_version as version, entered_cause as why,
        left_at as left, left_recorded_at as "noticedLeft", left_version as "versionLeft", left_cause as "whyLeft"
      from membership where shop_id = ${shop.id} and segment_id = ${segment} and customer_id = ${customer} order by entered_at`),
  );
const date = (text: string) => new Date(text);

test("an order of yesterday that arrives today makes the customer enter at the order's date", async () => {
  const id = await build("number_of_orders >= 1");
  await buy(1, "2026-11-21T07:00:00Z");
  expect(await stays(id)).toEqual([
    {
      entered: date("2026-11-21T07:00:00Z"),
      noticed: now,
      version: 1,
      why: "order/1/placed",
      left: null,
      noticedLeft: null,
      versionLeft: null,
      whyLeft: null,
    },
  ]);
});

test("an order that arrives late makes the customer neither enter before the last stay ended nor leave before it began", async () => {
  const id = await build("number_of_orders >= 1");
  await buy(1, "2026-11-20T07:00:00Z");
  now = date("2026-11-22T10:00:00Z");
  await hear("orders/delete", { id: 1 });
  const ended = now;
  now = date("2026-11-22T11:00:00Z");
  await buy(2, "2026-11-21T07:00:00Z");
  expect(await stays(id)).toMatchObject([
    { entered: date("2026-11-20T07:00:00Z"), left: ended, noticedLeft: ended, whyLeft: "order/1/deleted" },
    { entered: ended, noticed: now, why: "order/2/placed", left: null },
  ]);
  const none = await build("number_of_orders = 1");
  await buy(3, "2026-11-21T08:00:00Z");
  expect(await stays(none)).toMatchObject([{ entered: now, left: now, whyLeft: "order/3/placed" }]);
});

test("an older order that arrives after a newer one counts from the newer order on, when both existed", async () => {
  const id = await build("number_of_orders >= 2");
  await buy(1, "2026-11-22T08:00:00Z");
  await buy(2, "2026-11-19T08:00:00Z");
  expect(await stays(id)).toMatchObject([{ entered: date("2026-11-22T08:00:00Z"), why: "order/2/placed" }]);
});

test("of several orders in one batch, the order that changed the verdict dates the stay", async () => {
  const first = await build("number_of_orders >= 1");
  const second = await build("number_of_orders >= 2", "Regulars");
  const never = await build("number_of_orders = 0", "None");
  const lately = await build("last_order_date >= -30d", "Lately");
  now = date("2026-11-22T05:00:00Z");
  await hear("customers/create", { id: 7, created_at: "2026-11-01T00:00:00Z", updated_at: "2026-11-01T00:00:00Z" });
  const times = ["2026-11-22T06:00:00Z", "2026-11-22T07:00:00Z", "2026-11-22T08:00:00Z"];
  now = date(AFTERNOON);
  // The newest order arrives first.
  await hearAll(times.map((at, each): Heard => ["orders/create", order(each + 1, at)]).toReversed());
  expect(await stays(first)).toMatchObject([{ entered: date(times[0] ?? ""), why: "order/1/placed" }]);
  expect(await stays(second)).toMatchObject([{ entered: date(times[1] ?? ""), why: "order/2/placed" }]);
  expect(await stays(never)).toMatchObject([{ left: date(times[0] ?? ""), whyLeft: "order/1/placed" }]);
  expect(await stays(lately)).toMatchObject([{ entered: date(times[0] ?? ""), why: "order/1/placed" }]);
});

test("a change by a day since a late order is dated by that day, and not by the order", async () => {
  const lapsed = await build("last_order_date < -10d");
  const recent = await build("last_order_date >= -10d");
  const between = await build("last_order_date BETWEEN -20d AND -5d");
  await buy(1, "2026-11-02T10:00:00Z");
  // The 13th is the first day on which the 2nd is more than ten days ago. The 7th is the first day on which the 2nd is five days
  // ago.
  expect(await stays(lapsed)).toMatchObject([{ entered: date("2026-11-12T18:30:00Z"), why: "order/1/placed" }]);
  expect(await stays(recent)).toEqual([]);
  expect(await stays(between)).toMatchObject([{ entered: date("2026-11-06T18:30:00Z") }]);
});

test("a customer leaves a bound of 30 days at the instant of the bound, not when the segment was evaluated", async () => {
  const id = await build("last_order_date >= -30d");
  await buy(1, "2026-10-25T07:00:00Z");
  expect(await tickAt("2026-11-23T19:00:00Z")).toEqual([]);
  const moves = await tickAt("2026-11-24T19:23:45Z");
  const left = { left: date("2026-11-24T18:30:00Z"), noticedLeft: now, whyLeft: "time", versionLeft: 1 };
  expect(await stays(id)).toMatchObject([{ entered: date("2026-10-25T07:00:00Z"), ...left }]);
  expect(moves).toEqual([
    { segment: id, version: 1, customer: "7", entered: false, at: date("2026-11-24T18:30:00Z"), cause: "time" },
  ]);
});

test("a customer leaves a bound of 30 days at the instant of the bound, even if another clause changes at any time of a day", async () => {
  const both = await build("last_order_date >= -30d AND loyalty_tier = 'BRONZE'");
  await buy(1, "2026-10-25T07:00:00Z", of("100.00"));
  await tickAt("2026-11-24T19:23:45Z");
  expect(await stays(both)).toMatchObject([
    { entered: date("2026-10-25T07:00:00Z"), left: date("2026-11-24T18:30:00Z"), noticedLeft: now, whyLeft: "time" },
  ]);
});

test("a customer moves at the instant of a bound of 30 days, even if another clause may change for any customer at any time", async () => {
  const anyone = { label: "x", type: "boolean" as const, reads: [], flips: "all" as const, sql: () => sql`true` };
  const engine = { attributes: { ...registry.attributes, anyone } };
  await buy(1, "2026-10-25T07:00:00Z");
  const recent = await savedSegment(shop, { name: "R", query: "last_order_date >= -30d AND anyone = true" }, engine);
  const lapsed = await savedSegment(shop, { name: "L", query: "last_order_date < -30d AND anyone = true" }, engine);
  for (const at of [AFTERNOON, "2026-11-25T19:23:45Z"]) {
    now = date(at);
    for (const id of [recent, lapsed]) await evaluateSegment(shop, id, engine, async () => undefined);
  }
  const bound = date("2026-11-24T18:30:00Z");
  expect(await stays(recent)).toMatchObject([{ left: bound, noticedLeft: now, whyLeft: "time" }]);
  expect(await stays(lapsed)).toMatchObject([{ entered: bound, noticed: now, why: "time", left: null }]);
});

test("a customer whose tier falls within a day leaves at the next midnight, or at an earlier evaluation", async () => {
  await buy(1, "2025-11-23T10:00:00Z", of("100.00"));
  await hear("orders/create", order(2, "2025-11-24T19:00:00Z", 8, of("100.00")));
  const id = await build("loyalty_tier = 'BRONZE'");
  await tickAt("2026-11-24T19:23:45Z");
  expect(await stays(id)).toMatchObject([{ left: date("2026-11-23T18:30:00Z") }]);
  expect(await stays(id, "8")).toMatchObject([{ left: now }]);
});

test("days without an evaluation are evaluated one by one: entering and leaving within them is a stay with its own dates", async () => {
  const id = await build("last_order_date = -2d");
  await buy(1, AFTERNOON);
  const moves = await tickAt("2026-11-29T12:00:00Z");
  expect(moves.map(({ entered, at }) => [entered, at.toISOString()])).toEqual([
    [true, "2026-11-23T18:30:00.000Z"],
    [false, "2026-11-24T18:30:00.000Z"],
  ]);
  expect(await stays(id)).toMatchObject([
    { entered: date("2026-11-23T18:30:00Z"), left: date("2026-11-24T18:30:00Z"), noticedLeft: now },
  ]);
});

test("a consent moves a customer at the consent's date, and an edited order at the date of its newest version", async () => {
  const mail = await build("email_subscription_status = 'SUBSCRIBED'");
  const spent = await build("amount_spent >= 300");
  await buy(1, "2026-11-20T07:00:00Z", of("100.00"));
  const at = "2026-11-21T05:00:00Z";
  await hear("customers_email_marketing_consent/update", {
    customer_id: 7,
    email_address: "a@example.com",
    email_marketing_consent: { state: "subscribed", opt_in_level: "single_opt_in", consent_updated_at: at },
  });
  expect(await stays(mail)).toMatchObject([
    { entered: date(at), why: `consent/7/email/2026-11-21T05:00:00.000Z/SUBSCRIBED` },
  ]);
  const edited = "2026-11-22T06:00:00Z";
  await hear("orders/updated", order(1, "2026-11-20T07:00:00Z", 7, { ...of("400.00"), updated_at: edited }));
  expect(await stays(spent)).toMatchObject([{ entered: date(edited), why: "order/1/placed" }]);
});

test("a new customer enters when recorded, if no order explains the entry", async () => {
  const untagged = await build("customer_tags IS NULL");
  const buyers = await build("number_of_orders >= 1");
  await buy(1, "2026-11-21T07:00:00Z");
  expect(await stays(untagged)).toMatchObject([{ entered: now, why: "joined shop" }]);
  expect(await stays(buyers)).toMatchObject([{ entered: date("2026-11-21T07:00:00Z"), why: "order/1/placed" }]);
});

test("moves by a saved query or by a changed time zone are dated when they are recorded; each version of the query has a number", async () => {
  await buy(1, "2026-11-20T07:00:00Z");
  const id = await build("number_of_orders >= 2", "Regulars");
  now = date("2026-11-22T10:00:00Z");
  await savedSegment(shop, { id, name: "Regulars", query: "number_of_orders >= 1" }, registry);
  await judge(id);
  expect(await stays(id)).toMatchObject([{ entered: now, noticed: now, version: 2, why: "saved" }]);
  await savedSegment(shop, { id, name: "Renamed", query: "number_of_orders >= 1" }, registry);
  const versions = await shop.db.tx((tx) =>
    tx.rows(
      sql`select version, query, "from" from segment_version where shop_id = ${shop.id} and segment_id = ${id} order by 1`,
    ),
  );
  expect(versions).toEqual([
    { version: 1, query: "number_of_orders >= 2", from: date(AFTERNOON) },
    { version: 2, query: "number_of_orders >= 1", from: now },
  ]);
  const day = await build("last_order_date = 2026-11-20", "Day");
  // In that zone it was still the 19th.
  shop = { ...shop, timeZone: "Pacific/Pago_Pago" };
  now = date("2026-11-22T11:00:00Z");
  await judge(day);
  expect((await stays(day)).at(-1)).toMatchObject({ left: now, whyLeft: "config", versionLeft: 1 });
  await archiveSegment(shop, { id, actor: "merchant" });
  expect((await stays(id)).at(-1)).toMatchObject({ left: now, noticedLeft: now, whyLeft: "archived", versionLeft: 2 });
});

test("the customer's page and timeline show the day on which the customer entered, and the cause", async () => {
  const id = await build("last_order_date >= -30d", "Lately");
  await buy(1, "2026-11-21T07:00:00Z");
  const profile = await readProfile(shop, "7");
  expect(profile.segments).toEqual([
    { id, name: "Lately", enteredAt: date("2026-11-21T07:00:00Z"), cause: "order/1/placed" },
  ]);
  await tickAt("2026-12-22T20:00:00Z");
  const told = (await readTimeline(shop, "7", null)).filter(({ source }) => source === "segments");
  expect(told.map(({ kind, at, data }) => ({ kind, at, cause: data["cause"] }))).toEqual([
    { kind: "segment.left", at: date("2026-12-21T18:30:00Z"), cause: "time" },
    { kind: "segment.entered", at: date("2026-11-21T07:00:00Z"), cause: "order/1/placed" },
  ]);
});

test("a move by an order or by time emits an event; a move by a saved query does not", async () => {
  await buy(1, "2026-11-21T07:00:00Z");
  const saved = await build("number_of_orders >= 1", "Buyers");
  const id = await build("last_order_date >= -2d AND number_of_orders >= 2", "Lately");
  await buy(2, "2026-11-22T07:00:00Z");
  now = date("2026-11-24T20:00:00Z");
  for (const due of await dueSegments(shop, registry)) await evaluateSegment(shop, due, registry, settleMoves(shop));
  const news = await shop.db.tx((tx) => readEvents(shop, tx, "a reader", 100));
  expect(news.filter(({ kind }) => kind.startsWith("segment."))).toMatchObject([
    {
      kind: "segment.entered",
      customerId: "7",
      at: date("2026-11-22T07:00:00Z"),
      data: { segment: id, version: 1, cause: "order/2/placed" },
    },
    { kind: "segment.left", customerId: "7", at: date("2026-11-24T18:30:00Z"), data: { segment: id, cause: "time" } },
  ]);
  expect(await stays(saved)).toHaveLength(1);
});

test("growth shows a late order on the order's day, or on the first day if that day was not recorded yet", async () => {
  now = date("2026-11-19T09:00:00Z");
  const id = await build("number_of_orders >= 1");
  now = date(AFTERNOON);
  await buy(1, "2026-11-20T10:00:00Z");
  await hear("orders/create", order(2, "2026-10-30T10:00:00Z", 8));
  const growth = (await readGrowth(shop)).get(id);
  expect(growth).toEqual({ changes: [1, 1, 0], since: date("2026-11-19T09:00:00.000Z") });
});

test("a cancelled order ends a stay at its cancelling, and a refund at the refund, each with its cause", async () => {
  const id = await build("amount_spent >= 100");
  const placed = { ...of("150.00"), cancelled_at: null, cancel_reason: null };
  await buy(1, "2026-11-20T07:00:00Z", placed);
  await hear("orders/create", order(2, "2026-11-20T08:00:00Z", 8, placed));
  now = date("2026-11-22T10:00:00Z");
  const { current_total_price, current_total_price_set } = of("0.00");
  const none = { current_total_price, current_total_price_set };
  const cancelled = { ...placed, ...none, cancelled_at: "2026-11-22T09:30:00Z", updated_at: "2026-11-22T09:30:01Z" };
  await hear("orders/cancelled", order(1, "2026-11-20T07:00:00Z", 7, cancelled));
  expect(await stays(id)).toMatchObject([{ left: date("2026-11-22T09:30:00Z"), whyLeft: "order/1/cancelled" }]);
  const at = "2026-11-22T09:40:00Z";
  const set = { shop_money: { amount: "80.00", currency_code: "INR" } };
  const transaction = { id: 1, kind: "refund", status: "success", amount: "80.00", currency: "INR", amount_set: set };
  const refund = { id: 5, order_id: 2, created_at: at, processed_at: at, transactions: [transaction] };
  const refunds = [{ ...example("refunds/create"), ...refund, refund_line_items: [], order_adjustments: [] }];
  const refunded = { ...placed, refunds, updated_at: "2026-11-22T09:40:02Z" };
  await hear("orders/updated", order(2, "2026-11-20T08:00:00Z", 8, refunded));
  expect(await stays(id, "8")).toMatchObject([{ left: date(at), whyLeft: "refund/5" }]);
});

test("a stay that replaces a stay without length has its own cause, version and time of recording", async () => {
  await buy(1, "2026-11-20T07:00:00Z");
  const id = await build("number_of_orders = 1", "Regulars");
  const first = now;
  now = date("2026-11-22T10:00:00Z");
  await buy(2, "2026-11-21T07:00:00Z");
  await savedSegment(shop, { id, name: "Regulars", query: "number_of_orders = 3" }, registry);
  await judge(id);
  now = date("2026-11-22T11:00:00Z");
  await buy(3, "2026-11-21T08:00:00Z");
  expect(await stays(id)).toMatchObject([
    { entered: first, noticed: now, version: 2, why: "order/3/placed", left: null, whyLeft: null },
  ]);
});

test("a move by time keeps its date and its cause when a webhook comes between midnight and the evaluation", async () => {
  const id = await build("last_order_date >= -30d");
  const either = await build("last_order_date >= -30d OR amount_spent >= 100");
  const placed = { ...of("150.00"), cancelled_at: null, cancel_reason: null };
  for (const customer of [7, 8]) {
    const at = "2026-10-25T07:00:00Z";
    await hear("orders/create", order(customer, at, customer, placed));
  }
  now = date("2026-11-25T04:00:00Z");
  const edited = { ...placed, updated_at: "2026-11-25T03:59:00Z", note: "Ring twice" };
  await hear("orders/updated", order(7, "2026-10-25T07:00:00Z", 7, edited));
  await hear("customers/update", { ...example("customers/update"), id: 8, updated_at: "2026-11-25T03:59:00Z" });
  const left = { left: date("2026-11-24T18:30:00Z"), noticedLeft: now, whyLeft: "time" };
  expect(await stays(id)).toMatchObject([left]);
  expect(await stays(id, "8")).toMatchObject([left]);
  const { current_total_price, current_total_price_set } = of("0.00");
  const none = { current_total_price, current_total_price_set };
  const at = "2026-11-25T03:59:30Z";
  const cancelled = { ...placed, ...none, cancelled_at: at, updated_at: at };
  await hear("orders/cancelled", order(7, "2026-10-25T07:00:00Z", 7, cancelled));
  expect(await stays(either)).toMatchObject([{ left: date(at), whyLeft: "order/7/cancelled" }]);
  expect(await stays(either, "8")).toMatchObject([{ left: null }]);
});
