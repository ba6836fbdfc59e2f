// Published values, and values that were computed for them by other programs: confseq's boundaries, GrowthBook's own tests, and
// sums over the few people below.
import { expect, test } from "vitest";
import { differenceOf, liftOf, ratioOf } from "./difference.ts";
import { normalShare } from "./normal.ts";
import { ratioEvidence, sampleRatio } from "./sample-ratio.ts";
import { boundary, harmBelow, intervalOf, leastAlpha, logEvidence, oneSidedBoundary } from "./sequence.ts";
import { adjust, momentsOf, type Sums } from "./sums.ts";

const sumsOf = (y: number[], x: number[]): Sums => {
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return {
    n: y.length,
    y: sum(y),
    yy: sum(y.map((value) => value * value)),
    x: sum(x),
    xx: sum(x.map((value) => value * value)),
    xy: sum(y.map((value, at) => value * (x[at] ?? 0))),
  };
};
const TREATED = sumsOf([12, 0, 35, 7, 0, 80], [10, 0, 30, 0, 5, 60]);
const HOLDOUT = sumsOf([9, 0, 20, 0, 15, 40], [12, 3, 25, 0, 10, 50]);

/** confseq: v, alpha, the v at which the boundary is narrowest, two-sided, one-sided. */
test.each([
  [10, 0.05, 100, 12.190753, 11.492682],
  [100, 0.05, 100, 30.35209, 27.660709],
  [1000, 0.05, 100, 102.512287, 94.393916],
  [1000, 0.05, 1000, 95.981736, 87.470842],
  [1000, 0.01, 1000, 112.944857, 106.045546],
  [50_000, 0.05, 10_000, 705.03904, 646.185137],
])("the boundary at v = %d is that of confseq", (v, alpha, narrowest, twoSided, oneSided) => {
  expect(Math.sqrt(v) * boundary(v / narrowest, alpha)).toBeCloseTo(twoSided, 6);
  expect(Math.sqrt(v) * oneSidedBoundary(v / narrowest, alpha)).toBeCloseTo(oneSided, 6);
});

test.each([
  [500, 5000, 0.05, 3.855055],
  [1000, 5000, 0.05, 3.363888],
  [5000, 5000, 0.05, 3.035209],
  [20_000, 5000, 0.05, 3.127114],
  [5000, 5000, 0.01, 3.57163],
  [100, 1000, 0.05, 3.855055],
])(
  "with %d people of %d planned, the interval reaches as many standard errors as in the reference",
  (n, planned, alpha, k) => {
    expect(boundary(n / planned, alpha)).toBeCloseTo(k, 6);
  },
);

test("the mixture's evidence is that of the sequential probability ratio test", () => {
  expect(logEvidence(0.01 / Math.sqrt(1e-5), 10)).toBeCloseTo(3.346507, 6);
  expect(logEvidence(0.02 / Math.sqrt(1e-4), 1)).toBeCloseTo(0.653426, 6);
  expect(logEvidence(1.5 / Math.sqrt(0.25), 4)).toBeCloseTo(2.795281, 6);
  // confseq: normal_log_mixture(s = 30, v = 100, v_opt = 100, alpha_opt = 0.05)
  expect(-Math.log(leastAlpha(30 / Math.sqrt(100), 1, 0.05))).toBeCloseTo(2.901375, 6);
});

test("the interval does not contain 0 exactly if the least alpha is below its alpha", () => {
  for (const progress of [0.1, 0.7, 1, 3]) {
    const edge = boundary(progress, 0.05);
    expect(leastAlpha(edge, progress, 0.05)).toBeCloseTo(0.05, 9);
    expect(leastAlpha(edge + 0.01, progress, 0.05)).toBeLessThan(0.05);
    expect(leastAlpha(0, progress, 0.05)).toBe(1);
  }
});

test("a guardrail's bound is one-sided and closer than the interval's bound", () => {
  const refunds = { estimate: 0.01, variance: 0.0001 };
  // 27.660709 / √100 standard errors of 0.01
  expect(harmBelow(refunds, 1, 0.05)).toBeCloseTo(0.01 + 0.027660709, 6);
  expect(harmBelow(refunds, 1, 0.05)).toBeLessThan(intervalOf(refunds, 1, 0.05).high);
});

test("differences and lifts equal those of GrowthBook's tests", () => {
  const a = momentsOf({ n: 3000, y: 1396.87, yy: 52377.9767 });
  const b = momentsOf({ n: 3461, y: 2422.7, yy: 134698.29 });
  const difference = differenceOf(b, a);
  expect(difference.estimate).toBeCloseTo(0.234377, 6);
  expect(Math.sqrt(difference.unpooled)).toBeCloseTo(0.129831, 6);
  const lift = liftOf(b, a);
  expect(lift.estimate).toBeCloseTo(0.50336, 5);
  expect(Math.sqrt(lift.unpooled)).toBeCloseTo(0.33341, 5);
  const { low, high } = intervalOf({ estimate: lift.estimate, variance: lift.unpooled }, 6461 / 1000, 0.05);
  expect(low).toBeCloseTo(-0.55844, 5);
  expect(high).toBeCloseTo(1.56516, 5);
});

test("the lift of a share equals that of GrowthBook's tests", () => {
  // Its variance of a share divides by n, that of an amount by n - 1.
  const share = (n: number, count: number) => ({
    n,
    mean: count / n,
    squares: (n - 1) * (count / n) * (1 - count / n),
  });
  const lift = liftOf(share(3461, 2422), share(3000, 1396));
  const { low, high } = intervalOf({ estimate: lift.estimate, variance: lift.unpooled }, 6461 / 5000, 0.05);
  expect(lift.estimate).toBeCloseTo(0.50386, 5);
  expect(low).toBeCloseTo(0.40098, 5);
  expect(high).toBeCloseTo(0.60675, 5);
});

test("the past of the people narrows a difference by as much as in the reference", () => {
  const raw = differenceOf(momentsOf(TREATED), momentsOf(HOLDOUT));
  expect(raw.estimate).toBeCloseTo(8.333333, 6);
  expect(Math.sqrt(raw.unpooled)).toBeCloseTo(14.089397, 6);
  const { theta, arms } = adjust([TREATED, HOLDOUT]);
  expect(theta).toBeCloseTo(1.111736, 6);
  const [treated, holdout] = arms;
  if (!treated || !holdout) throw new Error("two arms go in and come out");
  const adjusted = differenceOf(treated, holdout);
  expect(adjusted.estimate).toBeCloseTo(7.406886, 6);
  expect(Math.sqrt(adjusted.unpooled)).toBeCloseTo(3.812858, 6);
  expect(Math.sqrt(adjusted.pooled)).toBeCloseTo(4.266581, 6);
  expect(adjusted.variance).toBe(adjusted.pooled);
});

test("people without a past are compared without an adjustment", () => {
  const [treated, holdout] = [TREATED, HOLDOUT].map((arm) => ({ ...arm, x: 0, xx: 0, xy: 0 }));
  if (!treated || !holdout) throw new Error("two arms go in and come out");
  expect(adjust([treated, holdout])).toEqual({ theta: 0, arms: [momentsOf(treated), momentsOf(holdout)] });
});

test("the ratio of two sums has the delta method's standard error", () => {
  const { estimate, variance } = ratioOf(sumsOf([20, 0, 55, 30, 0, 90, 10, 0], [1, 0, 2, 1, 0, 3, 1, 0]));
  expect(estimate).toBeCloseTo(25.625, 6);
  expect(Math.sqrt(variance)).toBeCloseTo(2.93151, 6);
});

test.each([
  [[1000, 1000], [1, 1], -1.524642, 1],
  [[1000, 1100], [1, 1], 0.726637, 0.483532],
  [[10_000, 10_400], [1, 1], 1.238884, 0.289707],
  [[9000, 1000], [9, 1], -2.3159, 1],
  [[9100, 900], [9, 1], 3.401299, 0.03333],
  [[90_500, 9500], [9, 1], 10.645786, 2.38009e-5],
  [[340, 330, 330], [1, 1, 1], -2.313195, 1],
  [[3600, 3200, 3200], [1, 1, 1], 11.024988, 1.62895e-5],
])("the arms %j of the shares %j are as uneven as in the reference", (counts, shares, evidence, p) => {
  expect(ratioEvidence(counts, shares)).toBeCloseTo(evidence, 6);
  expect(sampleRatio(counts, shares)).toBeCloseTo(p, 6);
});

test("arms that looked uneven once stay uneven", () => {
  const suspect = sampleRatio([9100, 900], [9, 1]);
  expect(sampleRatio([90_000, 10_000], [9, 1], suspect)).toBe(suspect);
});

test("the normal distribution equals the published tables", () => {
  expect(normalShare(0)).toBe(0.5);
  expect(normalShare(1.959964)).toBeCloseTo(0.975, 8);
  expect(normalShare(-0.8416212)).toBeCloseTo(0.2, 7);
  expect(normalShare(5)).toBeCloseTo(0.9999997133, 10);
});
