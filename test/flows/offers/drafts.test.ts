// What the editor's summary and preview say while the form is not complete.
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { liveContent, settingsFor, type EditorView } from "../../../app/offers/editor/draft/offer-draft.ts";
import { ruleSentence } from "../../../app/offers/editor/draft/rule-sentence.ts";
import { readEditor } from "../../../app/offers/editor/read-editor.server.ts";
import { moneyWords } from "../../../app/offers/screens/money-words.ts";
import { OfferCard } from "../../../app/offers/screens/offer-card.tsx";
import { registry } from "../../../app/plugins/installed.server.ts";
import { openWords } from "../../../app/ui/words.ts";
import english from "../../../extensions/theme/locales/en.default.json" with { type: "json" };
import { inItsOwnShop, type OfferShop } from "./offer-shop.ts";

const { t } = openWords("en");
const shop = { domain: "tea.myshopify.com", timeZone: "UTC", currency: "GBP", locale: "en" };
const everyone = { name: null, narrowing: null, count: null };

let it: OfferShop;
inItsOwnShop((shop) => (it = shop));

async function editorOf(kind: string): Promise<EditorView> {
  const view = await readEditor(it.shop, registry, { id: null, kind });
  if (!view) throw new Error(`there is a kind ${kind}`);
  return view;
}

/** The beginning of the summary, and the title and the conditions of the card. */
async function said(kind: string, settings: Record<string, string> = {}): Promise<[string | undefined, string[]]> {
  const view = await editorOf(kind);
  const draft = { ...view.draft, settings: { ...view.draft.settings, ...settings } };
  const content = liveContent(view.content, draft, view.kinds.find(({ name }) => name === kind)); // prettier-ignore
  const words = { title: "", text: "", action: "", ...moneyWords(content, { locale: "en", currency: "GBP" }) };
  const card = renderToStaticMarkup(createElement(OfferCard, { content, words, says: english.offer }));
  const shown = [...card.matchAll(/__(?:title|condition)[^>]*>([^<]*)</g)].map(([, text]) => text ?? "");
  return [ruleSentence(t, draft, content, everyone, shop).split(", for everyone")[0], shown];
}

const NO_CODE = "with a code (not entered yet)";

test("while a form is not complete, the summary and the preview name what the type gives, with gaps", async () => {
  expect(await said("free_shipping")).toEqual([`Free shipping ${NO_CODE}`, ["Free shipping"]]);
  expect(await said("buy_x_get_y")).toEqual([`Buy 2 items, get 1 item free ${NO_CODE}`, ["Buy 2, get 1 free"]]);
  expect(await said("free_gift", { needs: "subtotal", buys_subtotal: "" })).toEqual([
    `Spend …, get 1 item free ${NO_CODE}`,
    ["Spend …, get 1 free"],
  ]);
  expect(await said("buy_x_get_y", { buys_quantity: "", gets_quantity: "", share: "", code: "TEA SPEND" })).toEqual([
    "Buy … items, get … items at …% off with code TEA SPEND",
    ["Buy …, get … at …% off"],
  ]);
  expect(await said("amount_off")).toEqual([`… off the entire order ${NO_CODE}`, ["… off"]]);
  expect(await said("percentage", { percent: "" })).toEqual([
    "…% off the entire order, automatically at checkout",
    ["…% off"],
  ]);
});

test("the summary and the preview name the minimum as it is typed, in the shop's currency", async () => {
  const minimum = { minimum: "subtotal", minimum_subtotal: "30", code: "FIVER" };
  expect(await said("amount_off", { amount: "5", ...minimum })).toEqual([
    "£5.00 off the entire order, for £30.00 or more with code FIVER",
    ["£5 off", "On orders of £30 or more"],
  ]);
  expect(await said("free_shipping", { ...minimum, minimum_subtotal: "" })).toEqual([
    "Free shipping, for … or more with code FIVER",
    ["Free shipping", "On orders of … or more"],
  ]);
});

test("a change of the type keeps what was typed where the new type has the same setting", async () => {
  const { kinds, draft } = await editorOf("percentage");
  const kindOf = (wanted: string) => kinds.find(({ name }) => name === wanted);
  const typed = {
    ...draft.settings,
    ...{ how: "automatic", minimum: "subtotal", minimum_subtotal: "30", href: "/pages/tea", items: "products" },
    products: "1\n2",
  };
  const amount = settingsFor(kindOf("amount_off"), kindOf("percentage"), typed);
  expect(amount).toMatchObject({ how: "automatic", minimum: "subtotal", minimum_subtotal: "30", href: "/pages/tea" });
  expect(amount).toMatchObject({ items: "products", products: "1\n2", amount: "" });
  expect(amount["percent"]).toBeUndefined();
  const deal = settingsFor(kindOf("buy_x_get_y"), kindOf("free_gift"), { "buys.items": "collections", "buys.collections": "7", how: "code" }); // prettier-ignore
  expect(deal).toMatchObject({ "buys.items": "collections", "buys.collections": "7", "gets.items": "products" });
  expect(settingsFor(kindOf("percentage"), undefined, {})).toEqual(draft.settings);
});
