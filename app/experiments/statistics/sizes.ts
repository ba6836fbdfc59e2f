// The people that an experiment needs, which a merchant reads before the launch, and the days that it still needs.
import { boundary } from "./sequence.ts";

/** The normal distribution's quantile of the power 0.8: four of five experiments find an effect of the given size. */
const POWER = 0.8416212;

/** A result that needs more days counts as out of reach. */
const MOST_DAYS = 180;

/** The difference between the arms that is to be found, and the variances of one person's outcome in both arms. */
export type Effect = { difference: number; treated: number; holdout: number };

/** `base`: the share of buyers without the offer. `lift`: how much the offer raises this share; 0.2 is a fifth. */
export function conversionEffect(base: number, lift: number): Effect {
  const raised = base * (1 + lift);
  return { difference: raised - base, treated: raised * (1 - raised), holdout: base * (1 - base) };
}

/** `difference`: in money per person. `deviation`: the standard deviation of the amount that a customer of the shop spends. */
export const moneyEffect = (difference: number, deviation: number): Effect => ({
  difference,
  treated: deviation ** 2,
  holdout: deviation ** 2,
});

/** The people in both arms together. `reach`: the interval's standard errors to each side; 1.96 is for one look at the end. */
export function peopleNeeded(effect: Effect, holdoutShare: number, reach: number): number {
  const perPerson = effect.treated / (1 - holdoutShare) + effect.holdout / holdoutShare;
  return Math.ceil((perPerson * (reach + POWER) ** 2) / effect.difference ** 2);
}

/** The least lift of conversion that this many people show, as a part of `base`. Null: even 100 % of buyers would not be enough. */
export function smallestLift(people: number, base: number, holdoutShare: number, reach: number): number | null {
  const shows = (lift: number) => peopleNeeded(conversionEffect(base, lift), holdoutShare, reach) <= people;
  let [low, high] = [0, 1 / base - 1];
  if (!shows(high)) return null;
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (shows(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** The least difference in money per person that this many people show. */
export function smallestDifference(people: number, deviation: number, holdoutShare: number, reach: number): number {
  const perPerson = 1 / (1 - holdoutShare) + 1 / holdoutShare;
  return deviation * (reach + POWER) * Math.sqrt(perPerson / people);
}

/**
 * Whole days until the interval does not contain 0, if the estimate stays and people come as often as in the last `days`. `z`: the
 * estimate in standard errors. Null: not within half a year.
 */
export function daysUntilFound(z: number, progress: number, days: number, alpha: number): number | null {
  const isFound = (more: number) => {
    const growth = 1 + more / days;
    return Math.abs(z) * Math.sqrt(growth) > boundary(progress * growth, alpha);
  };
  if (!isFound(MOST_DAYS)) return null;
  let [low, high] = [-1, MOST_DAYS];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isFound(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Whole days until `missing` more have come, at the rate of `count` in the last `days`. Null: not within half a year. */
export function daysUntilCount(missing: number, count: number, days: number): number | null {
  if (missing === 0) return 0;
  const needed = Math.ceil((missing * days) / count);
  return needed <= MOST_DAYS ? needed : null;
}
