// The editor's preview must show the same card as the storefront. Both are drawn, and the texts that a shopper reads are
// compared.
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";
import { Liquid } from "liquidjs";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import english from "../../../extensions/theme/locales/en.default.json";
import { OfferCard } from "./offer-card.tsx";
import type { Deal, Least, OfferContent, OfferWords } from "../wire.ts";

const says = english.offer;
const liquid = new Liquid();
liquid.registerFilter("t", (key: string, ...given: [string, unknown][]) =>
  given.reduce(
    (text, [name, value]) => text.replace(`{{ ${name} }}`, () => String(value)),
    says[key.replace("offer.", "") as keyof typeof says],
  ),
);
const source = readFileSync("extensions/theme/snippets/offer-card.liquid", "utf8");

/** Each part of the card that a shopper sees, with its text. The buttons' own elements differ on purpose. */
function parts(html: string): [string, string][] {
  const { document } = new JSDOM(html).window;
  const shown = [...document.querySelectorAll("[class^=regulars-offer__], code")];
  return shown
    .filter(({ className }) => !/__(words|dismiss)/.test(className))
    .map(({ className, textContent }) => [
      className.replace(/ .*/, ""),
      (textContent ?? "").replace(/\s+/g, " ").trim(),
    ]);
}

const discount = (part: Partial<OfferContent> = {}) =>
  ({ shape: "discount", percent: "12.5", code: "THANKS", href: "/collections/all", ...part }) as OfferContent;
const some = (minimum: Least) => discount({ items: { products: ["1", "2"] }, minimum });
const deal = (part: Partial<Deal> = {}): OfferContent => ({
  ...{ shape: "discount", code: null, href: null },
  deal: {
    ...{ buys: { products: ["1", "2"] }, least: { quantity: 2 }, gets: { products: ["3"] }, quantity: 1, share: "100" },
    ...{ perOrder: 1, ...part },
  } as Deal,
});
const words = (part: Partial<OfferWords> = {}): OfferWords => ({
  title: "Thanks <b>",
  text: "Soon",
  action: "Look",
  ...part,
});

it.for<[string, OfferContent, OfferWords]>([
  ["a code", discount(), words({ until: "30 November 2026" })],
  ["an automatic discount", discount({ code: null }), words()],
  ["a discount without words", discount(), words({ title: "", text: "", action: "" })],
  ["a discount without a link", discount({ href: null }), words()],
  [
    "an amount off",
    { shape: "discount", amount: "5.00", code: null, href: null },
    words({ title: "", text: "", action: "", amount: "£5" }),
  ],
  ["a deal", deal(), words({ title: "", buys: "2 of A & <b>B</b>", gets: "C $& D" })],
  ["a deal without titles of its products", deal(), words({ title: "" })],
  [
    "a deal from an amount on",
    deal({ least: { subtotal: "25" }, share: "50" }),
    words({ title: "", least: "£25", buys: "A", gets: "B" }),
  ],
  ["a deal beside the merchant's own title", deal({ least: { subtotal: "25" } }), words({ least: "£25" })],
  ["named products from an amount on", some({ subtotal: "30" }), words({ items: "A or B", least: "£30" })],
  ["a number of named products", some({ quantity: 2 }), words({ items: "A or B" })],
  ["products without titles", some({ quantity: 2 }), words()],
  ["a message", { shape: "message", href: "https://example.com/" }, words()],
  ["a message without a link", { shape: "message", href: null }, words({ until: "1 May 2027" })],
])("%s is drawn in the editor as in the storefront", ([, content, said]) => {
  const offer = { id: "a", segment: null, placements: ["home"], from: 0, until: null, words: { en: said }, ...content };
  const theirs = liquid.parseAndRenderSync(source, { offer, locale: "en", settings: { heading: "h3" } });
  const ours = renderToStaticMarkup(<OfferCard content={content} words={said} says={says} />);
  expect(parts(ours)).toEqual(parts(theirs));
  expect(parts(ours).length).toBeGreaterThan(0);
});
