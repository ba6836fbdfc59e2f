import { expect, test } from "vitest";
import type { AdminApi } from "../../../../app/shopify/admin-api.server.ts";
import {
  deleteOffer,
  endOffer,
  pauseOffer,
  publishOffer,
} from "../../../../app/offers/definition/move-offer.server.ts";
import { offersAreDue } from "../../../../app/offers/publishing/due.server.ts";
import { registry } from "../../../../app/plugins/installed.server.ts";
import { deleteCustomer } from "../../../dev-store/commands/customer.ts";
import { percentOff, recorded, inItsOwnShop, startOfferShop, type OfferShop } from "../offer-shop.ts";

let it: OfferShop;

inItsOwnShop((shop) => (it = shop));

const names = (count: number) => Array.from({ length: count }, (_, at) => `Customer ${at}`);

test("an automatic discount applies at the checkout for a member, and not for another customer or a guest", async () => {
  const [asha = ""] = await it.addCustomers(["Asha"], ["vip"]);
  const [ravi = ""] = await it.addCustomers(["Ravi"]);
  const segment = await it.addSegment("vip");
  const id = await it.offer(percentOff({ segment }));
  await it.publish();

  expect(it.pay(asha).total).toBe("90.00");
  expect(it.pay(ravi).total).toBe("100.00");
  expect(it.pay(null).total).toBe("100.00");
  expect(it.keysOf(asha)).toEqual([await it.keyFor(segment)]);
  expect(it.keysOf(ravi)).toEqual([]);
  expect(await it.offerRow(id)).toMatchObject({ state: "active", fault: null });
  expect(it.discounts()[0]).toMatchObject({ title: "Thanks", context: { kind: "customers", customerIds: [asha] } });
});

test("a code applies for a member and is refused for another customer, with the store's own reason", async () => {
  const [asha = ""] = await it.addCustomers(["Asha"], ["vip"]);
  const [ravi = ""] = await it.addCustomers(["Ravi"]);
  const segment = await it.addSegment("vip");
  await it.offer(
    percentOff({ segment, "settings.how": "code", "settings.code": "THANKS", "settings.percent": "12.5" }),
  );
  await it.publish();

  expect(it.pay(asha, ["thanks"])).toEqual({ total: "87.50", refused: [] });
  expect(it.pay(ravi, ["THANKS"])).toEqual({ total: "100.00", refused: ["customer_not_eligible"] });
  expect(it.pay(null, ["THANKS"])).toEqual({ total: "100.00", refused: ["sign_in_needed"] });
});

test("the storefront shows the offer to a member in the member's language, and not to another shopper", async () => {
  const [asha = ""] = await it.addCustomers(["Asha"], ["vip"]);
  const [ravi = ""] = await it.addCustomers(["Ravi"]);
  const segment = await it.addSegment("vip");
  await it.offer(percentOff({ segment, ends: "2099-12-01T00:00", "words.gu.title": "તમારા માટે <આભાર>" }));
  await it.publish();

  const hers = await it.page("/", asha);
  expect(hers).toContain("A thank-you for you");
  expect(hers).toContain("Until November 30, 2099");
  expect(hers).toContain("Applied automatically at checkout");
  expect(await it.page("/", asha, "?locale=gu")).toContain("તમારા માટે &lt;આભાર&gt;");
  expect(await it.page("/cart", asha)).toContain("A thank-you for you");
  for (const other of [ravi, null]) expect(await it.page("/", other)).not.toContain("A thank-you for you");
});

test("a customer who enters gets the offer, a customer who leaves loses it, and only these two are written", async () => {
  const [asha = "", mira = ""] = await it.addCustomers(["Asha", "Mira"], ["vip"]);
  const [ravi = ""] = await it.addCustomers(["Ravi"]);
  const segment = await it.addSegment("vip");
  await it.offer(percentOff({ segment }));
  await it.publish();
  expect(await it.dirty()).toEqual([]);

  await it.tag([ravi], ["vip"]);
  await it.tag([asha], []);
  expect(await it.dirty()).toEqual([asha, ravi].sort());
  const calls = await recorded(it, (api) => it.publish(api));

  expect([asha, mira, ravi].map((id) => it.pay(id).total)).toEqual(["100.00", "90.00", "90.00"]);
  expect([asha, mira, ravi].map((id) => it.keysOf(id))).toEqual([
    [],
    [await it.keyFor(segment)],
    [await it.keyFor(segment)],
  ]);
  expect(calls.filter((call) => call === "SetOfferMetafields")).toHaveLength(1);
  expect(await recorded(it, (api) => it.publish(api))).toEqual(["ReadAppData"]);
});

test("the discount of an empty segment is granted to nobody until the first customer enters", async () => {
  const [asha = ""] = await it.addCustomers(["Asha"], ["vip"]);
  const segment = await it.addSegment("vip");
  await it.offer(percentOff({ segment }));
  await it.publish();
  await it.tag([asha], []);
  await it.publish();
  expect([it.pay(asha).total, it.pay(null).total]).toEqual(["100.00", "100.00"]);
  await it.tag([asha], ["vip"]);
  await it.publish();
  expect(it.pay(asha).total).toBe("90.00");
  expect(it.discounts()).toHaveLength(1);
});

test("from 250 customers on the discount has a native segment, and no customer gets or loses the discount during the change", async () => {
  const first = await it.addCustomers(names(249), ["vip"]);
  const [later = "", outsider = ""] = await it.addCustomers(["Later", "Outsider"]);
  const segment = await it.addSegment("vip");
  await it.offer(percentOff({ segment }));
  await it.publish();
  expect(await it.audience(segment)).toMatchObject({ context: "customers", reason: "few" });
  expect(it.pay(first.at(-1) ?? "").total).toBe("90.00");

  await it.tag([later], ["vip"]);
  const [member = ""] = first;
  const watch = await recorded(
    it,
    (api) => it.publish(api),
    () =>
      expect([it.pay(member).total, it.pay(outsider).total, it.pay(null).total]).toEqual(["90.00", "100.00", "100.00"]),
  );

  expect(watch).toContain("CreateOfferSegment");
  expect(await it.audience(segment)).toMatchObject({ context: "segment", reason: "many", customer_ids: [] });
  expect(it.natives()[0]?.query).toMatch(/^metafields\.app--\d+\.offered_segments CONTAINS '/);
  expect(it.discounts()).toHaveLength(1);
  expect(it.discounts()[0]?.context.kind).toBe("segments");
  expect([it.pay(later).total, it.pay(outsider).total]).toEqual(["90.00", "100.00"]);

  await it.tag(first.slice(0, 51), []);
  await it.publish();
  expect(await it.audience(segment)).toMatchObject({ context: "customers", reason: "few" });
  expect([it.pay(later).total, it.pay(first[0] ?? "").total]).toEqual(["90.00", "100.00"]);
});

test("where the store refuses the segment, its customers are listed up to a ceiling, and no customer beyond it sees the offer", async () => {
  it.store.metafieldDefinitions.clear();
  const members = await it.addCustomers(names(1003), ["vip"]);
  const segment = await it.addSegment("vip");
  await it.offer(percentOff({ segment }));
  await it.publish();
  expect(await it.audience(segment)).toMatchObject({ context: "customers", reason: "refused" });
  const granted = members.filter((id) => it.pay(id).total === "90.00");
  expect(granted).toHaveLength(1000);
  expect(members.filter((id) => it.keysOf(id).length > 0)).toEqual(granted);
});

test("an offer for everyone is granted to everyone", async () => {
  const [asha = ""] = await it.addCustomers(["Asha"]);
  await it.offer(percentOff());
  await it.publish();
  expect([it.pay(asha).total, it.pay(null).total]).toEqual(["90.00", "90.00"]);
  expect(await it.page("/", null)).toContain("A thank-you for you");
});

test("pause, resume, end and delete reach the storefront and the checkout; the native segment is deleted with its last offer", async () => {
  const ids = await it.addCustomers(names(250), ["vip"]);
  const asha = ids[0] ?? "";
  const segment = await it.addSegment("vip");
  const id = await it.offer(percentOff({ segment }));
  await it.publish();
  const sees = async () => [it.pay(asha).total, (await it.page("/", asha)).includes("A thank-you for you")];
  expect(await sees()).toEqual(["90.00", true]);

  await pauseOffer(it.shop, id, "merchant");
  await it.publish();
  expect(await sees()).toEqual(["100.00", false]);
  await publishOffer(it.shop, registry, id, { actor: "merchant" });
  await it.publish();
  expect(await sees()).toEqual(["90.00", true]);
  await endOffer(it.shop, id, "merchant");
  await it.publish();
  expect(await sees()).toEqual(["100.00", false]);
  await it.publish();
  expect([it.keysOf(asha), it.natives().length, it.discounts().length]).toEqual([[], 1, 1]);
  await deleteOffer(it.shop, id, "merchant");
  await it.publish();
  expect([it.natives().length, it.discounts().length, await it.offerRow(id)]).toEqual([0, 0, undefined]);
});

test("an offer begins and ends by the shop's clock, without a run in between", async () => {
  const shop = await startOfferShop(it.dev, "Asia/Kolkata");
  const now = it.dev.store.clock.now().getTime();
  const wall = (minutes: number) =>
    new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Kolkata", dateStyle: "short", timeStyle: "short" })
      .format(now + minutes * 60_000)
      .replace(" ", "T");
  const id = await shop.offer(percentOff({ starts: wall(60), ends: wall(120) }));
  await shop.publish();
  expect((await shop.offerRow(id))?.state).toBe("scheduled");
  const sees = async () => [shop.pay(null).total, (await shop.page("/", null)).includes("A thank-you for you")];
  expect(await sees()).toEqual(["100.00", false]);
  it.dev.store.clock.advance(61 * 60_000);
  expect(await sees()).toEqual(["90.00", true]);
  expect(await offersAreDue(shop.shop)).toBe(true);
  it.dev.store.clock.advance(60 * 60_000);
  expect(await sees()).toEqual(["100.00", false]);
  await shop.publish();
  expect((await shop.offerRow(id))?.state).toBe("ended");
  expect(shop.catalogue()).toEqual([]);
  expect(await offersAreDue(shop.shop)).toBe(false);
});

test("a code that the merchant already uses is refused with the store's words, and the offer is not shown", async () => {
  const [asha = ""] = await it.addCustomers(["Asha"]);
  const other = await startOfferShop(it.dev);
  await it.admin.request(
    `mutation Taken { discountCodeBasicCreate(basicCodeDiscount: { title: "Theirs", code: "THANKS", context: { all: ALL },
      startsAt: "2026-01-01T00:00:00Z", customerGets: { items: { all: true }, value: { percentage: 0.5 } } }) { userErrors { message } } }`,
  );
  const id = await it.offer(percentOff({ "settings.how": "code", "settings.code": "thanks" }));
  await it.publish();
  expect((await it.offerRow(id))?.fault).toContain("Code must be unique");
  expect(it.catalogue()).toEqual([]);
  expect(await it.page("/", asha)).not.toContain("A thank-you for you");
  expect(it.discounts()).toHaveLength(1);
  expect(other.discounts()).toHaveLength(0);
});

test("a customer whom the store deleted just now does not stop the other customers", async () => {
  const [gone = "", asha = ""] = await it.addCustomers(["Gone", "Asha"], ["vip"]);
  const segment = await it.addSegment("vip");
  await it.offer(percentOff({ segment }));
  await it.publish();
  const [mira = ""] = await it.addCustomers(["Mira"]);
  await it.tag([mira], ["vip"]);
  deleteCustomer(it.dev.store, it.store, gone);
  await it.publish();
  expect([asha, mira].map((id) => [it.pay(id).total, it.keysOf(id)])).toEqual([
    ["90.00", [await it.keyFor(segment)]],
    ["90.00", [await it.keyFor(segment)]],
  ]);
});

test("a kind that narrows its audience is for the segment's members who match its query", async () => {
  const [gold = "", plain = ""] = await it.addCustomers(["Gold", "Plain"], ["vip"]);
  await it.shop.db.tx((tx) =>
    tx.run(
      it.sql`insert into shop_order (shop_id, id, customer_id, currency, presentment_currency, total, ordered_at)
        values (${it.shop.id}, '1', ${gold}, 'GBP', 'GBP', 600, ${it.shop.now()})`,
    ),
  );
  const segment = await it.addSegment("vip");
  await it.offer(percentOff({ kind: "tier_reward", segment, "settings.tier": "GOLD" }));
  for (const id of await it.segmentsOf("offer")) await it.evaluate(id);
  await it.publish();
  expect([it.pay(gold).total, it.pay(plain).total]).toEqual(["90.00", "100.00"]);
  expect(await it.page("/", gold)).toContain("A thank-you for you");
  expect(await it.page("/", plain)).not.toContain("A thank-you for you");
});

test.for(["before", "after"] as const)(
  "killed %s any one of its requests, the next run ends at the same store",
  async (when) => {
    const members = await it.addCustomers(names(30), ["vip"]);
    const many = await it.addCustomers(names(250), ["many"]);
    const [outsider = ""] = await it.addCustomers(["Outsider"]);
    const [few, lots] = [await it.addSegment("vip"), await it.addSegment("many")];
    await it.offer(percentOff({ segment: few }));
    await it.offer(percentOff({ segment: lots, name: "Many", "settings.how": "code", "settings.code": "MANY" }));
    const dying = (after: number): AdminApi => {
      let left = after;
      return {
        async request(document, variables) {
          left -= 1;
          if (left === 0 && when === "before") throw new Error("killed");
          const answer = await it.admin.request(document, variables);
          if (left === 0) throw new Error("killed");
          return answer as never;
        },
      };
    };
    let kills = 0;
    for (let at = 1; ; at += 1) {
      const outcome = await it.publish(dying(at)).then(
        () => "done",
        () => "killed",
      );
      expect([it.pay(outsider, ["MANY"]).total, it.pay(null, ["MANY"]).total]).toEqual(["100.00", "100.00"]);
      if (outcome === "done") break;
      kills += 1;
    }
    expect(kills).toBeGreaterThan(5);
    expect(
      it
        .discounts()
        .map(({ title }) => title)
        .sort(),
    ).toEqual(["Many", "Thanks"]);
    expect(it.natives()).toHaveLength(1);
    expect(members.map((id) => it.pay(id).total)).toEqual(members.map(() => "90.00"));
    expect(many.map((id) => it.pay(id, ["MANY"]).total)).toEqual(many.map(() => "90.00"));
    const key = await it.keyFor(few);
    expect(members.every((id) => it.keysOf(id).join() === key)).toBe(true);
    expect(it.catalogue()).toHaveLength(2);
  },
);
