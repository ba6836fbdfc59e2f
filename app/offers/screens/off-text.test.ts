import { expect, test } from "vitest";
import { openWords } from "../../ui/words.ts";
import { namesText } from "./item-words.ts";
import { offText, termsText } from "./off-text.ts";

const { t } = openWords("en");
const shop = { domain: "", timeZone: "UTC", currency: "GBP", locale: "en" };
const titles = Object.fromEntries(
  ["Earl Grey", "Masala Chai", "Tea Tin"].map((title, at) => [`gid://shopify/Product/${at + 1}`, title]),
);

test("the summary names what is bought and what is got", () => {
  const deal = { buys: { products: ["1", "2"] }, gets: { products: ["3"] }, quantity: 1, share: "100", perOrder: 1 };
  const said = (part: object, known = titles) =>
    termsText(t, { deal: { ...deal, least: { quantity: 2 }, ...part } }, shop, known);
  expect(said({})).toBe("Buy 2 of Earl Grey or Masala Chai, get Tea Tin free");
  expect(said({}, {})).toBe("Buy 2 items, get 1 item free");
  expect(said({ quantity: 2, share: "50" })).toBe("Buy 2 of Earl Grey or Masala Chai, get 2 of Tea Tin at 50% off");
  expect(said({ least: { subtotal: "25" } })).toBe("Spend £25.00 on Earl Grey or Masala Chai, get Tea Tin free");
  const some = { percent: "20", items: { products: ["1", "2"] }, minimum: { quantity: 2 } };
  expect(termsText(t, some, shop, titles)).toBe("20% off Earl Grey or Masala Chai, for 2 items or more");
  expect(termsText(t, some, shop)).toBe("20% off some products, for 2 items or more");
});

test("a long list of names ends in a number, and a long title is cut", () => {
  const says = { locale: "en", more: (names: string, count: number) => `${names} and ${count} more` };
  const collections = ["1", "2", "3", "4", "5"];
  const known = Object.fromEntries(collections.map((id) => [`gid://shopify/Collection/${id}`, id.repeat(100)]));
  const text = namesText({ collections }, known, says);
  expect(text).toMatch(/^1{59}…, 2{59}…, 3{59}… and 2 more$/);
  expect(namesText({ products: collections }, known, says)).toBeNull();
});

test("a discount is written as a percentage or an amount; an unfinished number is a gap", () => {
  const texts = [
    { percent: "10" },
    { percent: "" },
    { amount: "5" },
    { amount: "" },
    { amount: "5." },
    { amount: "-" },
  ];
  expect(texts.map((off) => offText(off, shop))).toEqual(["10%", "…%", "£5.00", "…", "£5.00", "…"]);
});
