import { expect, test } from "vitest";
import { isLess, share, sumOf } from "./sum.ts";

test("amounts are summed and compared as decimals, whatever their size", () => {
  expect(sumOf(["0.1", "0.2", "-0.05"])).toBe("0.2500");
  expect(sumOf(["9007199254740993.01", "0.01"])).toBe("9007199254740993.0200");
  expect(isLess("9007199254740992.01", "9007199254740992.02")).toBe(true);
  expect(isLess("10.0", "9.99")).toBe(false);
  expect(isLess("1.5", "1.50")).toBe(false);
});

test("a share is rounded to four places", () => {
  expect(share("10", "1", "3")).toBe("3.3333");
  expect(share("10", "0", "0")).toBe("10");
});
