// The difference between two arms, and the variance of the difference.
import { type Moments, type Sums, varianceOf } from "./sums.ts";

/** `pooled`: the variance if both arms are one population. `unpooled`: from each arm's variance. `variance`: the larger one. */
export type Difference = { estimate: number; variance: number; pooled: number; unpooled: number };

/**
 * The mean of `treated` less the mean of `holdout`. A small arm without a large order has both a small mean and a small variance, so
 * `unpooled` alone would show effects that do not exist.
 */
export function differenceOf(treated: Moments, holdout: Moments): Difference {
  const estimate = treated.mean - holdout.mean;
  const unpooled = varianceOf(treated) / treated.n + varianceOf(holdout) / holdout.n;
  const pooled = crowdVariance(treated, holdout) * (1 / treated.n + 1 / holdout.n);
  return { estimate, pooled, unpooled, variance: Math.max(pooled, unpooled) };
}

/** The difference as a part of the mean of `holdout`, which must be above 0. The variance is computed by the delta method. */
export function liftOf(treated: Moments, holdout: Moments): Difference {
  const scale = treated.mean / holdout.mean;
  const variance = (ofTreated: number, ofHoldout: number) =>
    (ofTreated / treated.n + (scale * scale * ofHoldout) / holdout.n) / (holdout.mean * holdout.mean);
  const crowd = crowdVariance(treated, holdout);
  const pooled = variance(crowd, crowd);
  const unpooled = variance(varianceOf(treated), varianceOf(holdout));
  return { estimate: scale - 1, pooled, unpooled, variance: Math.max(pooled, unpooled) };
}

/** Σy / Σx of one arm, such as net per order. The variance over people is computed by the delta method. */
export function ratioOf({ n, y, yy, x, xx, xy }: Sums): { estimate: number; variance: number } {
  const estimate = y / x;
  const squares = yy - 2 * estimate * xy + estimate * estimate * xx;
  return { estimate, variance: squares / (n - 1) / n / (x / n) ** 2 };
}

function crowdVariance(one: Moments, other: Moments): number {
  const n = one.n + other.n;
  const between = ((one.n * other.n) / n) * (one.mean - other.mean) ** 2;
  return (one.squares + other.squares + between) / (n - 1);
}
