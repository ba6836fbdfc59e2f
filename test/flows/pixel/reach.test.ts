// Who saw, clicked and used an offer: on the offer's page, on the customer's profile and timeline, and as a segment.
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readVisits } from "../../../app/customers/activity/visits.server.ts";
import { applyFacts } from "../../../app/customers/facts/apply.server.ts";
import { readTimeline } from "../../../app/customers/timeline.server.ts";
import { offersAttention } from "../../../app/offers/attention.server.ts";
import { reachOf } from "../../../app/offers/results/read-reach.server.ts";
import { offerHistoryOf } from "../../../app/offers/standing/history.server.ts";
import { deleteOffer, endOffer } from "../../../app/offers/definition/move-offer.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { preview } from "../../../app/segments/preview.server.ts";
import { writeAccount, writeAnswer } from "../../../app/shopify/web-pixel/state.server.ts";
import { JOBS } from "../../../app/worker/jobs.server.ts";
import { followChanges } from "../../../app/worker/pipeline.server.ts";
import { savedSegment } from "../../setup/definitions.ts";
import { givePixel, openPixelServer, pixelEvent, type PixelServer } from "../../setup/pixel-server.ts";
import { newShop } from "../new-shop.ts";
import { inItsOwnShop, percentOff, type OfferShop } from "../offers/offer-shop.ts";
import { orderRow } from "../order-row.ts";

let server: PixelServer;
let it: OfferShop;
inItsOwnShop((given) => (it = given));
beforeAll(async () => {
  server = await openPixelServer();
});
afterAll(() => server.close());

async function tell(...events: Record<string, unknown>[]): Promise<void> {
  const account = await givePixel(it.shop);
  expect(await server.send(it.shop, account, ...events.map((event) => pixelEvent(event)))).toBe(204);
}
const tells = (name: "seen" | "clicked", client: string, offer: string, more: object = {}) =>
  tell({ name: `offer.${name}`, client, offer, ...more });
const published = async (fields: Record<string, string> = {}) => {
  const id = await it.offer(percentOff(fields));
  await it.publish();
  return id;
};
const handleOf = async (id: string) =>
  (
    await it.shop.db.tx((tx) =>
      tx.rows<{ handle: string }>(it.sql`select handle from offer where shop_id = ${it.shop.id} and id = ${id}`),
    )
  )[0]?.handle;
/** The browser completes the checkout of an order of the customer. */
async function joins(client: string, customerId: string, code?: string): Promise<void> {
  const token = `token-${client}-${customerId}`;
  const order = orderRow({
    id: `${customerId}${client.length}`,
    customerId,
    checkoutToken: token,
    discountCodes: code ? [{ code, amount: "1.00", type: "percentage" }] : [],
    processedAt: new Date().toISOString(),
  });
  await it.shop.db.tx(async (tx) =>
    followChanges(it.shop, tx, await applyFacts(it.shop, tx, { orders: [order] }, { name: "shopify", history: false })),
  );
  await tell({ name: "checkout.completed", client, token });
}
const selected = async (query: string) => {
  const found = await preview(it.shop, query, registry);
  if (!found.ok) throw new Error(JSON.stringify(found));
  return found.sample.map(({ id }) => id).sort();
};
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();

test("an offer's page counts browsers that saw and clicked the offer, of this shop, and says since when", async () => {
  const offer = await published();
  const view = { id: offer, state: "active" };
  expect(await reachOf(it.shop, view)).toEqual({ seen: 0, clicked: 0, since: null });
  expect(await reachOf(it.shop, { id: offer, state: "draft" })).toBeUndefined();
  expect(await reachOf(it.shop, { id: null, state: "active" })).toBeUndefined();
  for (const client of ["browser-1", "browser-1", "browser-2", "browser-3"]) await tells("seen", client, offer);
  await tells("clicked", "browser-2", offer);
  await tells("seen", "browser-4", "another-offer");
  const other = await newShop(() => new Date());
  const account = await givePixel(other);
  await server.send(other, account, pixelEvent({ offer, client: "browser-9" }));
  expect(await reachOf(it.shop, view)).toEqual({ seen: 3, clicked: 1, since: expect.any(Date) });
  const owner = new pg.Client({ connectionString: process.env["DATABASE_URL"] });
  await owner.connect();
  await owner.query("begin; lock table activity");
  const counted = await reachOf(it.shop, view, 200);
  await owner.end();
  expect(counted).toBeNull();
});

test("Home tells of a web pixel that Shopify does not have while the shop has offers", async () => {
  const told = async () => (await offersAttention(it.shop, registry.offerKinds)).map(({ key }) => key);
  await writeAccount(it.shop, "an-account-1");
  await writeAnswer(it.shop, "scope");
  expect(await told()).not.toContain("offers.attention.not_counted");
  await published();
  expect(await told()).toContain("offers.attention.not_counted");
  await writeAnswer(it.shop, null);
  expect(await told()).not.toContain("offers.attention.not_counted");
});

test("a customer's profile and timeline show the offers that the customer's browsers saw, also before the order, and those used", async () => {
  const [asha = "", ravi = ""] = await it.addCustomers(["Asha", "Ravi"]);
  const seen = await published({ name: "Thanks" });
  const used = await published({ name: "Tea", "settings.how": "code", "settings.code": "TEA" });
  await tells("seen", "browser-1", seen);
  await tells("seen", "browser-1", seen);
  await tells("clicked", "browser-1", seen);
  await tells("seen", "browser-2", seen);
  expect(await offerHistoryOf(it.shop, asha)).toEqual([]);
  await joins("browser-1", asha, "TEA");
  const at = expect.any(Date);
  expect((await offerHistoryOf(it.shop, asha)).sort((one, other) => (one.name < other.name ? -1 : 1))).toEqual([
    { id: used, name: "Tea", seenAt: null, clickedAt: null, used: 1 },
    { id: seen, name: "Thanks", seenAt: at, clickedAt: at, used: 0 },
  ]);
  expect(await offerHistoryOf(it.shop, ravi)).toEqual([]);
  const timeline = await readTimeline(it.shop, asha, null);
  expect(timeline.map(({ kind, data }) => [kind, data["offer"] ?? data["discounts"]]).sort()).toEqual([
    ["offer.clicked", "Thanks"],
    ["offer.seen", "Thanks"],
    ["order.placed", ["TEA"]],
  ]);
  expect(await readTimeline(it.shop, ravi, null)).toEqual([]);
  await endOffer(it.shop, seen, "merchant");
  await deleteOffer(it.shop, seen, "merchant");
  expect((await offerHistoryOf(it.shop, asha)).map(({ id }) => id)).toEqual([used]);
});

test("a customer who opts out of the sale of data has no views from then on", async () => {
  const [asha = ""] = await it.addCustomers(["Asha"]);
  const offer = await published();
  await tells("seen", "browser-1", offer);
  await joins("browser-1", asha);
  expect(await selected("offer_seen MATCHES ()")).toEqual([asha]);
  await it.shop.db.tx((tx) =>
    tx.run(it.sql`update customer set data_sale_opt_out = true where shop_id = ${it.shop.id}`),
  );
  expect(await selected("offer_seen MATCHES ()")).toEqual([]);
  expect(await offerHistoryOf(it.shop, asha)).toEqual([]);
});

test("a browser that two customers used shows nothing on either profile", async () => {
  const [asha = "", ravi = ""] = await it.addCustomers(["Asha", "Ravi"]);
  const offer = await published();
  await tells("seen", "browser-1", offer);
  await joins("browser-1", asha);
  expect(await offerHistoryOf(it.shop, asha)).toHaveLength(1);
  await joins("browser-1", ravi);
  for (const customer of [asha, ravi]) expect(await offerHistoryOf(it.shop, customer)).toEqual([]);
});

test("offer_seen selects customers by offer, date and number of times", async () => {
  const [asha = "", ravi = "", bina = ""] = await it.addCustomers(["Asha", "Ravi", "Bina"]);
  const [tea, cup] = [await published({ name: "Tea" }), await published({ name: "Cup" })];
  for (const offer of [tea, tea, cup]) await tells("seen", "browser-1", offer);
  await tells("seen", "browser-2", cup);
  await tells("clicked", "browser-3", tea);
  await joins("browser-1", asha);
  await joins("browser-2", ravi);
  await joins("browser-3", bina);
  expect(await selected("offer_seen MATCHES ()")).toEqual([asha, ravi].sort());
  expect(await selected(`offer_seen MATCHES (offer = '${await handleOf(tea)}')`)).toEqual([asha]);
  expect(await selected(`offer_seen MATCHES (offer = '${await handleOf(tea)}', count >= 2)`)).toEqual([asha]);
  expect(await selected("offer_seen MATCHES (count >= 2, date >= -1d)")).toEqual([asha]);
  expect(await selected("offer_seen MATCHES (date < -7d)")).toEqual([]);
  expect(await selected("offer_seen NOT MATCHES ()")).toEqual([bina]);
});

test("a known customer enters a segment when the customer's browser sees the offer, and a new browser with its first order", async () => {
  const [asha = "", ravi = ""] = await it.addCustomers(["Asha", "Ravi"]);
  const offer = await published();
  const query = `offer_seen MATCHES (offer = '${await handleOf(offer)}', date >= -30d)`;
  const segment = await savedSegment(it.shop, { name: "Saw it", query }, registry);
  await it.evaluate(segment);
  const members = async () => {
    await JOBS["segments.refresh"]({ shop: it.shop.id });
    const rows = await it.shop.db.tx((tx) =>
      tx.rows<{ who: string; cause: string }>(it.sql`
        select customer_id as who, entered_cause as cause from membership
        where shop_id = ${it.shop.id} and segment_id = ${segment} and left_at is null order by 1`),
    );
    return rows.map(({ who, cause }) => `${who} ${cause}`);
  };
  await joins("browser-1", asha);
  expect(await members()).toEqual([]);
  await tells("seen", "browser-1", offer);
  expect(await members()).toEqual([`${asha} offer seen`]);
  await tells("seen", "browser-2", offer);
  await joins("browser-2", ravi);
  expect(await members()).toEqual([`${asha} offer seen`, `${ravi} offer seen`].sort());
});

test("the share of visits with a signed-in shopper is of the last 30 days, a browser and a day being one visit", async () => {
  const visit = (client: string, signedIn: boolean, at = new Date().toISOString()) =>
    tell({ name: "storefront.visited", client, signedIn, at });
  expect(await readVisits(it.shop)).toEqual({ all: 0, signedIn: 0 });
  await visit("browser-1", false);
  await visit("browser-1", true);
  await visit("browser-2", false);
  await visit("browser-2", false);
  await visit("browser-3", false, daysAgo(0.9));
  expect(await readVisits(it.shop)).toEqual({ all: 3, signedIn: 1 });
  expect(await readVisits(it.shop, 1)).toBeNull();
});
