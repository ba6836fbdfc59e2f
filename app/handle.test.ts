import { expect, test } from "vitest";
import { freeHandle, handleOf } from "./handle.ts";

test.each([
  ["Winter tea", "winter-tea"],
  ["  Crème brûlée & Co. ", "creme-brulee-co"],
  ["VIP 2026!", "vip-2026"],
  ["શિયાળો", "segment"],
  ["a".repeat(49) + " b", "a".repeat(49)],
])("“%s” is called %s", (name, handle) => {
  expect(handleOf(name, "segment")).toBe(handle);
});

test("a taken handle gets the first free number", () => {
  expect(freeHandle("tea", new Set())).toBe("tea");
  expect(freeHandle("tea", new Set(["tea", "tea-2", "tea-4"]))).toBe("tea-3");
});
