// From how many buyers on a result may be said. Below that, the interval is not yet what its name promises.

const BUYERS_IN_EACH_ARM = 25;
const BUYERS_FOR_MONEY = 100;

export type Metric = "conversion" | "money";

/** How many buyers are missing in the arm with the fewest, and how many in all. */
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

/** How many people it takes until a result may be said, if the share `base` of them buys. */
export function peopleToOpen(metric: Metric, base: number, holdoutShare: number): number {
  const inSmallerArm = BUYERS_IN_EACH_ARM / (base * Math.min(holdoutShare, 1 - holdoutShare));
  return Math.round(Math.max(inSmallerArm, metric === "money" ? BUYERS_FOR_MONEY / base : 0));
}

/**
 * Outcomes above the cap count as the cap: it is the outcome at this rank of all arms' buyers, sorted upwards, the first being 1, as
 * `percentile_disc(0.99)` finds it. The cap is fixed at the first look at which it is not null, and stays.
 */
export function rankOfCap(buyers: number): number | null {
  return buyers < BUYERS_FOR_MONEY ? null : Math.ceil(0.99 * buyers);
}
