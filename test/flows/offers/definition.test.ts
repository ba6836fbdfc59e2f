// An offer as plain data: saved by any actor, with a handle that never changes, and kept in each version that was in force.
import { expect, test } from "vitest";
import { lockUntilCommit } from "../../../app/lock.server.ts";
import { deleteOffer, endOffer, pauseOffer, publishOffer } from "../../../app/offers/definition/move-offer.server.ts";
import { saveOffer, type Saving } from "../../../app/offers/definition/save-offer.server.ts";
import type { OfferTerms } from "../../../app/offers/offer.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { faultsIn } from "../../setup/definitions.ts";
import { hold, untilWaiting } from "../../setup/side-by-side.ts";
import { inItsOwnShop, type OfferShop } from "./offer-shop.ts";

let it: OfferShop;

inItsOwnShop((shop) => (it = shop));

const terms = (part: Partial<OfferTerms> = {}): OfferTerms => ({
  kind: "percentage",
  name: "Winter tea",
  segmentId: null,
  settings: { percent: "10", how: "automatic" },
  words: { en: { title: "Thanks", text: "", action: "" } },
  placements: ["home"],
  holdout: 0,
  startsAt: new Date("2026-01-01T00:00:00Z"),
  endsAt: null,
  ...part,
});
const NEW: Saving = { id: null, expectedVersion: null, actor: "staff:7" };

async function saved(part: Partial<OfferTerms> = {}, saving: Saving = NEW): Promise<string> {
  const outcome = await saveOffer(it.shop, registry, terms(part), saving);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.faults));
  return outcome.id;
}
const rows = <Row>(statement: ReturnType<OfferShop["sql"]>) => it.shop.db.tx((tx) => tx.rows<Row>(statement));
const definition = async (id: string) =>
  (await rows<{ handle: string; version: number; wish: string }>(it.sql`
    select handle, version, wish from offer where shop_id = ${it.shop.id} and id = ${id}`))[0]; // prettier-ignore

test("an offer is saved from plain data, and all faults of the data are returned at once", async () => {
  const bad = { name: " ", placements: [], startsAt: new Date(NaN), settings: { percent: "ten" } };
  const outcome = await saveOffer(it.shop, registry, terms(bad), NEW);
  expect(faultsIn(outcome)).toEqual({
    name: "app.field.missing",
    placement: "offers.fault.nowhere",
    starts: "offers.fault.no_date",
    "settings.percent": "app.field.not_a_number",
  });
  const id = await saved();
  await publishOffer(it.shop, registry, id, { actor: "staff:7" });
  await it.publish();
  expect([it.pay(null).total, it.catalogue().map((one) => one.id)]).toEqual(["90.00", [id]]);
});

test.each(["en-", "--", "zz-ZZZZZZZZZ", "e"])(
  "texts in the language “%s”, in which no date can be written, are refused",
  async (locale) => {
    const words = { [locale]: { title: "Thanks", text: "", action: "" } };
    const outcome = await saveOffer(it.shop, registry, terms({ words, endsAt: new Date("2027-01-01T00:00:00Z") }), NEW);
    expect(faultsIn(outcome)).toEqual({ [`words.${locale}`]: "app.field.not_a_choice" });
  },
);

test("a change of an outdated version is refused, and the first save stays", async () => {
  const id = await saved();
  const saving: Saving = { id, expectedVersion: 1, actor: "merchant" };
  await saved({ name: "First" }, saving);
  await expect(saved({ name: "Second" }, saving)).rejects.toThrow("app.edit.stale");
  expect(await definition(id)).toMatchObject({ version: 2 });
});

test("an offer's handle is made of its name and never changes, and no two offers of a shop have the same handle", async () => {
  const ids = await Promise.all([saved(), saved(), saved({ name: "Grüne & Küsse" }), saved({ name: "茶" })]);
  const handles = await Promise.all(ids.map(async (id) => (await definition(id))?.handle ?? ""));
  expect(handles.toSorted()).toEqual(["grune-kusse", "offer", "winter-tea", "winter-tea-2"].toSorted());
  const [first = ""] = ids;
  await saved({ name: "Summer tea" }, { id: first, expectedVersion: null, actor: "merchant" });
  expect((await definition(first))?.handle).toBe(handles[0]);
});

test("each version that was in force is kept with its date, and each change with its actor", async () => {
  const id = await saved();
  await saved({ name: "Still a draft" }, { id, expectedVersion: null, actor: "staff:8" });
  await publishOffer(it.shop, registry, id, { actor: "staff:8" });
  await saved({ settings: { percent: "20", how: "automatic" } }, { id, expectedVersion: null, actor: "staff:7" });
  await pauseOffer(it.shop, id, "staff:7");
  await endOffer(it.shop, id, "worker");
  const versions = await rows(it.sql`
    select version, definition ->> 'wish' as wish, definition ->> 'name' as name, definition -> 'settings' ->> 'percent' as percent
    from offer_version where shop_id = ${it.shop.id} and offer_id = ${id} order by version`);
  expect(versions).toEqual([
    { version: 3, wish: "on", name: "Still a draft", percent: "10" },
    { version: 4, wish: "on", name: "Winter tea", percent: "20" },
    { version: 5, wish: "paused", name: "Winter tea", percent: "20" },
    { version: 6, wish: "ended", name: "Winter tea", percent: "20" },
  ]);
  const audited = await rows(it.sql`
    select actor, action, version, changed from audit where shop_id = ${it.shop.id} and subject_kind = 'offer' order by id`);
  expect(audited).toEqual([
    { actor: "staff:7", action: "created", version: 1, changed: [] },
    { actor: "staff:8", action: "saved", version: 2, changed: ["name"] },
    { actor: "staff:8", action: "published", version: 3, changed: ["wish"] },
    { actor: "staff:7", action: "saved", version: 4, changed: ["name", "settings"] },
    { actor: "staff:7", action: "paused", version: 5, changed: ["wish"] },
    { actor: "worker", action: "ended", version: 6, changed: ["wish", "endsAt"] },
  ]);
});

test("pausing or ending an offer that is a draft, paused or ended already writes nothing, so no editor becomes outdated", async () => {
  const id = await saved();
  await pauseOffer(it.shop, id, "staff:8");
  await endOffer(it.shop, id, "staff:8");
  expect(await definition(id)).toMatchObject({ version: 1, wish: "draft" });
  await saved({ name: "First" }, { id, expectedVersion: 1, actor: "merchant" });
  await publishOffer(it.shop, registry, id, { actor: "merchant" });
  for (const act of [pauseOffer, pauseOffer, endOffer, endOffer, pauseOffer]) await act(it.shop, id, "staff:8");
  const audited = await rows<{ action: string }>(it.sql`
    select action from audit where shop_id = ${it.shop.id} and subject_id = ${id} order by id`);
  expect(audited.map(({ action }) => action)).toEqual(["created", "saved", "published", "paused", "ended"]);
  expect(await definition(id)).toMatchObject({ version: 5, wish: "ended" });
});

test("publishing calls a kind only if its settings or its plugin's settings changed", async () => {
  const { message } = registry.offerKinds;
  if (!message) throw new Error("the kind is built in");
  let asked = 0;
  const engineOf = (given: string) => {
    const counting: typeof message = {
      ...message,
      given,
      resolve: (...all) => {
        asked += 1;
        return message.resolve(...all);
      },
    };
    return { ...registry, offerKinds: { ...registry.offerKinds, message: counting } };
  };
  const timesAsked = async (given: string) => {
    asked = 0;
    await it.publishWith(engineOf(given));
    return asked;
  };
  const id = await saved({ kind: "message", settings: { href: "/a" } });
  await publishOffer(it.shop, registry, id, { actor: "merchant" });
  const hrefs = () => it.catalogue().map((one) => (one as { href?: string }).href);
  expect([await timesAsked("one"), await timesAsked("one"), await timesAsked("two")]).toEqual([1, 0, 1]);
  const saving: Saving = { id, expectedVersion: null, actor: "merchant" };
  await saved({ kind: "message", settings: { href: "/a" }, name: "Other" }, saving);
  expect(await timesAsked("two")).toBe(0);
  await saved({ kind: "message", settings: { href: "/b" }, name: "Other" }, saving);
  expect([hrefs(), await timesAsked("two"), hrefs()]).toEqual([["/a"], 1, ["/b"]]);
});

test("of offers that are saved at the same moment with one code, one gets the code and the others are refused", async () => {
  const coded = (code: string) => terms({ name: code, settings: { percent: "10", how: "code", code } });
  const release = await hold(it.shop, (tx) => lockUntilCommit(tx, `offer handles ${it.shop.id}`));
  const saves = ["TEA-1", "tea-1", "Tea-1"].map((code) => saveOffer(it.shop, registry, coded(code), NEW));
  await untilWaiting(3);
  await release();
  const outcomes = await Promise.all(saves);
  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
  for (const outcome of outcomes)
    if (!outcome.ok) expect(faultsIn(outcome)).toEqual({ "settings.code": "offers.fault.taken" });
});

test("a code that a paused offer's discount still has is taken, even if the offer has another code now", async () => {
  const coded = (code: string) => ({ settings: { percent: "10", how: "code", code } });
  const paused = await saved(coded("OLD"));
  await publishOffer(it.shop, registry, paused, { actor: "merchant" });
  await it.publish();
  await pauseOffer(it.shop, paused, "merchant");
  await it.publish();
  await saved(coded("NEW"), { ...NEW, id: paused });
  const again = await saveOffer(it.shop, registry, terms(coded("old")), NEW);
  expect(faultsIn(again)).toEqual({ "settings.code": "offers.fault.taken" });
  await saved(coded("OLD"), { ...NEW, id: paused });
  await deleteOffer(it.shop, paused, "merchant");
  await saved(coded("old"));
});
