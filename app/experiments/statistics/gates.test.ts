import { expect, test } from "vitest";
import { isOpen, missingBuyers, peopleToOpen, rankOfCap } from "./gates.ts";

test("conversion is shown from 25 buyers in the arm with the fewest on; money also needs 100 buyers in all", () => {
  expect(isOpen("conversion", [24, 900])).toBe(false);
  expect(isOpen("conversion", [25, 25])).toBe(true);
  expect(isOpen("money", [25, 74])).toBe(false);
  expect(isOpen("money", [25, 75])).toBe(true);
  expect(isOpen("money", [24, 900])).toBe(false);
  expect(missingBuyers("money", [20, 60])).toEqual({ arm: 5, all: 20 });
  expect(missingBuyers("conversion", [20, 60])).toEqual({ arm: 5, all: 0 });
});

test("the people that a first result needs are known before the launch", () => {
  expect(peopleToOpen("conversion", 0.05, 0.1)).toBe(5000);
  expect(peopleToOpen("conversion", 0.05, 0.9)).toBe(5000);
  expect(peopleToOpen("money", 0.05, 0.1)).toBe(5000);
  expect(peopleToOpen("money", 0.05, 0.5)).toBe(2000);
});

test("from 100 buyers on, the cap is the outcome that 99 of 100 buyers do not exceed", () => {
  expect(rankOfCap(99)).toBeNull();
  expect(rankOfCap(100)).toBe(99);
  expect(rankOfCap(101)).toBe(100);
  expect(rankOfCap(250)).toBe(248);
});
