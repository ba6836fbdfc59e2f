import { expect, test } from "vitest";
import { offText } from "./off-text.ts";

test("a discount is written as a percentage or an amount; an unfinished number is a gap", () => {
  const shop = { domain: "", timeZone: "UTC", currency: "GBP", locale: "en" };
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
