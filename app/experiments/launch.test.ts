import { expect, test } from "vitest";
import { launchOf, peopleForDifference, peopleForLift, type Plan } from "./launch.ts";

const PLAN: Plan = { people: 9000, arms: 1, holdoutShare: 0.1, base: 0.1, deviation: "42.50", digits: 2 };

test("with a tenth held out, 38,000 people show a fifth more buyers; with half held out, far fewer are needed", () => {
  const tenth = peopleForLift(PLAN, 0.2);
  expect(tenth).toBeGreaterThan(37_900);
  expect(tenth).toBeLessThan(38_400);
  expect(peopleForLift({ ...PLAN, holdoutShare: 0.5 }, 0.2)).toBeLessThan(15_000);
});

test("a launch has the smallest effects that its people show, in the shop's currency", () => {
  const launch = launchOf(PLAN);
  expect(launch.peopleToOpen).toEqual({ conversion: 2500, money: 2500 });
  expect(Math.abs(peopleForLift(PLAN, launch.smallestLift ?? 0) - 9000)).toBeLessThanOrEqual(1);
  // By hand: 42.5 × (3.035209 + 0.841621) × √((1 / 0.9 + 1 / 0.1) / 9000) = 5.789
  expect(launch.smallestDifference).toBe("5.79");
  expect(Math.abs(peopleForDifference(PLAN, launch.smallestDifference) - 9000)).toBeLessThan(20);
  expect(launchOf({ ...PLAN, digits: 0 }).smallestDifference).toBe("6");
});

test("more arms need more people: each arm has fewer people and a stricter comparison", () => {
  const alone = peopleForLift(PLAN, 0.2);
  expect(peopleForLift({ ...PLAN, arms: 3 }, 0.2)).toBeGreaterThan(alone);
  const launch = launchOf({ ...PLAN, arms: 3 });
  // The holdout still has a tenth of all people, and 25 buyers among 2500.
  expect(launch.peopleToOpen.conversion).toBe(2500);
  expect(Number(launch.smallestDifference)).toBeGreaterThan(5.79);
});
