// Experiments in which the arms are treated alike: whatever they find is false.
import { expect, test } from "vitest";
import { type ArmIndex, lognormal, randomFrom, run, textbookInterval, Trial } from "./stream.ts";

const RUNS = 10_000;
const BUY = 0.1;

const leavesOutZero = (interval: { low: number; high: number } | null) =>
  interval !== null && (interval.low > 0 || interval.high < 0);

test("looking after every 50 people, at most 5 of 100 experiments without an effect ever show one; the textbook's form shows more", () => {
  const found = { evenConversion: 0, evenMoney: 0, tenthConversion: 0, tenthMoney: 0, textbook: 0 };
  for (let seed = 1; seed <= RUNS; seed++) {
    const random = randomFrom(seed);
    const [even, tenth] = [new Trial(), new Trial()];
    const seen = new Set<keyof typeof found>();
    run(
      () => {
        const place = random();
        const y = random() < BUY ? lognormal(random, 3, 1.6) : 0;
        even.add(place < 0.5 ? 0 : 1, y);
        tenth.add(place < 0.1 ? 0 : 1, y);
      },
      () => {
        even.fixCap();
        tenth.fixCap();
        if (leavesOutZero(even.interval("conversion"))) seen.add("evenConversion");
        if (leavesOutZero(even.interval("money"))) seen.add("evenMoney");
        if (leavesOutZero(tenth.interval("conversion"))) seen.add("tenthConversion");
        if (leavesOutZero(tenth.interval("money"))) seen.add("tenthMoney");
        if (leavesOutZero(textbookInterval(tenth))) seen.add("textbook");
      },
    );
    for (const name of seen) found[name] += 1 / RUNS;
  }
  expect(found.evenConversion).toBeLessThanOrEqual(0.05);
  expect(found.evenMoney).toBeLessThanOrEqual(0.05);
  expect(found.tenthConversion).toBeLessThanOrEqual(0.05);
  expect(found.tenthMoney).toBeLessThanOrEqual(0.05);
  expect(found.textbook).toBeGreaterThan(0.05);
});

test("nor do more show one where the past of the people narrows the interval", () => {
  const runs = 2000;
  let found = 0;
  for (let seed = 1; seed <= runs; seed++) {
    const random = randomFrom(-seed);
    const trial = new Trial();
    let isFound = false;
    run(
      () => {
        const arm: ArmIndex = random() < 0.1 ? 0 : 1;
        const isRegular = random() < 0.2;
        const size = isRegular ? lognormal(random, 3, 1.2) : 0;
        const y = random() < (isRegular ? 0.3 : 0.05) ? lognormal(random, 3, 0.8) + size : 0;
        trial.add(arm, y, Math.min(size, 300));
      },
      () => {
        trial.fixCap();
        isFound ||= leavesOutZero(trial.interval("money"));
      },
    );
    if (isFound) found += 1;
  }
  expect(found / runs).toBeLessThanOrEqual(0.05);
});
