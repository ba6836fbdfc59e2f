// Experiments whose people all start on one day, and whose spending is looked at every day while it adds up.
import { expect, test } from "vitest";
import { differenceOf } from "../../app/experiments/statistics/difference.ts";
import { isOpen, rankOfCap } from "../../app/experiments/statistics/gates.ts";
import { intervalOf } from "../../app/experiments/statistics/sequence.ts";
import { adjust, momentsOf, type Sums, varianceOf } from "../../app/experiments/statistics/sums.ts";
import { ALPHA, lognormal, randomFrom } from "./stream.ts";

const RUNS = 500;
const PEOPLE = 1500;
const DAYS = 60;

/** Who buys often buys before and after the start alike. `before` and `after`: what each person spent; `rates`: buys a day. */
function cohortOf(random: () => number) {
  const rates = Float64Array.from({ length: PEOPLE }, () => lognormal(random, -5.5, 1));
  const spend = () => lognormal(random, 3, 1.2);
  const before = Float64Array.from(rates, (rate) => {
    let sum = 0;
    for (let day = 0; day < DAYS; day++) if (random() < rate) sum += spend();
    return Math.min(sum, 400);
  });
  const after = new Float64Array(PEOPLE);
  const nextDay = () => {
    for (const [person, rate] of rates.entries()) if (random() < rate) after[person] = (after[person] ?? 0) + spend();
  };
  const arms = Int8Array.from({ length: PEOPLE }, () => (random() < 0.1 ? 0 : 1));
  return { before, after, arms, nextDay };
}

function sumsOf({ before, after, arms }: ReturnType<typeof cohortOf>, arm: number, cap: number): Sums {
  const sums: Sums = { n: 0, y: 0, yy: 0, x: 0, xx: 0, xy: 0 };
  for (let person = 0; person < PEOPLE; person++) {
    if (arms[person] !== arm) continue;
    const [x, y] = [before[person] ?? 0, Math.min(after[person] ?? 0, cap)];
    sums.n += 1;
    sums.y += y;
    sums.yy += y * y;
    sums.x += x;
    sums.xx += x * x;
    sums.xy += x * y;
  }
  return sums;
}

/** Whether the interval and the daily test of textbooks ever left out 0. */
function looksAt(seed: number): { sequence: boolean; daily: boolean } {
  const cohort = cohortOf(randomFrom(seed));
  const past = [0, 1].map((arm) => sumsOf(cohort, arm, Infinity)).map(({ n, x, xx }) => ({ n, y: x, yy: xx }));
  const expected = past.reduce((sum, arm) => sum + varianceOf(momentsOf(arm)) / arm.n, 0);
  const seen = { sequence: false, daily: false };
  let cap = Infinity;
  for (let day = 0; day < DAYS; day++) {
    cohort.nextDay();
    const buyers = [0, 1].map((arm) => cohort.after.filter((y, person) => y > 0 && cohort.arms[person] === arm).length);
    if (!isOpen("money", buyers)) continue;
    const outcomes = cohort.after.filter((y) => y > 0).sort();
    if (cap === Infinity) cap = outcomes[(rankOfCap(outcomes.length) ?? 1) - 1] ?? Infinity;
    const sums = [0, 1].map((arm) => sumsOf(cohort, arm, cap));
    const [raw, adjusted] = [sums.map(momentsOf), adjust(sums).arms].map(([holdout, treated]) => {
      if (!holdout || !treated) throw new Error("two arms go in and come out");
      return differenceOf(treated, holdout);
    });
    if (!raw || !adjusted) throw new Error("two differences come out");
    const { low, high } = intervalOf(adjusted, raw.unpooled / expected, ALPHA);
    seen.sequence ||= low > 0 || high < 0;
    seen.daily ||= Math.abs(raw.estimate) > 1.959964 * Math.sqrt(raw.unpooled);
  }
  return seen;
}

test("looked at every day, at most 5 of 100 cohorts without an effect ever show one; a daily test shows more", () => {
  const runs = Array.from({ length: RUNS }, (_, at) => looksAt(at + 1));
  expect(runs.filter(({ sequence }) => sequence).length / RUNS).toBeLessThanOrEqual(0.05);
  expect(runs.filter(({ daily }) => daily).length / RUNS).toBeGreaterThan(0.1);
});
