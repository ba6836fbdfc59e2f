// Intervals that are valid however often somebody looks: with a probability of 1 - alpha, every look's interval contains the truth.
// I. Waudby-Smith, D. Arbour, R. Sinha, E. Kennedy, A. Ramdas, "Time-uniform central limit theory and asymptotic confidence
// sequences", Annals of Statistics 52 (2024), https://arxiv.org/abs/2103.06476; with two arms as in GrowthBook.
//
// `progress` is 1 at the planned end, which never changes. It is the number of people with a finished outcome window, divided by the
// planned number. If all people started at once, it is the present variance of their outcome, divided by the variance at the end.
import { normalShare } from "./normal.ts";

/** The alpha of one comparison with the holdout, so that all treated arms together have an alpha of 0.05. */
export const alphaOf = (arms: number): number => 0.05 / arms;

type Interval = { low: number; high: number };

type Estimate = { estimate: number; variance: number };

export function intervalOf({ estimate, variance }: Estimate, progress: number, alpha: number): Interval {
  const reach = Math.sqrt(variance) * boundary(progress, alpha);
  return { low: estimate - reach, high: estimate + reach };
}

/** The standard errors from the estimate to each end of the interval. The interval is narrowest near the planned end. */
export function boundary(progress: number, alpha: number): number {
  const information = progress * tuning(alpha);
  return Math.sqrt(((2 * (information + 1)) / information) * Math.log(Math.sqrt(information + 1) / alpha));
}

/** The least alpha whose interval does not contain 0, with the tuning of `alpha`. `z`: the estimate in standard errors. */
export function leastAlpha(z: number, progress: number, alpha: number): number {
  return Math.min(1, Math.exp(-logEvidence(z, progress * tuning(alpha))));
}

/**
 * The logarithm of the mixture's likelihood ratio against no effect. `information`: the variance of the mixture divided by that of
 * the estimate. R. Johari, P. Koomen, L. Pekelis, D. Walsh, "Peeking at A/B tests", KDD 2017.
 */
export function logEvidence(z: number, information: number): number {
  return (information * z * z) / (2 * (1 + information)) - Math.log1p(information) / 2;
}

/** The upper bound of a guardrail. `estimate`: the estimated harm, such as refunds. */
export function harmBelow({ estimate, variance }: Estimate, progress: number, alpha: number): number {
  return estimate + Math.sqrt(variance) * oneSidedBoundary(progress, alpha);
}

/**
 * The standard errors from an estimate to a guardrail's bound. With a probability of 1 - alpha, the harm is below the bound at every
 * look. S. Howard, A. Ramdas, J. McAuliffe, J. Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences",
 * Annals of Statistics 49 (2021), proposition 6.
 */
export function oneSidedBoundary(progress: number, alpha: number): number {
  const information = progress * tuning(2 * alpha);
  const excess = (z: number) =>
    Math.log(4 / (1 + information)) / 2 + (z * z) / 2 + Math.log(normalShare(z)) + Math.log(alpha);
  let [low, high] = [0, 40];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (excess(middle) < 0) low = middle;
    else high = middle;
  }
  return high * Math.sqrt((1 + information) / information);
}

/** The information at the planned end for which the interval is narrowest at the planned end. */
function tuning(alpha: number): number {
  const doubled = -2 * Math.log(alpha);
  return doubled + Math.log1p(doubled);
}
