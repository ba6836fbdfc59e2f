import { expect, test } from "vitest";
import { absolute, atRate, compareAmounts, difference, isZero, sumOf } from "./sum.ts";

test("amounts are summed and compared as decimals, whatever their size", () => {
  expect(sumOf(["0.1", "0.2", "-0.05"])).toBe("0.2500");
  expect(sumOf(["9007199254740993.01", "0.01"])).toBe("9007199254740993.0200");
  expect(difference("10", "10.01")).toBe("-0.0100");
  expect(absolute("-0.5")).toBe("0.5000");
  expect(isZero("-0.00")).toBe(true);
  expect(compareAmounts("9007199254740992.01", "9007199254740992.02")).toBe(-1);
  expect(compareAmounts("10.0", "9.99")).toBe(1);
  expect(compareAmounts("1.5", "1.50")).toBe(0);
});

test.each([
  ["two digits", "10", "1", "3", 2, "3.3300"],
  ["two thirds", "10", "2", "3", 2, "6.6700"],
  ["no digit behind the point", "25.14", "17500", "100", 0, "4400.0000"],
  ["three digits", "1", "0.3075", "1", 3, "0.3080"],
  ["a half goes away from zero", "1", "1.005", "1", 2, "1.0100"],
  ["a negative half too", "-1", "1.005", "1", 2, "-1.0100"],
  ["a Canadian shop and an American shopper", "962", "1.42", "1", 2, "1366.0400"],
  ["more digits than are kept", "1", "1.00005", "1", 9, "1.0000"],
] as const)("an amount at a rate is rounded to the currency's coin: %s", (_name, amount, above, below, digits, is) => {
  expect(atRate(amount, above, below, digits)).toBe(is);
});

test("an unknown rate gives no amount, and is not taken as 1", () => {
  expect(atRate("10", "0", "0", 2)).toBeNull();
  expect(atRate("10", "5", "0", 2)).toBeNull();
  expect(atRate("10", "0", "5", 2)).toBeNull();
});
