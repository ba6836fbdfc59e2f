import { expect, test } from "vitest";
import { formatChange, formatCode, formatDuration, formatMoney } from "./format.ts";

const shop = { domain: "", timeZone: "UTC", currency: "GBP", locale: "en" };

test("a duration is shown in one unit", () => {
  expect([3, 999, 1_500, 125_000, 7_200_000, 172_800_000].map((ms) => formatDuration(ms, shop))).toEqual([
    "3 ms",
    "999 ms",
    "1.5 sec",
    "2 min",
    "2 hr",
    "2 days",
  ]);
});

test("a code is shown by its name, and a code without a name as it is", () => {
  expect(formatCode("GB", "region", shop)).toBe("United Kingdom");
  expect(formatCode("gu", "language", shop)).toBe("Gujarati");
  expect(formatCode("not a code", "language", shop)).toBe("not a code");
});

test("a change is shown with its sign", () => {
  expect(formatChange(0.09, shop, "percent")).toBe("+9%");
  expect(formatChange(-5.5, shop, "decimal")).toBe("-5.5");
  expect(formatChange(0, shop, "decimal")).toBe("0");
});

test("an amount is shown with the decimal places of its currency at Shopify, not with those of Intl", () => {
  const shown = (amount: string, currency: string) => formatMoney(amount, { ...shop, currency }).replace("\u00a0", " ");
  expect(["HUF", "COP", "IDR", "ALL"].map((currency) => shown("12.5", currency))).toEqual([
    "HUF 12.50",
    "COP 12.50",
    "IDR 12.50",
    "ALL 12.50",
  ]);
  expect([shown("12.345", "IQD"), shown("12.345", "KWD"), shown("1500", "JPY"), shown("12.5", "GBP")]).toEqual([
    "IQD 12.345",
    "KWD 12.345",
    "¥1,500",
    "£12.50",
  ]);
});
