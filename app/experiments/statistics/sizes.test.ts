import { expect, test } from "vitest";
import { boundary } from "./sequence.ts";
import {
  conversionEffect,
  daysUntilCount,
  daysUntilFound,
  moneyEffect,
  peopleNeeded,
  smallestDifference,
  smallestLift,
} from "./sizes.ts";

const ONE_LOOK = 1.959964;
const ANY_LOOK = boundary(1, 0.05);

test.each([
  [0.03, 0.1, 0.5, 106_415],
  [0.03, 0.1, 0.1, 284_702],
  [0.03, 0.1, 0.05, 536_855],
  [0.1, 0.2, 0.5, 7676],
  [0.1, 0.2, 0.1, 19_962],
  [0.1, 0.2, 0.05, 37_501],
])("at %d conversion, a lift of %d with a holdout of %d needs %d people", (base, lift, holdoutShare, people) => {
  // Within one person, as the reference rounds to the nearest.
  expect(Math.abs(peopleNeeded(conversionEffect(base, lift), holdoutShare, ONE_LOOK) - people)).toBeLessThanOrEqual(1);
});

test("looks at any time need 1.9 times as many people: 38,000 for a fifth more buyers with a tenth held out", () => {
  const people = peopleNeeded(conversionEffect(0.1, 0.2), 0.1, ANY_LOOK);
  expect(people).toBeGreaterThan(37_900);
  expect(people).toBeLessThan(38_400);
  expect(people / peopleNeeded(conversionEffect(0.1, 0.2), 0.1, ONE_LOOK)).toBeCloseTo(
    ((3.035209 + 0.842) / 2.802) ** 2,
    2,
  );
});

test("the smallest effect that some people show needs exactly these people", () => {
  const lift = smallestLift(9000, 0.05, 0.1, ANY_LOOK) ?? 0;
  expect(peopleNeeded(conversionEffect(0.05, lift), 0.1, ANY_LOOK)).toBeLessThanOrEqual(9000);
  expect(peopleNeeded(conversionEffect(0.05, lift * 0.999), 0.1, ANY_LOOK)).toBeGreaterThan(9000);
  expect(smallestLift(50_000, 0.05, 0.5, ANY_LOOK)).toBeLessThan(lift);
  expect(smallestLift(10, 0.5, 0.1, ANY_LOOK)).toBeNull();
  const difference = smallestDifference(20_000, 42, 0.1, ANY_LOOK);
  expect(peopleNeeded(moneyEffect(difference, 42), 0.1, ANY_LOOK) / 20_000).toBeCloseTo(1, 3);
});

test("after the computed days the interval does not contain 0", () => {
  const [z, progress, days] = [2.2, 0.3, 14];
  const more = daysUntilFound(z, progress, days, 0.05) ?? 0;
  const zAfter = (left: number) => z * Math.sqrt(1 + left / days);
  expect(more).toBeGreaterThan(0);
  expect(zAfter(more)).toBeGreaterThan(boundary(progress * (1 + more / days), 0.05));
  expect(zAfter(more - 1)).toBeLessThan(boundary(progress * (1 + (more - 1) / days), 0.05));
  expect(daysUntilFound(-z, progress, days, 0.05)).toBe(more);
});

test("an effect that is found needs no more days, and one near 0 is out of reach", () => {
  expect(daysUntilFound(5, 1, 14, 0.05)).toBe(0);
  expect(daysUntilFound(0.1, 1, 14, 0.05)).toBeNull();
  expect(daysUntilFound(0, 1, 14, 0.05)).toBeNull();
});

test("missing buyers are expected at the rate of the earlier buyers", () => {
  expect(daysUntilCount(15, 10, 7)).toBe(11);
  expect(daysUntilCount(0, 0, 7)).toBe(0);
  expect(daysUntilCount(5, 0, 7)).toBeNull();
  expect(daysUntilCount(24, 1, 30)).toBeNull();
});
