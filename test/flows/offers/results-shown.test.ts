// Where a merchant meets the orders that used an offer: the list of offers, an offer's page, the home page, timelines and segments.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { offersAttention } from "../../../app/offers/attention.server.ts";
import { offersAreDue } from "../../../app/offers/publishing/due.server.ts";
import { savePlacements } from "../../../app/shopify/blocks.server.ts";
import { applyFacts } from "../../../app/customers/facts/apply.server.ts";
import type { OrderRow } from "../../../app/customers/facts/entities.ts";
import { readTimeline } from "../../../app/customers/timeline.server.ts";
import { readEditor } from "../../../app/offers/editor/read-editor.server.ts";
import { resultsOf } from "../../../app/offers/results/read-results.server.ts";
import { offersShownTo } from "../../../app/offers/standing/shown.server.ts";
import { readOfferLines } from "../../../app/offers/screens/offer-lines.server.ts";
import { drawCards } from "../../../app/plugins/cards.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import { preview } from "../../../app/segments/preview.server.ts";
import { offerValues } from "../../../app/segments/values/values.server.ts";
import { followChanges } from "../../../app/worker/pipeline.server.ts";
import { savedSegment } from "../../setup/definitions.ts";
import type { DevShop } from "../../setup/dev-shop.ts";
import { percentOff, startOfferShop, startStores, type OfferShop } from "./offer-shop.ts";
import { usedOrder } from "./used-order.ts";

const DAY = 86_400_000;
let dev: DevShop;
let it: OfferShop;
beforeAll(async () => {
  dev = await startStores();
});
afterAll(() => dev.close());
beforeEach(async () => {
  it = await startOfferShop(dev);
});

const publishedCode = async (code: string) => {
  const id = await it.offer(percentOff({ name: `Tea ${code}`, "settings.how": "code", "settings.code": code }));
  await it.publish();
  dev.store.clock.advance(2000);
  return id;
};

/** The order's changes go through the pipeline, as those of a webhook do. */
const buys = (customerId: string, code: string, more: Partial<OrderRow> = {}) =>
  it.shop.db.tx(async (tx) => {
    const pounds = { currency: "GBP", presentmentCurrency: "GBP" };
    const order = usedOrder(code, it.shop.now(), { id: customerId, customerId, name: "#1493", ...pounds, ...more });
    await followChanges(it.shop, tx, await applyFacts(it.shop, tx, { orders: [order] }, { name: "shopify", history: false })); // prettier-ignore
  });

const cardOf = async (name: string) =>
  (await drawCards(it.shop, registry, "home", null)).find((card) => card.name === name)?.content;

test("the list shows how often each offer was used, zero too, and nothing for a message and a draft", async () => {
  const used = await publishedCode("TEA");
  const unused = await publishedCode("CUP");
  const message = await it.offer(percentOff({ kind: "message", name: "Hello" }));
  const draft = await it.save(percentOff({ name: "Draft" }));
  await buys("1", "TEA");
  await buys("2", "TEA");
  const uses = new Map((await readOfferLines(it.shop, registry)).map(({ id, use }) => [id, use]));
  expect(uses.get(used)).toEqual({ used: 2, revenue: "72.0000", uncounted: 0 });
  expect(uses.get(unused)).toEqual({ used: 0, revenue: "0", uncounted: 0 });
  expect([uses.get(message), draft.ok && uses.get(draft.id)]).toEqual([null, null]);
});

test("an offer's page has figures once the offer is published, none for a draft, and says that a message has no discount", async () => {
  const shown = async (id: string) => {
    const view = await readEditor(it.shop, registry, { id, kind: null });
    return view && resultsOf(it.shop, view);
  };
  const offer = await publishedCode("TEA");
  await buys("1", "TEA");
  expect(await shown(offer)).toMatchObject({ total: { used: 1, revenue: "36.0000" }, last: [{ name: "#1493" }] });
  const draft = await it.save(percentOff({ name: "Draft" }));
  expect(draft.ok && (await shown(draft.id))).toBeUndefined();
  expect(await shown(await it.offer(percentOff({ kind: "message", name: "Hello" })))).toBeNull();
});

test("Home compares the revenue of orders that used an offer with the 30 days before, once there is an offer", async () => {
  expect(await cardOf("offers")).toBeUndefined();
  await publishedCode("TEA");
  await buys("1", "TEA");
  dev.store.clock.advance(31 * DAY);
  await buys("2", "TEA", { currentTotal: "20.00" });
  expect(await cardOf("offers")).toEqual({
    ...{ shape: "figure", unit: "money", value: "20.0000", before: "36.0000" },
    note: { key: "figures.of_orders", count: 1 },
  });
});

test("the timeline names the discount that an order used", async () => {
  await buys("1", "tea");
  expect(await readTimeline(it.shop, "1", null)).toMatchObject([
    { kind: "order.placed", data: { discounts: ["TEA"] } },
  ]);
});

const selected = async (query: string) => {
  const found = await preview(it.shop, query, registry);
  if (!found.ok) throw new Error(JSON.stringify(found));
  return found.sample.map(({ id }) => id).sort();
};

test("offer_redeemed selects customers by offer, date and number of times", async () => {
  await publishedCode("TEA");
  await publishedCode("CUP");
  await buys("1", "TEA");
  await buys("1", "TEA", { id: "again" });
  await buys("2", "CUP");
  await buys("3", "NONE");
  await buys("4", "TEA", { test: true });
  expect(await selected("offer_redeemed MATCHES ()")).toEqual(["1", "2"]);
  expect(await selected("offer_redeemed MATCHES (offer = 'tea-tea')")).toEqual(["1"]);
  expect(await selected("offer_redeemed MATCHES (offer = 'tea-cup', date >= -30d)")).toEqual(["2"]);
  expect(await selected("offer_redeemed MATCHES (count >= 2)")).toEqual(["1"]);
  expect(await selected("offer_redeemed NOT MATCHES ()")).toEqual(["3", "4"]);
});

test("a customer enters a segment by a redemption with the order, and leaves it when the order's day has passed", async () => {
  await publishedCode("TEA");
  const query = "offer_redeemed MATCHES (offer = 'tea-tea', date >= -30d)";
  const segment = await savedSegment(it.shop, { name: "Used tea", query }, registry);
  const settle = async () => undefined;
  await evaluateSegment(it.shop, segment, registry, settle);
  const stays = () =>
    it.shop.db.tx((tx) =>
      tx.rows(it.sql`select customer_id as who, left_cause as left from membership
        where shop_id = ${it.shop.id} and segment_id = ${segment} order by 1`),
    );
  await buys("1", "TEA");
  expect(await stays()).toEqual([{ who: "1", left: null }]);
  dev.store.clock.advance(20 * DAY);
  await buys("2", "TEA");
  dev.store.clock.advance(12 * DAY);
  await evaluateSegment(it.shop, segment, registry, settle);
  expect(await stays()).toEqual([
    { who: "1", left: "time" },
    { who: "2", left: null },
  ]);
});

test("an offer that a query names and the shop does not have is told, with the text that the query needs", async () => {
  await publishedCode("TEA");
  const told = async (query: string) => {
    const found = await preview(it.shop, query, registry);
    return found.ok ? found.unknown.map(({ value, meant }) => [value, meant]) : null;
  };
  expect(await told("offer_redeemed MATCHES (offer = 'tea-tea')")).toEqual([]);
  expect(await told("offer_redeemed MATCHES (offer = 'Tea tea')")).toEqual([["Tea tea", "tea-tea"]]);
  expect(await told("offer_redeemed MATCHES (offer IN ('tea-tea', 'x'), count > 1)")).toEqual([["x", null]]);
  expect(await told("offer_redeemed MATCHES (offer != 'x') AND customer_tags CONTAINS 'x'")).toEqual([]);
});

test("an offer's page names the segments that select customers by the offer", async () => {
  const id = await publishedCode("TEA");
  const namedBy = async () => (await readEditor(it.shop, registry, { id, kind: null }))?.namedBy;
  expect(await namedBy()).toEqual([]);
  await savedSegment(it.shop, { name: "Tea users", query: "NOT (offer_redeemed MATCHES (offer IN ('x', 'tea-tea')))" }, registry); // prettier-ignore
  await savedSegment(it.shop, { name: "Tagged", query: "customer_tags CONTAINS 'tea-tea'" }, registry);
  expect(await namedBy()).toEqual(["Tea users"]);
});

test("the shop's published offers are suggested by name", async () => {
  await publishedCode("TEA");
  await it.save(percentOff({ name: "Draft" }));
  const asked = new URLSearchParams({ attribute: "offer_redeemed", parameter: "offer" });
  const offered = await offerValues(it.shop, asked, { engine: registry, locale: "en" });
  expect(offered).toEqual([{ text: "'tea-tea'", title: "Tea TEA" }]);
});

test("an offer whose uses were all used says so, and the storefront leaves it out until the number of uses is raised", async () => {
  const form = { "settings.how": "code", "settings.code": "FIVER", "settings.limited": "true" };
  const id = await it.offer(percentOff({ ...form, "settings.uses": "1" }));
  await it.publish();
  await savePlacements(it.shop, { offer: ["home", "cart"] });
  const seen = async () => (await readOfferLines(it.shop, registry))[0]?.seen;
  const page = () => it.page("/", null);
  expect([await seen(), await offersAreDue(it.shop)]).toEqual(["active", false]);
  dev.store.clock.advance(2000);
  await buys("1", "FIVER");
  expect([await seen(), await offersAreDue(it.shop)]).toEqual(["used_up", true]);
  const [told] = await offersAttention(it.shop, registry.offerKinds);
  expect(told).toMatchObject({ key: "offers.attention.used_up", about: { id }, parameters: { count: 1 } });
  expect(await page()).toContain("FIVER");
  await it.publish();
  expect([await seen(), await offersAreDue(it.shop)]).toEqual(["used_up", false]);
  expect(await page()).not.toContain("FIVER");
  await it.save(percentOff({ ...form, "settings.uses": "2" }), id);
  await it.publish();
  expect(await seen()).toBe("active");
  expect(await page()).toContain("FIVER");
});

test("a code that each customer may use once leaves the storefront of the customer who used it, and comes back with another code", async () => {
  const [ann = "", ben = ""] = await it.addCustomers(["Ann", "Ben"]);
  const form = (code: string, more = {}) =>
    percentOff({ "settings.how": "code", "settings.code": code, "settings.once": "true", ...more });
  const id = await it.offer(form("POTS20"));
  await it.publish();
  await savePlacements(it.shop, { offer: ["home", "cart"] });
  dev.store.clock.advance(2000);
  const page = async (who: string | null) => (await it.page("/", who)).includes("data-regulars-offer");
  const listed = async (who: string) => (await offersShownTo(it.shop, registry.offerKinds, who)).length;
  await buys(ann, "POTS20");
  expect([await offersAreDue(it.shop), await page(ann), await listed(ann)]).toEqual([true, true, 0]);
  await it.publish();
  expect(await offersAreDue(it.shop)).toBe(false);
  expect([await page(ann), await page(ben), await page(null)]).toEqual([false, true, true]);
  expect([await listed(ann), await listed(ben)]).toEqual([0, 1]);
  await it.save(form("PANS20"), id);
  await it.publish();
  expect([await page(ann), await listed(ann)]).toEqual([true, 1]);
  await it.save(form("POTS20"), id);
  await it.publish();
  expect(await page(ann)).toBe(false);
  await it.save(form("POTS20", { "settings.once": "" }), id);
  await it.publish();
  expect([await page(ann), await listed(ann)]).toEqual([true, 1]);
});
