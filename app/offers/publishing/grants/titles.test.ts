import { expect, test } from "vitest";
import { freeTitle, isTitleOf, titleAt } from "./titles.ts";

test("a long name is shortened for its number, and no character is cut in two", () => {
  expect(titleAt("x".repeat(255), 1)).toHaveLength(255);
  expect(titleAt("x".repeat(300), 2)).toBe(`${"x".repeat(251)} · 2`);
  expect(titleAt(`${"x".repeat(250)}🎁🎁🎁`, 12)).toBe(`${"x".repeat(250)} · 12`);
  expect(titleAt("  Two\n lines ", 1)).toBe("Two lines");
});

test("the next title is the first free one, regardless of capitals, accents and spaces", () => {
  expect(freeTitle("Thanks", [])).toBe("Thanks");
  expect(freeTitle("Été", ["ETE ", "été · 2"])).toBe("Été · 3");
});

test("a title belongs to the name that it was made from", () => {
  expect(["Thanks", "Thanks · 2", "Thanks · 17"].map((title) => isTitleOf(title, "Thanks"))).toEqual([
    true,
    true,
    true,
  ]);
  expect(["Thank", "Thanks · x", "Thanks 2"].map((title) => isTitleOf(title, "Thanks"))).toEqual([false, false, false]);
  expect(isTitleOf("Offer · 2", "Offer · 2")).toBe(true);
});
