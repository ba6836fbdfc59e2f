import { expect, test } from "vitest";
import type { Named } from "../attribute.ts";
import { nameOfValue, namesOfValues } from "./value-names.ts";

const words: Record<string, string> = { "tier.gold": "Gold" };
const say = (key: string) => words[key] ?? key;

test.each<[string, Named | undefined, string, string]>([
  ["GB", "country", "en", "United Kingdom"],
  ["GB", "country", "de", "Vereinigtes Königreich"],
  ["DE", "country", "fr", "Allemagne"],
  ["nowhere", "country", "en", "nowhere"],
  ["US-NY", "region", "en", "NY, United States"],
  ["JP-JP-13", "region", "en", "JP-13, Japan"],
  ["MX-TAMPS", "region", "en", "TAMPS, Mexico"],
  ["US-NY-NewYorkCity", "city", "en", "US-NY-NewYorkCity"],
  ["JP-JP-13-Chiyoda-ku", "city", "en", "JP-JP-13-Chiyoda-ku"],
  ["gu", "language", "en", "Gujarati"],
  ["pt-BR", "language", "en", "Brazilian Portuguese"],
  ["not a language", "language", "en", "not a language"],
  ["GOLD", { GOLD: "tier.gold" }, "en", "Gold"],
  ["toString", { GOLD: "tier.gold" }, "en", "toString"],
  ["vip", undefined, "en", "vip"],
])("%s as %j is called in %s: %s", (value, named, locale, name) => {
  expect(nameOfValue(value, named, locale, say)).toBe(name);
});

test("countries are sorted by their names in the reader's language, and two of one name show their codes", () => {
  const listed = (locale: string) => namesOfValues(["US", "AN", "DE", "AT", "CW"], "country", locale, say);
  expect(listed("en").map(({ name }) => name)).toEqual([
    "Austria",
    "Curaçao (AN)",
    "Curaçao (CW)",
    "Germany",
    "United States",
  ]);
  expect(listed("de").map(({ value }) => value)).toEqual(["AN", "CW", "DE", "AT", "US"]);
});

test("other lists keep their order", () => {
  const listed = namesOfValues(["HIGH", "GOLD"], { GOLD: "tier.gold" }, "en", say);
  expect(listed.map(({ name }) => name)).toEqual(["HIGH", "Gold"]);
});
