// Experiments whose true effect is known: the interval has to hold it at every look.
import { expect, test } from "vitest";
import { normalShare } from "../../app/experiments/statistics/normal.ts";
import { lognormal, randomFrom, run, Trial } from "./stream.ts";

const RUNS = 2000;
const DEVIATION = 1.6;
const HOLDOUT = { buy: 0.1, mean: 3 };
const TREATED = { buy: 0.13, mean: 3.15 };

/** The mean outcome of people of whom `buy` spend a lognormal amount, where more than `cap` counts as the cap. */
function cappedMean({ buy, mean }: typeof HOLDOUT, cap: number): number {
  const place = (Math.log(cap) - mean) / DEVIATION;
  const below = Math.exp(mean + DEVIATION ** 2 / 2) * normalShare(place - DEVIATION);
  return buy * (below + cap * (1 - normalShare(place)));
}

test.each([0.5, 0.1])(
  "with a holdout of %d, at least 95 of 100 intervals hold the capped truth at every look",
  (holdoutShare) => {
    const held = { conversion: 0, money: 0 };
    let found = 0;
    for (let seed = 1; seed <= RUNS; seed++) {
      const random = randomFrom(seed * 7919);
      const trial = new Trial();
      const missed = { conversion: false, money: false };
      let isFound = false;
      run(
        () => {
          const arm = random() < holdoutShare ? 0 : 1;
          const { buy, mean } = arm === 0 ? HOLDOUT : TREATED;
          trial.add(arm, random() < buy ? lognormal(random, mean, DEVIATION) : 0);
        },
        () => {
          trial.fixCap();
          const conversion = trial.interval("conversion");
          const truth = TREATED.buy - HOLDOUT.buy;
          if (conversion) missed.conversion ||= truth < conversion.low || truth > conversion.high;
          const money = trial.interval("money");
          if (!money || trial.cap === null) return;
          const capped = cappedMean(TREATED, trial.cap) - cappedMean(HOLDOUT, trial.cap);
          missed.money ||= capped < money.low || capped > money.high;
          isFound ||= money.low > 0;
        },
      );
      if (!missed.conversion) held.conversion += 1 / RUNS;
      if (!missed.money) held.money += 1 / RUNS;
      if (isFound) found += 1 / RUNS;
    }
    expect(held.conversion).toBeGreaterThanOrEqual(0.95);
    expect(held.money).toBeGreaterThanOrEqual(0.95);
    // And the effect is seen: an interval that is wide enough for everything would hold it too.
    expect(found).toBeGreaterThan(holdoutShare === 0.5 ? 0.5 : 0.05);
  },
);
