// How far two arms differ, and the variance of that difference.
import { type Moments, type Sums, varianceOf } from "./sums.ts";

/** `variance` is the larger of the two others. `pooled` takes both arms as one crowd, `unpooled` each arm for itself. */
export type Difference = { estimate: number; variance: number; pooled: number; unpooled: number };

/**
 * The mean of `treated` less the mean of `holdout`. A small arm without a large order has both a small mean and a small variance, so
 * that `unpooled` alone finds effects where none are.
 */
export function differenceOf(treated: Moments, holdout: Moments): Difference {
  const estimate = treated.mean - holdout.mean;
  const unpooled = varianceOf(treated) / treated.n + varianceOf(holdout) / holdout.n;
  const pooled = crowdVariance(treated, holdout) * (1 / treated.n + 1 / holdout.n);
  return { estimate, pooled, unpooled, variance: Math.max(pooled, unpooled) };
}

/** The difference as a part of the mean of `holdout`, which is above 0. Its variance follows by the delta method. */
export function liftOf(treated: Moments, holdout: Moments): Difference {
  const scale = treated.mean / holdout.mean;
  const variance = (ofTreated: number, ofHoldout: number) =>
    (ofTreated / treated.n + (scale * scale * ofHoldout) / holdout.n) / (holdout.mean * holdout.mean);
  const crowd = crowdVariance(treated, holdout);
  const pooled = variance(crowd, crowd);
  const unpooled = variance(varianceOf(treated), varianceOf(holdout));
  return { estimate: scale - 1, pooled, unpooled, variance: Math.max(pooled, unpooled) };
}

/** Σy / Σx of one arm, such as net per order, and its variance by the delta method over people. */
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
