// The editor's preview must show the same card as the storefront. Both are drawn, and the texts that a shopper reads are
// compared.
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";
import { Liquid } from "liquidjs";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import english from "../../../extensions/theme/locales/en.default.json";
import { OfferCard } from "./offer-card.tsx";
import type { OfferContent, OfferWords } from "../wire.ts";

const says = english.offer;
const liquid = new Liquid();
liquid.registerFilter("t", (key: string, ...given: [string, unknown][]) =>
  given.reduce(
    (text, [name, value]) => text.replace(`{{ ${name} }}`, String(value)),
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
  ["a message", { shape: "message", href: "https://example.com/" }, words()],
  ["a message without a link", { shape: "message", href: null }, words({ until: "1 May 2027" })],
])("%s is drawn in the editor as in the storefront", ([, content, said]) => {
  const offer = { id: "a", segment: null, placements: ["home"], from: 0, until: null, words: { en: said }, ...content };
  const theirs = liquid.parseAndRenderSync(source, { offer, locale: "en", settings: { heading: "h3" } });
  const ours = renderToStaticMarkup(<OfferCard content={content} words={said} says={says} />);
  expect(parts(ours)).toEqual(parts(theirs));
  expect(parts(ours).length).toBeGreaterThan(0);
});
