import { expect, test } from "vitest";
import { actOnOffer } from "../../../app/offers/editor/act-on-offer.server.ts";
import { readEditor } from "../../../app/offers/editor/read-editor.server.ts";
import { readOfferLines } from "../../../app/offers/screens/offer-lines.server.ts";
import { markPublications } from "../../../app/offers/publishing/customers/publication.server.ts";
import { readShoppers } from "../../../app/offers/standing/shoppers.server.ts";
import { offersShownTo } from "../../../app/offers/standing/shown.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { runOn } from "../../../prisma/schema-engine.ts";
import { done, faultsIn, savedSegment } from "../../setup/definitions.ts";
import { endOffer } from "../../../app/offers/definition/move-offer.server.ts";
import { wallOf } from "../../../app/offers/editor/draft/wall-time.ts";
import { archiveSegment } from "../../../app/segments/definition/archive-segment.server.ts";
import { sent, percentOff, inItsOwnShop, type Form, type OfferShop } from "./offer-shop.ts";

const owner = process.env["DATABASE_URL"] ?? "";
let it: OfferShop;

inItsOwnShop((shop) => (it = shop), "Asia/Kolkata");

const faultsOf = async (fields: Form, id: string | null = null) => faultsIn(await it.save(percentOff(fields), id));

test("all faults are returned at once, each at its field", async () => {
  expect(
    await faultsOf({
      name: " ",
      placement: [],
      starts: "soon",
      "settings.percent": "150",
      "words.en.title": "x".repeat(81),
    }),
  ).toEqual({
    name: "app.field.missing",
    placement: "offers.fault.nowhere",
    starts: "offers.fault.no_date",
    "settings.percent": "app.field.too_large",
    "words.en.title": "app.field.too_long",
  });
  expect(await faultsOf({ ends: "2025-12-31T00:00" })).toEqual({ ends: "offers.fault.ends_before_it_starts" });
  expect(await faultsOf({ segment: "of-another-shop" })).toEqual({ segment: "offers.fault.no_segment" });
  expect(await faultsOf({ kind: "no_such_kind" })).toEqual({ kind: "app.field.not_a_choice" });
});

test("a code is required where it is asked for, must be typable, and is used by one offer only", async () => {
  expect(await faultsOf({ "settings.how": "code" })).toEqual({ "settings.code": "app.field.missing" });
  // It is told beside what else is missing.
  const gift = { kind: "free_gift", "settings.how": "code", "settings.code": "" };
  expect(Object.keys(await faultsOf(gift))).toEqual(expect.arrayContaining(["settings.code", "settings.gift"]));
  expect(await faultsOf({ "settings.how": "code", "settings.code": "a b" })).toEqual({
    "settings.code": "offer-kinds.percentage.code_fault",
  });
  expect(await faultsOf({ "settings.how": "code", "settings.code": "THANKS" })).toEqual({});
  expect(await faultsOf({ "settings.how": "code", "settings.code": "thanks" })).toEqual({
    "settings.code": "offers.fault.taken",
  });
});

test("a link leads to a page of this store or to an https URL", async () => {
  for (const href of ["javascript:alert(1)", "//evil.example", "http://a.example", "/\\evil.example"])
    expect(await faultsOf({ "settings.href": href }), href).toEqual({ "settings.href": "app.field.not_an_address" });
  expect(await faultsOf({ "settings.href": "/collections/all" })).toEqual({});
});

test("a draft may keep an end in the past, but cannot be published with it", async () => {
  const saved = await it.save(percentOff({ ends: "2026-01-02T00:00" }));
  expect(saved.ok).toBe(true);
  const id = saved.ok ? saved.id : "";
  const outcome = await actOnOffer(it.shop, registry, id, sent({ intent: "publish" }));
  expect(faultsIn(outcome)).toEqual({ ends: "offers.fault.ends_in_the_past" });
  expect((await it.offerRow(id))?.state).toBe("draft");
});

test("an offer that ended by hand or by its date cannot be changed or published, and can be copied", async () => {
  const byHand = await it.offer(percentOff({ name: "Summer" }));
  await endOffer(it.shop, byHand, "merchant");
  const end = new Date(it.dev.store.clock.now().getTime() + 3_600_000);
  const byDate = await it.offer(percentOff({ name: "Summer", ends: wallOf(end, it.shop.timeZone) }));
  it.dev.store.clock.advance(2 * 3_600_000);
  for (const id of [byHand, byDate]) {
    expect(await faultsOf({ name: "Winter", "settings.percent": "50" }, id)).toEqual({ form: "offers.fault.over" });
    const published = await actOnOffer(it.shop, registry, id, sent({ intent: "publish" }));
    expect(faultsIn(published)).toEqual({ form: "offers.fault.over" });
    const view = await readEditor(it.shop, registry, { id, kind: null });
    expect(view).toMatchObject({ state: "ended", draft: { name: "Summer", settings: { percent: "10" } } });
    const { next } = done(await actOnOffer(it.shop, registry, id, sent({ intent: "duplicate", name: "Winter" })));
    expect(await faultsOf({ name: "Winter" }, next?.split("/").at(-1))).toEqual({});
  }
});

test("a segment that only ended offers have can be archived: the offers still show its name, and a copy cannot be published to it", async () => {
  const segment = await it.addSegment("vip");
  const archive = async () => faultsIn(await archiveSegment(it.shop, { id: segment, actor: "merchant" }));
  const id = await it.offer(percentOff({ name: "Summer", segment }));
  expect(await archive()).toEqual({ form: "segments.refused.in_use" });
  await endOffer(it.shop, id, "merchant");
  expect(await archive()).toEqual({});
  const view = await readEditor(it.shop, registry, { id, kind: null });
  expect(view?.segments).toEqual([{ id: segment, name: "Tagged vip", count: 0, isArchived: true }]);
  expect(await readOfferLines(it.shop, registry)).toMatchObject([{ segment: "Tagged vip", count: null }]);
  const { next } = done(await actOnOffer(it.shop, registry, id, sent({ intent: "duplicate", name: "Again" })));
  const published = await actOnOffer(it.shop, registry, next?.split("/").at(-1) ?? "", sent({ intent: "publish" }));
  expect(faultsIn(published)).toEqual({ segment: "offers.fault.no_segment" });
  await it.publish();
  expect(it.catalogue()).toEqual([]);
});

test("the editor shows what was saved, in the shop's wall-clock time, and a copy starts from it", async () => {
  const id = await it.offer(
    percentOff({
      starts: "2026-11-01T09:30",
      ends: "2099-11-30T23:59",
      "settings.how": "code",
      "settings.code": "ONCE",
    }),
  );
  const view = await readEditor(it.shop, registry, { id, kind: null });
  expect(view?.draft).toMatchObject({
    starts: "2026-11-01T09:30",
    ends: "2099-11-30T23:59",
    placements: ["home", "cart"],
    words: { en: { title: "A thank-you for you" } },
    settings: { percent: "10", how: "code", code: "ONCE" },
  });
  expect(view?.content).toEqual({ shape: "discount", percent: "10", code: "ONCE", href: null });

  const { next } = done(await actOnOffer(it.shop, registry, id, sent({ intent: "duplicate", name: "Again" })));
  const copy = await readEditor(it.shop, registry, { id: next?.split("/").at(-1) ?? "", kind: null });
  expect(copy).toMatchObject({ state: "draft", draft: { name: "Again", settings: { percent: "10", how: "code" } } });
  expect(copy?.draft.settings["code"]).toBe("");
});

test("the editor shows which offers replace an offer and for how many customers, and which offers it replaces", async () => {
  await it.addCustomers(["Asha"], ["vip"]);
  const [segment, other] = [await it.addSegment("vip"), await it.addSegment("other")];
  await it.offer(percentOff({ segment, name: "First", ends: "2099-01-01T00:00" }));
  const conflicts = async (fields: Form) => {
    const id = await it.offer(percentOff(fields));
    const view = await readEditor(it.shop, registry, { id, kind: null });
    await actOnOffer(it.shop, registry, id, sent({ intent: "delete" }));
    return view?.standing;
  };
  const first = { name: "First", off: { percent: "10" } };
  const five = { "settings.percent": "5" };
  expect(await conflicts({ segment, ...five })).toMatchObject({ beatenBy: [{ ...first, count: null }], beats: [] });
  expect(await conflicts({ ...five })).toMatchObject({ beatenBy: [{ ...first, count: 1 }] });
  expect(await conflicts({ "settings.percent": "20" })).toMatchObject({
    beatenBy: [],
    beats: [{ ...first, count: 1 }],
  });
  expect(await conflicts({ segment: other, ...five })).toMatchObject({ beatenBy: [] });
  expect(await conflicts({ segment, ...five, starts: "2099-01-01T00:00" })).toMatchObject({ beatenBy: [] });
  const code = { "settings.how": "code", "settings.code": "APART", "settings.percent": "50" };
  expect(await conflicts({ segment, ...code })).toMatchObject({ beats: [first] });
  expect(await conflicts({ segment, ...code, placement: "product" })).toMatchObject({ beats: [] });
});

test("an ended offer is not shown as replaced by another offer", async () => {
  await it.offer(percentOff({ name: "Large", "settings.percent": "20" }));
  const small = await it.offer(percentOff({ name: "Small" }));
  const standing = async () => (await readEditor(it.shop, registry, { id: small, kind: null }))?.standing;
  expect(await standing()).toMatchObject({ beatenBy: [{ name: "Large" }] });
  await actOnOffer(it.shop, registry, small, sent({ intent: "end" }));
  expect(await standing()).toBeNull();
});

test("of two discounts that exclude each other, a customer sees the one that the checkout grants", async () => {
  const [asha = "", mira = ""] = await it.addCustomers(["Asha", "Mira"], ["both"]);
  await it.tag([mira], ["other"]);
  const both = await it.addSegment("both");
  const large = await it.offer(percentOff({ segment: both, name: "Large", "settings.percent": "20" }));
  const small = await it.offer(percentOff({ name: "Small", "words.en.title": "A little for everyone" }));
  await it.publish();
  expect(it.pay(asha).total).toBe("80.00");
  expect(it.pay(mira).total).toBe("90.00");
  const offersOn = async (customer: string | null) =>
    [...(await it.page("/", customer)).matchAll(/data-regulars-offer="([^"]+)"/g)].map(([, id]) => id);
  expect(await offersOn(asha)).toEqual([large]);
  expect(await offersOn(mira)).toEqual([small]);
  expect(await offersOn(null)).toEqual([small]);
  expect(await offersShownTo(it.shop, registry.offerKinds, asha)).toMatchObject([
    { name: "Small", beatenBy: "Large" },
    { name: "Large", beatenBy: null },
  ]);
  const lines = await readOfferLines(it.shop, registry);
  expect(lines.find(({ id }) => id === small)?.standing?.beatenBy).toMatchObject([{ name: "Large", count: 1 }]);
});

test("the list shows what an offer gives, to how many customers, and where", async () => {
  await it.addCustomers(["Asha", "Mira"], ["vip"]);
  const segment = await it.addSegment("vip");
  await it.offer(percentOff({ segment }));
  const [line] = await readOfferLines(it.shop, registry);
  expect(line).toMatchObject({
    name: "Thanks",
    state: "active",
    kind: "offer-kinds.percentage.label",
    content: { shape: "discount", percent: "10" },
    segment: "Tagged vip",
    count: 2,
    placements: ["home", "cart"],
  });
});

test("the preview offers shoppers whom the offer is for, and shoppers whom it is not for", async () => {
  await it.addCustomers(["Asha"], ["vip"]);
  await it.addCustomers(["Ravi"]);
  const segment = await it.addSegment("vip");
  const shoppers = await readShoppers(it.shop, segment);
  expect(shoppers.map(({ firstName, isMember }) => [firstName, isMember])).toEqual([
    ["Asha", true],
    ["Ravi", false],
  ]);
});

test("moves of a segment without an offer mark no customer and cost one read", async () => {
  const [asha = ""] = await it.addCustomers(["Asha"], ["vip"]);
  const segment = await it.addSegment("vip");
  let statements = 0;
  await it.shop.db.tx(async (tx) => {
    const counted: typeof tx = {
      ...tx,
      rows: (statement) => ((statements += 1), tx.rows(statement)),
      run: (statement) => ((statements += 1), tx.run(statement)),
    };
    await markPublications(it.shop, counted, [{ segment, customer: asha }]);
  });
  expect(statements).toBe(1);
  expect(await it.dirty()).toEqual([]);
});

test("a mark and the move that caused it are stored together or not at all", async () => {
  const [asha = ""] = await it.addCustomers(["Asha"], ["vip"]);
  const segment = await it.addSegment("vip");
  await it.offer(percentOff({ segment }));
  await it.publish();
  await runOn(owner, "delete from pgboss.job");
  const mark = (fails: boolean) =>
    it.shop.db.tx(async (tx) => {
      await markPublications(it.shop, tx, [{ segment, customer: asha }]);
      if (fails) throw new Error("rolled back");
    });
  const jobs = () => runOn(owner, "select name from pgboss.job");
  await expect(mark(true)).rejects.toThrow("rolled back");
  expect([await it.dirty(), await jobs()]).toEqual([[], []]);
  await mark(false);
  expect([await it.dirty(), await jobs()]).toEqual([[asha], [{ name: "offers.publish" }]]);
});

test("a customer who is marked again while the metafield is being written stays marked", async () => {
  const [asha = ""] = await it.addCustomers(["Asha"], ["vip"]);
  const segment = await it.addSegment("vip");
  await it.offer(percentOff({ kind: "message", segment }));
  let marked = false;
  await it.publish({
    async request(document, variables) {
      const answer = await it.admin.request(document, variables);
      if (document.includes("SetOfferMetafields") && !marked) {
        marked = true;
        await it.tag([asha], []);
      }
      return answer as never;
    },
  });
  await it.publish();
  expect(it.keysOf(asha)).toEqual([]);
});

test("an offer of a plugin that is switched off leaves the storefront, says why, and returns with the plugin", async () => {
  const [asha = ""] = await it.addCustomers(["Asha"], ["vip"]);
  const segment = await it.addSegment("vip");
  const id = await it.offer(percentOff({ segment }));
  await it.publish();
  const { percentage: _off, ...others } = registry.offerKinds;
  await it.publishWith({ ...registry, offerKinds: others });
  expect((await it.offerRow(id))?.fault).toContain("kind_missing");
  expect([it.pay(asha).total, it.catalogue()]).toEqual(["100.00", []]);
  await it.publish();
  expect(it.pay(asha).total).toBe("90.00");
});

test("when the merchant changes a segment that a kind narrows, the narrowed segment changes too", async () => {
  const segment = await it.addSegment("vip");
  const id = await it.offer(percentOff({ kind: "tier_reward", segment, "settings.tier": "GOLD" }));
  const narrowed = () => it.queriesOf("offer");
  expect(await narrowed()).toEqual(["(customer_tags CONTAINS 'vip') AND (loyalty_tier = 'GOLD')"]);
  await savedSegment(it.shop, { id: segment, name: "Other", query: "number_of_orders > 1" }, registry);
  await it.publish();
  expect(await narrowed()).toEqual(["(number_of_orders > 1) AND (loyalty_tier = 'GOLD')"]);
  await actOnOffer(it.shop, registry, id, sent({ intent: "delete" }));
  await it.publish();
  expect(await narrowed()).toEqual([]);
});

test("a kind that throws or hangs causes faults of its own offers only", async () => {
  const [asha = ""] = await it.addCustomers(["Asha"], ["vip"]);
  const segment = await it.addSegment("vip");
  await it.offer(percentOff({ segment }));
  const id = await it.offer(percentOff({ kind: "message", name: "Hello", segment }));
  const broken = {
    ...registry.offerKinds["message"],
    label: "x",
    settings: {},
    resolve: () => Promise.reject(new Error("no")),
  };
  await it.publishWith({ ...registry, offerKinds: { ...registry.offerKinds, message: broken } });
  expect((await it.offerRow(id))?.fault).toContain("kind_failed");
  expect(it.pay(asha).total).toBe("90.00");
  expect(it.catalogue()).toHaveLength(1);
});
