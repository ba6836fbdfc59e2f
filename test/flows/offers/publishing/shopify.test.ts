// What Shopify refuses, loses or shows late, and what a merchant changes in the admin.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  endOffer,
  pauseOffer,
  publishOffer,
  deleteOffer,
} from "../../../../app/offers/definition/move-offer.server.ts";
import type { AdminApi } from "../../../../app/shopify/admin-api.server.ts";
import { offersAreDue } from "../../../../app/offers/publishing/due.server.ts";
import { registry } from "../../../../app/plugins/installed.server.ts";
import { deleteCustomer } from "../../../dev-store/commands/customer.ts";
import { setFaults } from "../../../dev-store/faults.ts";
import { strictSwitches } from "../../../dev-store/switches.ts";
import type { DevShop } from "../../../setup/dev-shop.ts";
import { percentOff, startOfferShop, startStores, type OfferShop } from "../offer-shop.ts";

let dev: DevShop;
let it: OfferShop;

beforeAll(async () => {
  dev = await startStores();
});
afterAll(() => dev.close());
beforeEach(async () => {
  dev.store.lag = { search: 0, segments: 0 };
  Object.assign(dev.store.switches, strictSwitches());
  setFaults(dev.store, "admin", []);
  it = await startOfferShop(dev);
});

const names = (count: number) => Array.from({ length: count }, (_, at) => `Customer ${at}`);
const titles = () => it.discounts().map(({ title }) => title).sort(); // prettier-ignore
const living = () => it.discounts().filter(({ endsAt }) => endsAt === null);
const history = () =>
  it.shop.db.tx((tx) =>
    tx.rows<{ title: string; offer: string; over: boolean }>(
      it.sql`select title, offer_id as offer, to_at is not null as over from discount_title
        where shop_id = ${it.shop.id} order by from_at, title`,
    ),
  );

/** Runs work during which the answers of these operations are lost, after Shopify did the work. */
const losing = async (operations: string[], work: () => Promise<void>) => {
  const lost = { kind: "lost", share: 1, milliseconds: 0 } as const;
  setFaults(
    dev.store,
    "admin",
    operations.map((operation) => ({ ...lost, operation })),
  );
  await expect(work()).rejects.toThrow();
  setFaults(dev.store, "admin", []);
};

test("a native segment that the merchant deleted is made again, and the other offers stay", async () => {
  const [asha = ""] = await it.addCustomers(names(250), ["many"]);
  const [ravi = ""] = await it.addCustomers(["Ravi"], ["vip"]);
  const [many, vip] = [await it.addSegment("many"), await it.addSegment("vip")];
  await it.offer(percentOff({ segment: many, name: "Many" }));
  await it.publish();
  it.store.segments.clear();

  const other = await it.offer(percentOff({ segment: vip, name: "Few" }));
  await it.publish();
  expect(await it.offerRow(other)).toMatchObject({ fault: null });
  expect([it.pay(asha).total, it.pay(ravi).total]).toEqual(["90.00", "90.00"]);
  expect(it.natives()).toHaveLength(1);
});

test("a native segment whose query the merchant edited is corrected", async () => {
  const [asha = ""] = await it.addCustomers(names(250), ["many"]);
  const segment = await it.addSegment("many");
  await it.offer(percentOff({ segment }));
  await it.publish();
  const [native] = it.natives();
  if (native) native.query += " AND amount_spent > 1000";
  const [later = ""] = await it.addCustomers(["Later"]);
  await it.tag([later], ["many"]);
  await it.publish();
  expect([it.pay(asha).total, it.pay(later).total, it.natives().length]).toEqual(["90.00", "90.00", 1]);
});

test("where the filter's definition was deleted, the customers are listed, and the other offers stay", async () => {
  const [asha = ""] = await it.addCustomers(names(251), ["many"]);
  const [ravi = "", mira = ""] = await it.addCustomers(["Ravi", "Mira"], ["vip"]);
  const [many, vip] = [await it.addSegment("many"), await it.addSegment("vip")];
  await it.offer(percentOff({ segment: many, name: "Many" }));
  await it.publish();
  it.store.metafieldDefinitions.clear();
  await it.offer(percentOff({ segment: vip, name: "Few" }));
  await it.publish();
  expect([asha, ravi, mira].map((id) => it.pay(id).total)).toEqual(["90.00", "90.00", "90.00"]);
  expect(await it.audience(many)).toMatchObject({ context: "customers", reason: "refused" });
});

test("a refusal of one audience causes faults of its own offers only", async () => {
  await it.addCustomers(names(250), ["many"]);
  const [ravi = ""] = await it.addCustomers(["Ravi"], ["vip"]);
  const [many, vip] = [await it.addSegment("many"), await it.addSegment("vip")];
  const first = await it.offer(percentOff({ segment: many, name: "Many" }));
  const second = await it.offer(percentOff({ segment: vip, name: "Few" }));
  const { admin } = it;
  await it.publish({
    request: async (document, variables) => {
      const asked = document.includes("segmentCreate") ? document.replaceAll("segmentCreate", "segmentMake") : document;
      return (await admin.request(asked, variables)) as never;
    },
  });
  expect((await it.offerRow(first))?.fault).toContain("audience_refused");
  expect(await it.offerRow(second)).toMatchObject({ fault: null });
  expect(it.pay(ravi).total).toBe("90.00");
  expect(it.discounts()).toHaveLength(1);
  expect(it.catalogue().map(({ id }) => id)).toEqual([second]);
});

test("a discount that was deleted in the admin is made again when its audience changes", async () => {
  const [asha = ""] = await it.addCustomers(["Asha"], ["vip"]);
  const [ravi = ""] = await it.addCustomers(["Ravi"]);
  const segment = await it.addSegment("vip");
  await it.offer(percentOff({ segment }));
  await it.publish();
  it.store.discounts.clear();
  await it.tag([ravi], ["vip"]);
  await it.publish();
  expect([it.pay(asha).total, it.pay(ravi).total, titles()]).toEqual(["90.00", "90.00", ["Thanks"]]);
});

test.for([true, false])("two automatic offers of one name have different titles, strict %s", async (strict) => {
  dev.store.switches.automaticTitlesAlways = strict;
  const [asha = "", ravi = ""] = await it.addCustomers(["Asha", "Ravi"], ["vip"]);
  const [mira = ""] = await it.addCustomers(["Mira"]);
  const segment = await it.addSegment("vip");
  await it.offer(percentOff());
  await it.publish();
  const second = await it.offer(percentOff({ segment, "settings.percent": "20" }));
  await it.publish();
  expect(titles()).toEqual(["Thanks", "Thanks · 2"]);

  await it.tag([asha], []);
  await it.tag([mira], ["vip"]);
  await it.publish();
  expect(await it.offerRow(second)).toMatchObject({ fault: null });
  expect([asha, ravi, mira].map((id) => it.pay(id).total)).toEqual(["90.00", "80.00", "80.00"]);
  expect(titles()).toEqual(["Thanks", "Thanks · 2"]);
});

test("a title of the merchant's own discount is not used, neither for a new discount nor for an update", async () => {
  const theirs = (title: string) =>
    it.admin.request(
      `mutation Theirs($title: String!) { discountAutomaticBasicCreate(automaticBasicDiscount: { title: $title, context: { all: ALL },
        startsAt: "2099-01-01T00:00:00Z", customerGets: { items: { all: true }, value: { percentage: 0.5 } } }) { userErrors { message } } }`,
      { title },
    );
  await theirs("thanks");
  const id = await it.offer(percentOff());
  await it.publish();
  expect(titles()).toEqual(["Thanks · 2", "thanks"]);
  await theirs("Summer");
  await it.save(percentOff({ name: "Summer" }), id);
  await it.publish();
  expect(titles()).toEqual(["Summer", "Summer · 2", "thanks"]);
  expect(await it.offerRow(id)).toMatchObject({ fault: null });
  expect(await history()).toEqual([
    { title: "Thanks · 2", offer: id, over: true },
    { title: "Summer · 2", offer: id, over: false },
  ]);
});

test("each title is kept with its offer: renamed, paused, resumed, ended, deleted, and used by no other offer meanwhile", async () => {
  const first = await it.offer(percentOff());
  await it.publish();
  await it.save(percentOff({ name: "Merci" }), first);
  await it.publish();
  await pauseOffer(it.shop, first, "merchant");
  await it.publish();
  await publishOffer(it.shop, registry, first, { actor: "merchant" });
  await it.publish();
  expect(titles()).toEqual(["Merci"]);
  expect(await history()).toEqual([
    { title: "Thanks", offer: first, over: true },
    { title: "Merci", offer: first, over: false },
  ]);
  await endOffer(it.shop, first, "merchant");
  await it.publish();
  await deleteOffer(it.shop, first, "merchant");
  await it.publish();
  const second = await it.offer(percentOff({ name: "Merci" }));
  await it.publish();
  expect(titles()).toEqual(["Merci · 2"]);
  expect((await history()).map(({ title, offer, over }) => [title, offer === second, over])).toEqual([
    ["Thanks", false, true],
    ["Merci", false, true],
    ["Merci · 2", true, false],
  ]);
});

test.for([true, false])(
  "a lost answer to a creation makes no second discount, though the store shows it late: lists lag %s",
  async (listsLag) => {
    dev.store.switches.listsLag = listsLag;
    const [asha = "", ravi = ""] = await it.addCustomers(["Asha", "Ravi"], ["vip"]);
    const segment = await it.addSegment("vip");
    const id = await it.offer(percentOff({ segment }));
    const code = await it.offer(percentOff({ segment, name: "Code", "settings.how": "code", "settings.code": "TEA" }));
    dev.store.lag.search = 60_000;
    await losing(["CreateAutomaticDiscount", "CreateCodeDiscount"], () => it.publish());
    await it.tag([asha], []);
    await it.publish().catch(() => undefined);
    await it.publish().catch(() => undefined);
    expect(titles()).toEqual(["Code", "Thanks"]);
    dev.store.clock.advance(61_000);
    await it.publish();
    expect(titles()).toEqual(["Code", "Thanks"]);
    expect([it.pay(asha, ["TEA"]).total, it.pay(ravi).total, it.pay(ravi, ["TEA"]).total]).toEqual([
      "100.00",
      "90.00",
      "90.00",
    ]);
    for (const one of [id, code]) expect(await it.offerRow(one)).toMatchObject({ fault: null });
    expect(await history()).toEqual([{ title: "Thanks", offer: id, over: false }]);
  },
);

test("an offer that is paused or deleted after a lost answer leaves no active discount", async () => {
  const paused = await it.offer(percentOff());
  dev.store.lag.search = 60_000;
  await losing(["CreateAutomaticDiscount"], () => it.publish());
  await pauseOffer(it.shop, paused, "merchant");
  await expect(it.publish()).rejects.toThrow("does not show it yet");
  dev.store.clock.advance(61_000);
  await it.publish();
  expect([living(), titles()]).toEqual([[], ["Thanks"]]);

  const deleted = await it.offer(percentOff({ name: "Gone" }));
  await losing(["CreateAutomaticDiscount"], () => it.publish());
  await deleteOffer(it.shop, deleted, "merchant");
  await expect(it.publish()).rejects.toThrow("does not show it yet");
  dev.store.clock.advance(61_000);
  await it.publish();
  expect(titles()).toEqual(["Thanks"]);
});

test.for([true, false])(
  "a lost answer makes no second native segment, though the store shows it late: lists lag %s",
  async (listsLag) => {
    dev.store.switches.listsLag = listsLag;
    const [asha = ""] = await it.addCustomers(names(250), ["many"]);
    const segment = await it.addSegment("many");
    await it.offer(percentOff({ segment }));
    dev.store.lag.search = 60_000;
    await losing(["CreateOfferSegment"], () => it.publish());
    await it.publish();
    expect([it.pay(asha).total, it.natives().length]).toEqual(["90.00", 1]);
    dev.store.clock.advance(61_000);
    await it.publish();
    expect(await it.audience(segment)).toMatchObject({ context: "segment" });
    expect([it.pay(asha).total, it.natives().length]).toEqual(["90.00", 1]);
  },
);

test("no customer loses the discount while Shopify finds the members of a new native segment", async () => {
  const [asha = ""] = await it.addCustomers(names(249), ["many"]);
  const [later = ""] = await it.addCustomers(["Later"]);
  const segment = await it.addSegment("many");
  await it.offer(percentOff({ segment }));
  await it.publish();
  dev.store.lag.segments = 60_000;
  await it.tag([later], ["many"]);
  await it.publish();
  expect([it.pay(asha).total, it.pay(later).total]).toEqual(["90.00", "90.00"]);
  dev.store.clock.advance(61_000);
  await it.publish();
  expect(await it.audience(segment)).toMatchObject({ context: "segment" });
  expect([it.pay(asha).total, it.pay(later).total, it.natives().length]).toEqual(["90.00", "90.00", 1]);
});

test("a new offer for many customers is granted at once, although Shopify has not found the segment's members yet", async () => {
  const [asha = ""] = await it.addCustomers(names(260), ["many"]);
  const [outsider = ""] = await it.addCustomers(["Outsider"]);
  const segment = await it.addSegment("many");
  dev.store.lag.segments = 60_000;
  await it.offer(percentOff({ segment }));
  await it.publish();
  expect([it.keysOf(asha), it.pay(asha).total, it.pay(outsider).total]).toEqual([
    [await it.keyFor(segment)],
    "90.00",
    "100.00",
  ]);
  expect(await offersAreDue(it.shop)).toBe(true);
  dev.store.clock.advance(61_000);
  await it.publish();
  expect(await it.audience(segment)).toMatchObject({ context: "segment" });
  expect([it.pay(asha).total, it.pay(outsider).total, it.natives().length]).toEqual(["90.00", "100.00", 1]);
  expect(await offersAreDue(it.shop)).toBe(false);
});

test("a discount to which the merchant added codes still follows its audience, and keeps the codes", async () => {
  const [asha = ""] = await it.addCustomers(["Asha"], ["vip"]);
  const [ravi = ""] = await it.addCustomers(["Ravi"]);
  const segment = await it.addSegment("vip");
  const code = (value: string) => percentOff({ segment, "settings.how": "code", "settings.code": value });
  const id = await it.offer(code("TEA"));
  await it.publish();
  it.discounts()[0]?.codes.push("TEA-2", "TEA-3");
  await it.tag([ravi], ["vip"]);
  await it.publish();
  expect(await it.offerRow(id)).toMatchObject({ fault: null });
  expect([it.pay(asha, ["TEA-2"]).total, it.pay(ravi, ["TEA"]).total]).toEqual(["90.00", "90.00"]);

  await it.save(code("COFFEE"), id);
  await it.publish();
  expect((await it.offerRow(id))?.fault).toContain("many_codes");
  expect(it.catalogue()).toEqual([]);
});

test.for([true, false])("a deleted customer does not stop the others, refused at the top %s", async (atTop) => {
  dev.store.switches.goneCustomerAtTop = atTop;
  const [gone = "", asha = ""] = await it.addCustomers(["Gone", "Asha"], ["vip"]);
  deleteCustomer(dev.store, it.store, gone);
  const segment = await it.addSegment("vip");
  const id = await it.offer(percentOff({ segment }));
  await it.publish();
  expect([it.pay(asha).total, it.keysOf(asha)]).toEqual(["90.00", [await it.keyFor(segment)]]);
  expect(await it.offerRow(id)).toMatchObject({ fault: null });
});

/** A store in which `instead` answers the first request of the operation. Null: the store answers. */
const answering = (operation: string, instead: (variables: unknown) => unknown): AdminApi => {
  let first = true;
  const { admin } = it;
  return {
    async request(document, variables) {
      const answer = first && document.includes(operation) ? instead(variables) : null;
      if (first && document.includes(operation)) first = false;
      return (answer ?? (await admin.request(document, variables))) as never;
    },
  };
};

test("a refused metafield is found by the entry's index, not by the index within its list", async () => {
  const [asha = "", ravi = ""] = await it.addCustomers(["Asha", "Ravi"], ["vip"]);
  const segment = await it.addSegment("vip");
  await it.offer(percentOff({ segment }));
  const order = [asha, ravi].toSorted();
  await it.publish(
    answering("SetOfferMetafields", () => ({
      result: { userErrors: [{ field: ["metafields", "1", "value"], elementIndex: 0, message: "no" }] },
    })),
  );
  expect(order.map((id) => it.keysOf(id))).toEqual([[await it.keyFor(segment)], []]);
});

test("a deleted customer does not keep other customers' metafields from being deleted", async () => {
  dev.store.switches.goneCustomerAtTop = true;
  const [gone = "", asha = "", ravi = ""] = await it.addCustomers(["Gone", "Asha", "Ravi"], ["vip"]);
  const segment = await it.addSegment("vip");
  await it.offer(percentOff({ segment }));
  await it.publish();
  deleteCustomer(dev.store, it.store, gone);
  await it.tag([gone, asha], []);
  await it.publish();
  expect([it.keysOf(asha), it.keysOf(ravi)]).toEqual([[], [await it.keyFor(segment)]]);
});

test("a discount that is deleted during a change is made again", async () => {
  const [asha = ""] = await it.addCustomers(["Asha"], ["vip"]);
  const [ravi = ""] = await it.addCustomers(["Ravi"]);
  const segment = await it.addSegment("vip");
  const id = await it.offer(percentOff({ segment }));
  await it.publish();
  await it.tag([ravi], ["vip"]);
  await it.publish(answering("mutation UpdateAutomaticDiscount", () => (it.store.discounts.clear(), null)));
  expect([it.pay(asha).total, it.pay(ravi).total, titles()]).toEqual(["90.00", "90.00", ["Thanks"]]);
  expect(await it.offerRow(id)).toMatchObject({ fault: null });
});
