// The failures on a plugin's page: one for each member, with the plugin's own line, and only for the plugin at fault.
import { beforeEach, expect, test, vi } from "vitest";
import type { CardContent } from "../../../app/analytics/card.ts";
import type { Cause, Changes } from "../../../app/customers/change.ts";
import { sql } from "../../../app/db.server.ts";
import { type ResolvedOffer } from "../../../app/offers/offer-kind.ts";
import { narrowAudience } from "../../../app/offers/publishing/audiences/narrow-audience.server.ts";
import { resolveOffer } from "../../../app/offers/resolve.server.ts";
import { drawCards } from "../../../app/plugins/cards.server.ts";
import { runGuarded } from "../../../app/plugins/running/guard.server.ts";
import { registry, registryOf } from "../../../app/plugins/installed.server.ts";
import { defineOfferKind, definePlugin, type Plugin } from "../../../app/plugins/plugin.ts";
import { assemble } from "../../../app/plugins/registry.server.ts";
import { listPlugins, switchPlugin } from "../../../app/plugins/state.server.ts";
import type { Attribute, AttributeFunction, ParamTest } from "../../../app/segments/attribute.server.ts";
import { evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import { refreshMembership } from "../../../app/segments/memberships/membership.server.ts";
import { savedSegment } from "../../setup/definitions.ts";
import { offerValues } from "../../../app/segments/values/values.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import type { QuestionShape } from "../../../app/surveys/wire.ts";
import { addCustomers, newShop } from "../new-shop.ts";

const HERE = String.raw`test/flows/plugins/marks\.test\.ts:\d+`;

let shop: Shop;
beforeEach(async () => {
  shop = await newShop();
});

const guest = (members: Partial<Plugin>) =>
  definePlugin({ name: "guest", contract: 1, label: "guest.label", description: "guest.text", ...members });
const engineOf = (plugin: Plugin) => registryOf(shop, assemble([...registry.plugins, plugin]));
async function stateOf(plugin: Plugin) {
  const [view] = await listPlugins(shop, [plugin]);
  return view;
}

test("a job's failure stays when a card fails after it; switching the plugin on again clears both", async () => {
  const plugin = guest({});
  const fail = () => Promise.reject(new RangeError("no"));
  for (const what of ["job count", "job count", "card spend"]) await runGuarded(shop, "guest", what, fail);
  const at = new Date("2026-11-22T12:00:00Z");
  const fault = (what: string) => expect.stringMatching(new RegExp(`^${what}: RangeError at ${HERE}$`));
  expect(await stateOf(plugin)).toMatchObject({ failures: 3, fault: fault("card spend") });
  expect((await stateOf(plugin))?.faults).toHaveLength(2);
  expect((await stateOf(plugin))?.faults).toEqual(
    expect.arrayContaining([
      { fault: fault("job count"), at, times: 2 },
      { fault: fault("card spend"), at, times: 1 },
    ]),
  );
  await switchPlugin(shop, plugin, true, "merchant");
  expect(await stateOf(plugin)).toMatchObject({ failures: 0, fault: null, faults: [] });
});

const figure = (value: unknown, unit: "count" | "money" = "count"): CardContent => ({
  shape: "figure",
  value: value as string,
  unit,
});

test.each([
  ["NaN", figure(String(Number.NaN))],
  ["Infinity", figure("Infinity", "money")],
  ["a number", figure(12)],
  [
    "undefined",
    { shape: "rows", rows: [{ label: "a", value: undefined as never, unit: "count" }] } satisfies CardContent,
  ],
])("a card's value that is no number (%s) is not drawn, and its plugin is told", async (_what, content) => {
  const plugin = guest({ cards: { spend: { label: "a", place: "home", resolve: async () => content } } });
  expect(await drawCards(shop, assemble([plugin]), "home", null)).toEqual([]);
  expect((await stateOf(plugin))?.fault).toMatch(
    /^card spend: its value is (NaN|Infinity|a number|undefined): give a decimal number as text/,
  );
});

const rowsOf = (more: object) => ({ shape: "rows", rows: [{ label: "a", value: "1", unit: "count", ...more }] });

const WRONG: [string, unknown, string][] = [
  ["a shape that nobody draws", { shape: "pie" }, 'its shape is "pie": use figure, rows, bars, series, matrix'],
  ["a bar below 0", { shape: "bars", unit: "count", bars: [{ label: "a", value: "-1" }] }, "a bar's value is below 0"],
  [
    "bars in words",
    { shape: "bars", unit: "word", bars: [{ label: "a", value: "1" }] },
    "its unit is word, and a bar needs a number",
  ],
  [
    "a point without a day",
    { shape: "series", unit: "count", points: [{ day: "May", value: "1" }] },
    "a point needs a day such as",
  ],
  [
    "a row that is too short",
    {
      shape: "matrix",
      unit: "count",
      columns: [{ label: "a" }, { label: "b" }],
      rows: [{ label: "c", values: ["1"] }],
    },
    "a row has more or fewer values than columns",
  ],
  ...[
    "javascript:alert(1)",
    "//evil.example",
    "/\\evil.example",
    "data:text/html,x",
    " https://a.example",
    "java\nscript:x",
    5,
  ].map((url): [string, unknown, string] => [
    `a link to ${JSON.stringify(url)}`,
    { shape: "rows", rows: [{ label: "a", value: "1", unit: "count", url }] },
    "its url leads neither to a page of the app nor to an http address",
  ]),
  [
    "a column that is null",
    { shape: "matrix", unit: "count", columns: [null], rows: [] },
    "one of its columns is no object",
  ],
  [
    "a column whose label is an object",
    { shape: "matrix", unit: "count", columns: [{ label: { a: 1 } }], rows: [] },
    "a column has no label",
  ],
  ["a row that is null", { shape: "rows", rows: [null] }, "one of its rows is no object"],
  ["a note that is an object", rowsOf({ note: {} }), "a row's note is object, and must be a text"],
  [
    "a note that counts in words",
    { shape: "figure", value: "1", unit: "count", note: { key: "a", count: "many" } },
    "its note's count is",
  ],
  ["a total in words", { shape: "bars", unit: "count", bars: [], total: "none" }, "its total is"],
  ["half an emoji", rowsOf({ note: "\ud83c" }), "it gives a text with NUL or half a character"],
  [
    "a card of 100,000 bars",
    { shape: "bars", unit: "count", bars: Array.from({ length: 100_000 }, () => ({ label: "a", value: "1" })) },
    "it gives more than",
  ],
];

test.each(WRONG)("%s is not drawn, and the failure is shown on the card's plugin", async (_what, content, sentence) => {
  const resolve = async () => content as CardContent;
  const plugin = guest({ cards: { spend: { label: "a", place: "home", resolve } } });
  expect(await drawCards(shop, assemble([plugin]), "home", null)).toEqual([]);
  const fault = (await stateOf(plugin))?.fault;
  expect(fault).toContain("card spend: ");
  expect(fault).toContain(sentence);
  expect(fault).not.toContain("app/plugins");
});

test("links to a page of the app, to Shopify's admin and to another site are drawn", async () => {
  const urls = ["/app/customers?q=a", "shopify://admin/orders/1", "https://example.com/a", "http://example.com"];
  const bars = urls.map((url) => ({ label: "a", value: "1", url }));
  const plugin = guest({
    cards: { links: { label: "a", place: "home", resolve: async () => ({ shape: "bars", unit: "count", bars }) } },
  });
  expect(await drawCards(shop, assemble([plugin]), "home", null)).toMatchObject([{ content: { bars } }]);
});

test.each<[string, () => unknown]>([
  ["an object without a prototype", () => Object.create(null)],
  ["a text", () => "no"],
  ["an error whose stack is a number", () => Object.assign(new Error("no"), { stack: 5 })],
  [
    "an error whose message throws",
    () =>
      Object.defineProperty(new Error("no"), "message", {
        get: () => {
          throw new Error("never");
        },
      }),
  ],
  [
    "a value that answers nothing",
    () =>
      new Proxy(
        {},
        {
          getPrototypeOf: () => {
            throw new Error("never");
          },
        },
      ),
  ],
])("a plugin that throws %s is marked", async (_what, thrown) => {
  const plugin = guest({ cards: { odd: { label: "a", place: "home", resolve: () => Promise.reject(thrown()) } } });
  expect(await drawCards(shop, assemble([plugin]), "home", null)).toEqual([]);
  expect(await stateOf(plugin)).toMatchObject({ failures: 1, fault: expect.stringMatching(/^card odd: Error/) });
});

test("a result of `resolve` that is no percentage or amount is refused and shown on the kind's plugin", async () => {
  let percent: unknown = "10";
  const resolve = (): ResolvedOffer => ({
    content: { shape: "discount", percent: percent as string, code: null, href: null },
    discount: null,
  });
  const plugin = guest({ offerKinds: { gift: { label: "a", settings: {}, resolve } } });
  const { offerKinds } = await engineOf(plugin);
  const tried = () => resolveOffer(shop, offerKinds, { kind: "gift", settings: {} });
  expect(await tried()).toMatchObject({ ok: true });
  for (percent of ["NaN", Number.NaN, "Infinity", "0", "101", "1e1", undefined])
    expect(await tried(), String(percent)).toMatchObject({ ok: false, fault: { key: "offers.fault.kind_failed" } });
  expect(await stateOf(plugin)).toMatchObject({
    failures: 7,
    fault: expect.stringMatching(/^offer gift: its percent is/),
  });
});

test("content that cannot be stored is refused, and shown on the kind's plugin: text that is no text, a circle, a BigInt", async () => {
  let more: object = {};
  const resolve = (): ResolvedOffer => ({ content: { shape: "message", href: "/tea", ...more }, discount: null });
  const plugin = guest({ offerKinds: { gift: { label: "a", settings: {}, resolve } } });
  const { offerKinds } = await engineOf(plugin);
  const tried = () => resolveOffer(shop, offerKinds, { kind: "gift", settings: {} });
  expect(await tried()).toMatchObject({ ok: true });
  const circle: Record<string, unknown> = {};
  circle["circle"] = circle;
  const WRONG_CONTENTS: [object, string][] = [
    [{ href: "/\ud83c" }, "it gives a text with NUL or half a character"],
    [{ more: "\0" }, "it gives a text with NUL or half a character"],
    [{ more: 1n }, "it gives a bigint"],
    [circle, "it gives values within each other"],
    [{ more: "x".repeat(300_000) }, "it gives more than"],
    [{ href: "javascript:alert(1)" }, "its href is neither a page of the store"],
  ];
  for (const [content, sentence] of WRONG_CONTENTS) {
    more = content;
    expect(await tried(), sentence).toMatchObject({ ok: false, fault: { key: "offers.fault.kind_failed" } });
    expect((await stateOf(plugin))?.fault).toContain(`offer gift: ${sentence}`);
  }
});

test("a percentage with more decimal places than Shopify keeps is refused", async () => {
  let percent = "12.3456";
  const resolve = (): ResolvedOffer => ({
    content: { shape: "message", href: null },
    discount: { title: "", code: null, grant: { kind: "percent", percent } },
  });
  const plugin = guest({ offerKinds: { gift: { label: "a", settings: {}, resolve } } });
  const { offerKinds } = await engineOf(plugin);
  const tried = () => resolveOffer(shop, offerKinds, { kind: "gift", settings: {} });
  expect(await tried()).toMatchObject({ ok: true });
  percent = "12.34567";
  expect(await tried()).toMatchObject({ ok: false });
  expect((await stateOf(plugin))?.fault).toContain("its percent has more than 4 decimal places: round it");
});

test.each([
  ["a choice that is null", { shape: "choice", choices: [null] }, "one of its choices is no object"],
  [
    "a choice whose label is an object",
    { shape: "choice", choices: [{ value: "1", label: {} }] },
    "one of its choices has no value or no label",
  ],
  [
    "a scale without end",
    { shape: "scale", from: 0, to: 1e9, low: "", high: "" },
    "its scale needs a to above its from",
  ],
  ["a scale the wrong way round", { shape: "scale", from: 5, to: 1, low: "", high: "" }, "its scale needs a to above"],
  ["a text of no letter", { shape: "text", maxLength: 0 }, "its text needs maxLength as a whole number from 1"],
  ["a day that is not", { shape: "date", from: "2026-13-45", to: null }, "its from and to must each be a day"],
])("a question with %s is refused, and shown on the kind's plugin", async (_what, shape, sentence) => {
  const plugin = guest({
    questionKinds: {
      mood: {
        ...{ label: "a", settings: {}, measure: "shares" },
        shape: () => shape as QuestionShape,
        check: () => ({ ok: true, values: [] }),
      },
    },
  });
  const { questionKinds } = await engineOf(plugin);
  const words = { label: "", choices: [], low: "", high: "" };
  expect(() => questionKinds["mood"]?.shape({}, words)).toThrow(sentence);
  await vi.waitFor(async () => expect((await stateOf(plugin))?.fault).toContain(`question mood: ${sentence}`), {
    timeout: 60_000,
  });
});

test("an audience that throws or cannot be parsed is shown on the plugin, not on the merchant's segment", async () => {
  let query = () => "number_of_orders >= 1";
  const plugin = guest({
    offerKinds: {
      gift: defineOfferKind({
        label: "a",
        settings: {},
        resolve: () => ({ content: { shape: "message", href: null }, discount: null }),
        audience: () => query(),
      }),
    },
  });
  const engine = await engineOf(plugin);
  const offer = { kind: "gift", name: "Gift", segmentId: null, narrowedId: null, settings: {} };
  const narrow = () => shop.db.tx((tx) => narrowAudience(shop, tx, engine, offer, "merchant"));
  expect(await narrow()).toEqual(expect.any(String));
  query = () => "tier IS GOLD";
  await expect(narrow()).rejects.toThrow("offers.fault.kind_failed");
  await vi.waitFor(
    async () => expect((await stateOf(plugin))?.fault).toMatch(/^audience of offer gift: its query cannot be read: /),
    { timeout: 60_000 },
  );
  query = () => {
    throw new TypeError("no");
  };
  await expect(narrow()).rejects.toThrow("offers.fault.kind_failed");
  await vi.waitFor(
    async () =>
      expect((await stateOf(plugin))?.fault).toMatch(new RegExp(`^audience of offer gift: TypeError at ${HERE}$`)),
    { timeout: 60_000 },
  );
});

async function failureOf(name: string, query: string, entry: Attribute | AttributeFunction) {
  const plugin = guest({ attributes: { [name]: entry } });
  const engine = await engineOf(plugin);
  await addCustomers(shop, "7");
  const id = await savedSegment(shop, { name: "a", query }, engine);
  await evaluateSegment(shop, id, engine, async () => undefined);
  const changes: Changes = new Map([["7", new Map([["profile" as const, [{ cause: "test", at: null }] as [Cause]]])]]);
  await shop.db.tx((tx) => refreshMembership(shop, tx, changes, engine));
  return (await stateOf(plugin))?.fault ?? null;
}

test("a wrong parameter name in an attribute's own SQL is shown with the name and the plugin's line", async () => {
  const fault = await failureOf("visits", "visits MATCHES (city = 'Leeds')", {
    label: "a",
    reads: ["profile"],
    params: { city: { label: "b", type: "string" } },
    sql: (ask: ParamTest) => sql`${ask("town", sql`c.locale`)}`,
  });
  expect(fault).toMatch(
    new RegExp(`^attribute visits: its SQL asks for the parameter "town", which it does not have at ${HERE}$`),
  );
});

test("an attribute with NaN or Infinity selects nobody and is reported; one with a number selects", async () => {
  const ratio = (value: string): Attribute => ({
    label: "a",
    type: "float",
    reads: ["profile"],
    sql: () => sql`(${value}::float8 + 0 * length(c.id))`,
  });
  for (const value of ["NaN", "Infinity", "-Infinity"]) {
    expect(await failureOf("ratio", "ratio > 5", ratio(value))).toContain(
      `attribute ratio: its value is ${value}, and a query cannot compare that`,
    );
    shop = await newShop();
  }
  expect(await failureOf("ratio", "ratio > 5", ratio("7.5"))).toBeNull();
  const members = await shop.db.tx((tx) =>
    tx.rows(sql`select customer_id as id from membership where shop_id = ${shop.id} and left_at is null`),
  );
  expect(members).toEqual([{ id: "7" }]);
});

test("wrong values that a plugin suggests are reported on the plugin, and nothing is suggested", async () => {
  const suggest = () => {
    throw new TypeError("no");
  };
  const letter: Attribute = { label: "a", type: "string", reads: ["profile"], sql: () => sql`c.locale`, suggest };
  const plugin = guest({ attributes: { letter } });
  const asked = new URLSearchParams({ attribute: "letter", search: "" });
  expect(await offerValues(shop, asked, { engine: await engineOf(plugin), locale: "en" })).toEqual([]);
  expect((await stateOf(plugin))?.fault).toMatch(new RegExp(`^attribute letter: TypeError at ${HERE}$`));
});
