// The numbers of buyers from which on a result is shown. With fewer buyers, the interval misses the truth more often than it should.

const BUYERS_IN_EACH_ARM = 25;
export const BUYERS_FOR_MONEY = 100;
/** Of the buyers' outcomes, the share that is below the cap. */
export const CAP_AT = 0.99;

export type Metric = "conversion" | "money";

/** The buyers that are missing in the arm with the fewest buyers, and in all arms together. */
export function missingBuyers(metric: Metric, buyers: readonly number[]): { arm: number; all: number } {
  const all = buyers.reduce((sum, count) => sum + count, 0);
  return {
    arm: Math.max(0, BUYERS_IN_EACH_ARM - Math.min(...buyers)),
    all: metric === "money" ? Math.max(0, BUYERS_FOR_MONEY - all) : 0,
  };
}

export function isOpen(metric: Metric, buyers: readonly number[]): boolean {
  const missing = missingBuyers(metric, buyers);
  return missing.arm === 0 && missing.all === 0;
}

/** The people that are needed until a result is shown. `base`: the share of people who buy. */
export function peopleToOpen(metric: Metric, base: number, holdoutShare: number): number {
  const inSmallerArm = BUYERS_IN_EACH_ARM / (base * Math.min(holdoutShare, 1 - holdoutShare));
  return Math.round(Math.max(inSmallerArm, metric === "money" ? BUYERS_FOR_MONEY / base : 0));
}

/**
 * The rank of the cap among the outcomes of all arms' buyers, sorted upwards from 1, as `percentile_disc(0.99)` finds it. Outcomes
 * above the cap count as the cap. The cap is fixed at the first look at which the rank is not null, and never changes.
 */
export function rankOfCap(buyers: number): number | null {
  return buyers < BUYERS_FOR_MONEY ? null : Math.ceil(CAP_AT * buyers);
}
