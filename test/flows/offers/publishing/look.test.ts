// Changes that a merchant makes to our discounts in the admin are found, shown and undone on request. At night duplicates and
// leftovers of ours are ended.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { AdminApi } from "../../../../app/shopify/admin-api.server.ts";
import { actOnOffer } from "../../../../app/offers/editor/act-on-offer.server.ts";
import { readEditor } from "../../../../app/offers/editor/read-editor.server.ts";
import { offersAttention } from "../../../../app/offers/attention.server.ts";
import { pauseOffer } from "../../../../app/offers/definition/move-offer.server.ts";
import { lookAtOffers } from "../../../../app/offers/publishing/look.server.ts";
import { registry } from "../../../../app/plugins/installed.server.ts";
import { deleteCustomer } from "../../../dev-store/commands/customer.ts";
import { buildPayload } from "../../../dev-store/webhooks/payload.ts";
import type { Discount } from "../../../dev-store/model.ts";
import type { DevShop } from "../../../setup/dev-shop.ts";
import { openIngest, type Ingest, type Json } from "../../ingest-shop.ts";
import { sent, percentOff, startOfferShop, startStores, type OfferShop } from "../offer-shop.ts";

let dev: DevShop;
let it: OfferShop;
let ingest: Ingest;

beforeAll(async () => {
  dev = await startStores();
  ingest = await openIngest();
});
afterAll(async () => {
  await ingest.close();
  await dev.close();
});
beforeEach(async () => {
  it = await startOfferShop(dev);
});

const look = (offer: string | null = null, api: AdminApi = it.admin) => lookAtOffers(it.shop, registry, offer, api);
const found = async (id: string) => (await editor(id)).attention.map(({ key }) => key.replace("offers.", ""));
const jobs = async (name: string) =>
  ingest.rows("select data from pgboss.job where name = $1 and data->>'shop' = $2 and state = 'created'", [name, it.shop.id]); // prettier-ignore
const forgetJobs = () => ingest.rows("delete from pgboss.job where data->>'shop' = $1", [it.shop.id]);

async function editor(id: string) {
  const view = await readEditor(it.shop, registry, { id, kind: null });
  if (!view) throw new Error("there is no such offer");
  return view;
}

const press = async (id: string, intent: string) => {
  await actOnOffer(it.shop, registry, id, sent({ intent }));
  await it.publish();
};

/** Runs a mutation as the merchant in the admin. */
const admin = (mutation: string, id: string, method: Discount["method"] = "automatic") =>
  it.admin.request(`mutation M($id: ID!) { ${mutation} { userErrors { message } } }`, {
    id: `gid://shopify/Discount${method === "code" ? "Code" : "Automatic"}Node/${id}`,
  });

async function offered(fields = {}) {
  const [asha = "", ravi = ""] = await it.addCustomers(["Asha", "Ravi"], ["vip"]);
  const segment = await it.addSegment("vip");
  const id = await it.offer(percentOff({ segment, ...fields }));
  await it.publish();
  const [discount] = it.discounts();
  if (!discount) throw new Error("there is no discount");
  const sees = async () => [
    it.pay(asha).total,
    it.keysOf(asha).length,
    (await it.page("/", asha)).includes("A thank-you for you"),
  ];
  return { id, discount, asha, ravi, segment, sees };
}

const TAMPERING: [string, string, (discount: Discount) => unknown][] = [
  ["stopped", "stopped", ({ id }) => admin("discountAutomaticDeactivate(id: $id)", id)],
  ["deleted", "deleted", ({ id }) => admin("discountAutomaticDelete(id: $id)", id)],
  ["given another percentage", "grant", (one) => (one.value = { kind: "percentage", share: "0.05" })],
  ["given an amount", "grant", (one) => (one.value = { kind: "amount", amount: "5.00" })],
  ["given an amount off each item", "grant", (one) => (one.value = { kind: "amount", amount: "5.00", eachItem: true })],
  ["given an earlier end", "dates", (one) => (one.endsAt = "2099-01-01T00:00:00Z")],
  ["given a later start", "dates", (one) => (one.startsAt = "2099-01-01T00:00:00Z")],
  ["given a minimum", "conditions", (one) => (one.minimumSubtotal = "500.00")],
  ["opened to everybody", "who", (one) => (one.context = { kind: "all" })],
];

test.for(TAMPERING)(
  "a discount that is %s in the admin is told, promised to nobody, and mended by one button",
  async ([, key, tamper]) => {
    const { id, discount, sees } = await offered();
    expect(await sees()).toEqual(["90.00", 1, true]);
    await tamper(discount);
    await look(id);
    await it.publish();
    expect((await sees()).slice(1)).toEqual([0, false]);
    expect(await found(id)).toContain(`found.${key}`);
    const onHome = await offersAttention(it.shop, registry.offerKinds);
    expect(onHome).toContainEqual(expect.objectContaining({ key: `offers.found.${key}`, tone: "critical" }));
    expect(await editor(id)).toMatchObject({ mends: true, seen: "fault" });

    await press(id, "mend");
    expect(await sees()).toEqual(["90.00", 1, true]);
    expect(it.discounts().filter(({ endsAt }) => endsAt === null)).toHaveLength(1);
    await look();
    expect(await editor(id)).toMatchObject({ mends: false });
  },
);

test("a code that was changed in the admin is reported and can be restored; added codes are not reported", async () => {
  const { id, discount, asha } = await offered({ "settings.how": "code", "settings.code": "TEA" });
  discount.codes.push("TEA-2");
  await look(id);
  expect(await found(id)).not.toContain("found.code");
  discount.codes = ["OTHER"];
  await look(id);
  expect(await found(id)).toContain("found.code");
  await press(id, "mend");
  expect(it.pay(asha, ["TEA"]).total).toBe("90.00");
});

test("a change that the merchant undoes in the admin is no longer reported", async () => {
  const { id, discount, sees } = await offered();
  await admin("discountAutomaticDeactivate(id: $id)", discount.id);
  await look(id);
  await it.publish();
  expect((await sees())[2]).toBe(false);
  await admin("discountAutomaticActivate(id: $id)", discount.id);
  await look(id);
  await it.publish();
  expect(await sees()).toEqual(["90.00", 1, true]);
  expect(await found(id)).not.toContain("found.stopped");
});

test("a discount that was stopped in the admin stays stopped when the audience changes", async () => {
  const { id, discount, asha } = await offered();
  await admin("discountAutomaticDeactivate(id: $id)", discount.id);
  await look(id);
  const [mira = ""] = await it.addCustomers(["Mira"]);
  await it.tag([mira], ["vip"]);
  await it.publish();
  expect([it.pay(asha).total, it.pay(mira).total, it.keysOf(mira)]).toEqual(["100.00", "100.00", []]);
});

test("a renamed discount keeps its promise; both titles are remembered, and the page shows the new title", async () => {
  const { id, discount, ravi, sees } = await offered();
  discount.title = "VIP thanks";
  await look(id);
  await look(id);
  await it.publish();
  expect(await sees()).toEqual(["90.00", 1, true]);
  expect(await found(id)).toContain("found.title");
  await it.tag([ravi], []);
  await it.publish();
  await look(id);
  expect([it.discounts()[0]?.title, (await editor(id)).mends]).toEqual(["Thanks", false]);
  const titles = await ingest.rows("select title, to_at is null as now from discount_title where offer_id = $1 order by from_at", [id]); // prettier-ignore
  expect(titles).toEqual([
    { title: "Thanks", now: false },
    { title: "VIP thanks", now: false },
    { title: "Thanks", now: true },
  ]);
});

test("a paused offer whose discount was started in the admin is reported, and the button stops the discount again", async () => {
  const { id, discount, asha } = await offered();
  await pauseOffer(it.shop, id, "merchant");
  await it.publish();
  await admin("discountAutomaticActivate(id: $id)", discount.id);
  await look();
  expect(await found(id)).toContain("found.started");
  expect(it.pay(asha).total).toBe("90.00");
  await press(id, "mend");
  expect([it.pay(asha).total, (await editor(id)).mends]).toEqual(["100.00", false]);
});

test("the app's own changes are not reported as the merchant's: a deleted customer, an end that passed, a second comparison", async () => {
  const { id, ravi } = await offered({ ends: "2099-12-01T10:30" });
  deleteCustomer(dev.store, it.store, ravi);
  await look();
  expect(await editor(id)).toMatchObject({ mends: false });
  const [later = ""] = await it.addCustomers(["Later"]);
  await it.tag([later], ["vip"]);
  await look();
  await it.publish();
  await look();
  expect(await editor(id)).toMatchObject({ mends: false });
});

test("a signed webhook of a change is handled, and an echo of the app's own change causes no publishing", async () => {
  const { id, discount } = await offered();
  const hear = async (topic: string) => {
    const emission = { topic, resourceId: discount.id, eventId: "e", data: { method: "automatic" } };
    expect(await ingest.send(topic, buildPayload(dev.store, it.store, emission) as Json, { shop: it.shop.id })).toBe(
      200,
    );
    await ingest.settle(it.shop.id);
  };
  await forgetJobs();
  await hear("discounts/update");
  expect(await jobs("offers.look")).toEqual([{ data: { shop: it.shop.id, offer: id } }]);
  await look(id);
  expect(await jobs("offers.publish")).toEqual([]);

  await forgetJobs();
  await admin("discountAutomaticDelete(id: $id)", discount.id);
  await hear("discounts/delete");
  expect(await jobs("offers.look")).toHaveLength(1);
  await look(id);
  expect(await jobs("offers.publish")).toHaveLength(1);
  expect(await found(id)).toContain("found.deleted");

  await forgetJobs();
  const theirs = { admin_graphql_api_id: "gid://shopify/DiscountAutomaticNode/99", title: "Theirs" };
  await ingest.send("discounts/update", theirs, { shop: it.shop.id });
  await ingest.settle(it.shop.id);
  expect(await jobs("offers.look")).toEqual([]);
});

test("at night the app ends duplicates and leftovers of its own, and keeps the merchant's discounts and segments", async () => {
  const many = await it.addCustomers(Array.from({ length: 250 }, (_, at) => `Customer ${at}`), ["many"]); // prettier-ignore
  const segment = await it.addSegment("many");
  const id = await it.offer(percentOff({ segment }));
  await it.publish();
  const [discount] = it.discounts();
  const [native] = it.natives();
  if (!discount || !native) throw new Error("nothing was published");
  const double = (more: Partial<Discount>) => {
    const made = { ...discount, id: dev.store.newId(it.store), title: `Double ${it.discounts().length}`, ...more };
    it.store.discounts.set(made.id, made);
    return made;
  };
  const twin = double({});
  const orphan = double({ tags: ["regulars", "regulars-00000000-0000-4000-8000-000000000000"] });
  const theirs = double({ tags: ["regular", "summer"] });
  const copy = (query: string) => {
    const made = { ...native, id: dev.store.newId(it.store), name: `Copy ${it.natives().length}`, query };
    it.store.segments.set(made.id, made);
    return made.id;
  };
  const doubled = copy(native.query);
  const left = copy(native.query.replace(await it.keyFor(segment), "00000000-0000-4000-8000-000000000000"));
  const own = copy(`${native.query} AND amount_spent > 100`);
  await look();
  const runs = (one: Discount) => it.store.discounts.get(one.id)?.endsAt === null;
  expect([discount, twin, orphan, theirs].map(runs)).toEqual([true, false, false, true]);
  expect([native.id, doubled, left, own].map((one) => it.store.segments.has(one))).toEqual([true, false, false, true]);
  expect(it.pay(many[0] ?? "").total).toBe("90.00");
  expect(await editor(id)).toMatchObject({ mends: false });
});

test("at night a discount whose id was lost is assigned to its offer", async () => {
  const { id, asha } = await offered();
  await ingest.rows("update offer_publication set discount_id = null where offer_id = $1", [id]);
  await pauseOffer(it.shop, id, "merchant");
  await ingest.rows("update offer_publication set published_as = 'stopped' where offer_id = $1", [id]);
  await look();
  await it.publish();
  expect(it.pay(asha).total).toBe("100.00");
});
