// An offer that is kept from a share of its customers: who is held out sees nothing and cannot use the discount.
import { expect, test } from "vitest";
import { endOffer, mendOffer, pauseOffer, publishOffer } from "../../../app/offers/definition/move-offer.server.ts";
import { lookAtExperiments } from "../../../app/experiments/outcomes/look.server.ts";
import { verdictText } from "../../../app/offers/experiment/verdict.ts";
import { openWords } from "../../../app/ui/words.ts";
import { testOf } from "../../../app/offers/experiment/read-test.server.ts";
import { noteFound } from "../../../app/offers/publishing/publication-row.server.ts";
import { readWhom } from "../../../app/offers/standing/shoppers.server.ts";
import { readOffer } from "../../../app/offers/offer-rows.server.ts";
import { faultsIn } from "../../setup/definitions.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { inItsOwnShop, percentOff, startOfferShop, type OfferShop } from "../offers/offer-shop.ts";

let it: OfferShop;

inItsOwnShop((shop) => (it = shop));

const names = (count: number) => Array.from({ length: count }, (_, at) => `Customer ${at}`);
const tested = (segment: string, more = {}) =>
  percentOff({ segment, holdout: "50", "words.en.title": "For half of you", ...more });
const read = (id: string) => it.shop.db.tx((tx) => readOffer(it.shop, tx, id));

/** The customers of both arms of the offer's present test, as they are stored. */
async function armsOf(id: string) {
  const offer = await read(id);
  const rows = await it.shop.db.tx((tx) =>
    tx.rows<{ customer: string; arm: string }>(it.sql`
      select customer_id as customer, arm from assignment
      where shop_id = ${it.shop.id} and experiment_id = ${offer?.experimentId ?? ""}`),
  );
  const inArm = (arm: string) => rows.filter((row) => row.arm === arm).map(({ customer }) => customer);
  return { held: inArm("holdout"), treated: inArm(id), key: offer?.audienceKey ?? "" };
}
const experiments = () =>
  it.shop.db.tx((tx) =>
    tx.rows<{ ended: boolean }>(it.sql`
      select ended_at is not null as ended from experiment where shop_id = ${it.shop.id} order by started_at, ended`),
  );
const totals = (ids: string[], codes: string[] = []) => [...new Set(ids.map((id) => it.pay(id, codes).total))];

test("a held-out customer sees nothing and cannot use the code, and every other customer can", async () => {
  const people = await it.addCustomers(names(40), ["vip"]);
  const segment = await it.addSegment("vip");
  const id = await it.offer(tested(segment, { "settings.how": "code", "settings.code": "HALF" }));
  await it.publish();

  const { held, treated, key } = await armsOf(id);
  expect(held.length + treated.length).toBe(40);
  expect(held.length).toBeGreaterThan(8);
  expect(treated.length).toBeGreaterThan(8);
  expect([...held, ...treated].toSorted()).toEqual(people.toSorted());
  expect(totals(treated, ["HALF"])).toEqual(["90.00"]);
  expect(totals(held, ["HALF"])).toEqual(["100.00"]);
  expect(it.pay(held[0] ?? "", ["HALF"]).refused).not.toEqual([]);
  expect(await it.page("/", treated[0] ?? "")).toContain("For half of you");
  expect(await it.page("/", held[0] ?? "")).not.toContain("For half of you");
  // The editor's preview says so.
  const asked = { offerId: id, kind: "percentage", settings: { percent: "10" }, segmentId: segment };
  const { shoppers, heldOut } = await readWhom(it.shop, registry, asked);
  expect(heldOut.toSorted()).toEqual(shoppers.map((one) => one.id).filter((one) => held.includes(one)).toSorted()); // prettier-ignore
  expect((await readWhom(it.shop, registry, { ...asked, offerId: null })).heldOut).toEqual([]);
  // The held-out customers have a key of their own.
  const keys = new Set(held.flatMap((customer) => it.keysOf(customer)));
  expect(keys.size).toBe(1);
  expect(keys).not.toContain(key);
  expect(it.catalogue()).toMatchObject([{ id, audience: key }]);
});

test("with many customers, the native segment of the arm has the customers who get the offer, and no other", async () => {
  await it.addCustomers(names(520), ["many"]);
  const id = await it.offer(tested(await it.addSegment("many"), { holdout: "40" }));
  await it.publish();
  await it.publish();
  const { held, treated, key } = await armsOf(id);
  expect(treated.length).toBeGreaterThan(270);
  expect(it.natives().map(({ query }) => query.includes(key))).toEqual([true]);
  expect(it.discounts()[0]?.context).toMatchObject({ segmentIds: [it.natives()[0]?.id] });
  expect(totals(treated)).toEqual(["90.00"]);
  expect(totals(held)).toEqual(["100.00"]);
});

test("a customer who enters the segment gets an arm, and a customer who leaves and comes back keeps it", async () => {
  const early = await it.addCustomers(names(10), ["vip"]);
  const late = await it.addCustomers(names(30));
  const segment = await it.addSegment("vip");
  const id = await it.offer(tested(segment));
  await it.publish();
  const first = await armsOf(id);
  expect(first.held.length + first.treated.length).toBe(10);

  await it.tag(late, ["vip"]);
  await it.publish();
  const second = await armsOf(id);
  expect(second.held.length + second.treated.length).toBe(40);
  expect(second.held).toEqual(expect.arrayContaining(first.held));
  expect(totals(second.treated)).toEqual(["90.00"]);
  expect(totals(second.held)).toEqual(["100.00"]);

  await it.tag([...early, ...late], []);
  await it.publish();
  expect(totals(second.treated)).toEqual(["100.00"]);
  await it.tag([...early, ...late], ["vip"]);
  await it.publish();
  expect(await armsOf(id)).toEqual(second);
  expect(totals(second.treated)).toEqual(["90.00"]);
});

test("another share ends the test and starts another, and every other change keeps the test", async () => {
  await it.addCustomers(names(40), ["vip"]);
  const segment = await it.addSegment("vip");
  const id = await it.offer(tested(segment));
  await it.publish();
  const first = await armsOf(id);
  await it.save(tested(segment, { name: "Renamed", "settings.percent": "20" }), id);
  await it.publish();
  expect(await armsOf(id)).toEqual(first);
  expect(await experiments()).toEqual([{ ended: false }]);

  await it.save(tested(segment, { holdout: "30" }), id);
  await it.publish();
  const second = await armsOf(id);
  expect(second.key).not.toBe(first.key);
  expect(second.held.length + second.treated.length).toBe(40);
  expect(second.held.toSorted()).not.toEqual(first.held.toSorted());
  expect((await experiments()).map(({ ended }) => ended).toSorted()).toEqual([false, true]);
  expect(totals(second.treated)).toEqual(["90.00"]);
  expect(totals(second.held)).toEqual(["100.00"]);

  await it.save(tested(segment, { holdout: "0" }), id);
  await it.publish();
  expect(totals([...second.treated, ...second.held])).toEqual(["90.00"]);
  expect((await experiments()).every(({ ended }) => ended)).toBe(true);
});

test("the test ends with the offer, and who was held out stays stored", async () => {
  await it.addCustomers(names(20), ["vip"]);
  const id = await it.offer(tested(await it.addSegment("vip")));
  await it.publish();
  await endOffer(it.shop, id, "merchant");
  await it.publish();
  expect(await experiments()).toEqual([{ ended: true }]);
  const { held, treated } = await armsOf(id);
  expect(held.length + treated.length).toBe(20);
});

const windowsIn = async (days: number) => {
  const later = new Date(it.shop.now().getTime() + days * 86_400_000);
  const shop = { ...it.shop, now: () => later };
  await lookAtExperiments(shop);
  const rows = await it.shop.db.tx((tx) =>
    tx.rows<{ windows: number }>(it.sql`
      select coalesce(sum((arm->>'windows')::numeric), 0)::int as windows
      from experiment e left join lateral jsonb_array_elements(e.figures->'arms') arm on true
      where e.shop_id = ${it.shop.id} and e.ended_at is null`),
  );
  return rows[0]?.windows;
};

test("a pause ends the test, and resuming the offer starts another, so that no time counts in which nobody could get the offer", async () => {
  const people = await it.addCustomers(names(40), ["vip"]);
  const segment = await it.addSegment("vip");
  const id = await it.offer(tested(segment));
  await it.publish();
  const first = await armsOf(id);
  await pauseOffer(it.shop, id, "merchant");
  await it.publish();
  expect(await experiments()).toEqual([{ ended: true }]);
  expect(totals(people)).toEqual(["100.00"]);
  // The preview says that nobody is held out now.
  const asked = { offerId: id, kind: "percentage", settings: { percent: "10" }, segmentId: segment };
  expect((await readWhom(it.shop, registry, asked)).heldOut).toEqual([]);

  await publishOffer(it.shop, registry, id, { actor: "merchant" });
  await it.publish();
  const second = await armsOf(id);
  expect(second.held.length + second.treated.length).toBe(40);
  expect(second.held.toSorted()).not.toEqual(first.held.toSorted());
  expect(totals(second.treated)).toEqual(["90.00"]);
  expect(totals(second.held)).toEqual(["100.00"]);
  expect((await experiments()).map(({ ended }) => ended).toSorted()).toEqual([false, true]);
});

test("a test that is set while the offer is paused begins when the offer is resumed", async () => {
  await it.addCustomers(names(40), ["vip"]);
  const segment = await it.addSegment("vip");
  const id = await it.offer(percentOff({ segment }));
  await it.publish();
  await pauseOffer(it.shop, id, "merchant");
  await it.save(tested(segment), id);
  await it.publish();
  expect(await experiments()).toEqual([]);
  await publishOffer(it.shop, registry, id, { actor: "merchant" });
  await it.publish();
  expect(await windowsIn(29)).toBe(40);
});

test("the test begins with its offer where the offer's start was moved to now during a pause", async () => {
  await it.addCustomers(names(40), ["vip"]);
  const segment = await it.addSegment("vip");
  const id = await it.offer(tested(segment, { starts: "2027-03-01T00:00" }));
  await it.publish();
  await pauseOffer(it.shop, id, "merchant");
  // A test that ended before its start never was.
  expect(await testOf(it.shop, id)).toBeNull();
  await it.save(tested(segment), id);
  await publishOffer(it.shop, registry, id, { actor: "merchant" });
  await it.publish();
  expect((await testOf(it.shop, id))?.startsAt.getTime()).toBeLessThanOrEqual(it.shop.now().getTime());
  expect(await windowsIn(29)).toBe(40);
});

test("the test of a scheduled offer is said to begin with the offer, and to run once the offer has begun", async () => {
  await it.addCustomers(names(4), ["vip"]);
  const id = await it.offer(tested(await it.addSegment("vip"), { starts: "2027-03-01T00:00" }));
  await it.publish();
  const { t } = openWords("en");
  const saidAt = async (now: Date) => {
    const found = await testOf({ ...it.shop, now: () => now }, id);
    const shop = { domain: "", timeZone: "UTC", currency: "GBP", locale: "en" };
    return found && [found.state, verdictText(t, found, shop), verdictText(t, found, shop, true)];
  };
  const scheduled = ["scheduled", "The test begins when the offer starts.", "Test: not begun yet"];
  expect(await saidAt(it.shop.now())).toEqual(scheduled);
  const begun = ["running", "The test has begun. The first figures come within an hour.", "Test: begun"];
  expect(await saidAt(new Date("2027-03-01T00:00:00Z"))).toEqual(begun);
});

test("while the offer is withdrawn, because its discount was changed in Shopify, nobody gets an arm", async () => {
  await it.addCustomers(names(20), ["vip"]);
  const segment = await it.addSegment("vip");
  const id = await it.offer(tested(segment));
  // The customers' metafields are written for this offer meanwhile.
  await it.offer(percentOff({ segment, name: "For all of you" }));
  await it.publish();
  await it.shop.db.tx((tx) => noteFound(it.shop, tx, id, { found: [], withdrawn: true }));
  const late = await it.addCustomers(names(10));
  await it.tag(late, ["vip"]);
  await it.publish();
  const during = await armsOf(id);
  expect(during.held.length + during.treated.length).toBe(20);
  await mendOffer(it.shop, id, "merchant");
  await it.publish();
  const after = await armsOf(id);
  expect(after.held.length + after.treated.length).toBe(30);
});

test("an offer to everyone cannot be tested, and a share is a whole number up to 90", async () => {
  expect(faultsIn(await it.save(tested("")))).toEqual({ holdout: "offers.fault.test_everyone" });
  const segment = await it.addSegment("vip");
  for (const holdout of ["91", "-1", "1.5", "half"])
    expect(faultsIn(await it.save(tested(segment, { holdout })))).toEqual({ holdout: "offers.fault.test_share" });
  const draft = await it.save(tested(segment));
  expect(draft.ok && (await read(draft.id))?.experimentId).toBeNull();
  if (draft.ok) await publishOffer(it.shop, registry, draft.id, { actor: "merchant" });
  expect(await experiments()).toEqual([{ ended: false }]);
});

test("a test in one shop holds out nobody of another shop", async () => {
  const mine = it;
  const people = await mine.addCustomers(names(20), ["vip"]);
  const id = await mine.offer(tested(await mine.addSegment("vip")));
  await mine.publish();

  it = await startOfferShop(mine.dev);
  const others = await it.addCustomers(names(20), ["vip"]);
  await it.offer(percentOff({ segment: await it.addSegment("vip") }));
  await it.publish();
  expect(totals(others)).toEqual(["90.00"]);
  expect(await it.shop.db.tx((tx) => tx.rows(it.sql`select from assignment`))).toEqual([]);
  it = mine;
  const { held, treated } = await armsOf(id);
  expect(held.length + treated.length).toBe(people.length);
});
