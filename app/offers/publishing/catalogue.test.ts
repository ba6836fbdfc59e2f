import { expect, it } from "vitest";
import { buildCatalogue, fitCatalogue, type CatalogueEntry } from "./catalogue.ts";
import { contextChanges } from "./grants/discount.server.ts";
import type { Offer } from "../offer.ts";
import { nextContext } from "../discount-context.ts";

const SHOP = { timeZone: "UTC", currency: "GBP", titles: {} };

const offer = (id: string, part: Partial<Offer> = {}): CatalogueEntry => ({
  content: { shape: "discount", percent: "10", code: null, href: null },
  offer: {
    id,
    handle: id,
    version: 1,
    kind: "percentage",
    name: id,
    segmentId: null,
    narrowedId: null,
    holdout: 0,
    experimentId: null,
    audienceKey: null,
    settings: {},
    words: { en: { title: "Thanks", text: "", action: "" } },
    placements: ["home"],
    wish: "on",
    state: "active",
    startsAt: new Date("2026-01-01T00:00:00Z"),
    endsAt: null,
    publication: {
      settledAs: null,
      discountId: null,
      publishedAs: null,
      shownVersion: null,
      fault: null,
      found: [],
      withdrawn: false,
    },
    ...part,
  },
});

it("personal offers come first, then the newest", () => {
  const later = new Date("2026-02-01T00:00:00Z");
  const entries = [
    offer("all"),
    offer("all-newer", { startsAt: later }),
    offer("personal", { segmentId: "s", audienceKey: "key-s" }),
    offer("narrowed", { segmentId: "s", narrowedId: "n", audienceKey: "key-n", startsAt: later }),
  ];
  const { offers } = buildCatalogue(entries, SHOP);
  expect(offers.map(({ id, audience }) => [id, audience])).toEqual([
    ["narrowed", "key-n"],
    ["personal", "key-s"],
    ["all-newer", null],
    ["all", null],
  ]);
});

it("an offer without words still shows its last day, in every language of the block", () => {
  const [published] = buildCatalogue(
    [offer("a", { words: {}, endsAt: new Date("2026-12-01T00:00:00Z") })],
    SHOP,
  ).offers;
  expect(Object.keys(published?.words ?? {})).toEqual(["en", "gu", "pa"]);
  expect(published?.words["en"]).toEqual({ title: "", text: "", action: "", until: "November 30, 2026" });
});

it("an amount off is shown with the decimal places of the shop's currency, and a whole amount without them", () => {
  const amountOf = (amount: string) => {
    const entry = { ...offer("a"), content: { shape: "discount", amount, code: null, href: null } } as const;
    return buildCatalogue([entry], { ...SHOP, currency: "HUF" }).offers[0]?.words["en"]?.amount;
  };
  expect([amountOf("99.50"), amountOf("100.00")]).toEqual(["HUF\u00a099.50", "HUF\u00a0100"]);
});

it("offers that do not fit into 16 KB are left out and named, and later offers that fit are still added", () => {
  const long = { en: { title: "x".repeat(17_000), text: "", action: "" } };
  const { text, left } = fitCatalogue(buildCatalogue([offer("a"), offer("b", { words: long }), offer("c")], SHOP));
  expect(left).toEqual(["b"]);
  expect((JSON.parse(text) as { offers: { id: string }[] }).offers.map(({ id }) => id)).toEqual(["a", "c"]);
  expect(Buffer.byteLength(text)).toBeLessThan(16 * 1024);
});

it("a list of customers changes by at most 250 in a call, and is never empty in between", () => {
  const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => String(from + at));
  const gid = (id: string) => ({ id: `gid://shopify/Customer/${id}` });
  const now = { __typename: "DiscountCustomers", customers: ids(0, 300).map(gid) };
  const changes = contextChanges(now, { to: "customers", ids: ids(300, 900) });
  const held = new Set(now.customers.map(({ id }) => id));
  for (const change of changes) {
    const { add = [], remove = [] } = "customers" in change ? change.customers : {};
    expect(add.length + remove.length).toBeLessThanOrEqual(250);
    for (const id of add) held.add(id);
    for (const id of remove) held.delete(id);
    expect(held.size).toBeGreaterThan(0);
  }
  expect([...held].sort()).toEqual(
    ids(300, 900)
      .map((id) => gid(id).id)
      .sort(),
  );
  expect(contextChanges(now, { to: "customers", ids: ids(0, 300) })).toEqual([]);
});

it("the customers of an earlier limit are replaced, not added to", () => {
  const named = { __typename: "DiscountCustomers", customers: [{ id: "gid://shopify/Customer/1" }] };
  expect(contextChanges(named, { to: "segment", id: "gid://shopify/Segment/9" })).toEqual([
    { customerSegments: { add: ["gid://shopify/Segment/9"] } },
  ]);
  expect(contextChanges({ __typename: "DiscountBuyerSelectionAll" }, { to: "customers", ids: ["1"] })).toEqual([
    { customers: { add: ["gid://shopify/Customer/1"] } },
  ]);
});

it("a segment of about 250 members does not change between a list and a native segment each time", () => {
  expect([249, 250].map((count) => nextContext(count, null))).toEqual(["customers", "segment"]);
  expect([249, 200, 199].map((count) => nextContext(count, "segment"))).toEqual(["segment", "segment", "customers"]);
  expect(nextContext(249, "customers")).toBe("customers");
});
