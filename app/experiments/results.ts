// What an experiment has shown up to now, as plain data: pages choose the words.
import { decimalOf, numberOf } from "./statistics/amount.ts";
import { differenceOf } from "./statistics/difference.ts";
import { isOpen, type Metric, missingBuyers } from "./statistics/gates.ts";
import { RATIO_ALARM } from "./statistics/sample-ratio.ts";
import { alphaOf, intervalOf, leastAlpha } from "./statistics/sequence.ts";
import { daysUntilCount, daysUntilFound } from "./statistics/sizes.ts";
import { adjust, type Moments, momentsOfCount, type Sums } from "./statistics/sums.ts";

/**
 * People of one arm, by assignment, whether they saw the offer or not. `sum`, `squares`: of their outcomes, each at most the cap.
 * `past…`: of the same figure before the experiment; `products`: of outcome and past. `uncapped`: the sum without the cap.
 */
export type ArmFigures = {
  arm: string;
  people: number;
  buyers: number;
  sum: string;
  squares: string;
  past: string;
  pastSquares: string;
  products: string;
  uncapped: string;
};

export type Look = {
  holdout: ArmFigures;
  treated: readonly ArmFigures[];
  /** Decimal text; null until there are enough buyers to fix it. */
  cap: string | null;
  /** Decimal places of the shop's currency. */
  digits: number;
  /** What `sampleRatio` returned. */
  sampleRatio: number;
  /** 1 at the planned end: see statistics/sequence.ts. */
  progress: number;
  /** Days in which the figures came together. */
  days: number;
};

/**
 * - `uneven`: the arms are not as planned, and nothing can be said.
 * - `early`: too few buyers; `days` until there are enough.
 * - `open`: no difference is shown yet; `days` until it is, if it stays as it is.
 * - `more`, `less`: the treated arm is above or below the holdout.
 *
 * `days` is left out where it is more than half a year.
 */
export type Verdict = {
  key: "uneven" | "early" | "open" | "more" | "less";
  parameters: { days?: number; buyers?: number; all?: number };
};

type Bounded<Value> = { estimate: Value; low: Value; high: Value };

/**
 * What is null may not be said yet. `p`: below 0.05 where the interval leaves out 0. `perPerson` and `total` (of all people in the
 * arm) are of the capped outcome; `uncapped` is the total without the cap, which has no interval.
 */
export type ArmResult = {
  arm: string;
  conversion: { verdict: Verdict; difference: Bounded<number> | null; p: number | null };
  money: {
    verdict: Verdict;
    perPerson: Bounded<string> | null;
    total: Bounded<string> | null;
    p: number | null;
    cap: string | null;
    uncapped: string | null;
  };
};

export function resultsOf(look: Look): ArmResult[] {
  return look.treated.map((treated) => ({
    arm: treated.arm,
    conversion: conversionOf(look, treated),
    money: moneyOf(look, treated),
  }));
}

function conversionOf(look: Look, treated: ArmFigures): ArmResult["conversion"] {
  const blocked = blockedBy(look, treated, "conversion");
  if (blocked) return { verdict: blocked, difference: null, p: null };
  const [ofTreated, ofHoldout] = [treated, look.holdout].map(({ people, buyers }) => momentsOfCount(people, buyers));
  const { verdict, bounds, p } = compare(look, ofTreated, ofHoldout);
  return { verdict, difference: bounds, p };
}

function moneyOf(look: Look, treated: ArmFigures): ArmResult["money"] {
  const { holdout, cap, digits } = look;
  const uncapped = holdout.people === 0 ? null : decimalOf(uncappedTotal(treated, holdout), digits);
  const blocked = blockedBy(look, treated, "money");
  if (blocked) return { verdict: blocked, perPerson: null, total: null, p: null, cap, uncapped };
  const [ofTreated, ofHoldout] = adjust([sumsOf(treated), sumsOf(holdout)]).arms;
  const { verdict, bounds, p } = compare(look, ofTreated, ofHoldout);
  const times = (people: number): Bounded<string> => ({
    estimate: decimalOf(bounds.estimate * people, digits),
    low: decimalOf(bounds.low * people, digits),
    high: decimalOf(bounds.high * people, digits),
  });
  return { verdict, perPerson: times(1), total: times(treated.people), p, cap, uncapped };
}

const uncappedTotal = (treated: ArmFigures, holdout: ArmFigures) =>
  numberOf(treated.uncapped) - (treated.people / holdout.people) * numberOf(holdout.uncapped);

/** Why nothing may be said about the arm; null: it may. */
function blockedBy(look: Look, treated: ArmFigures, metric: Metric): Verdict | null {
  if (look.sampleRatio < RATIO_ALARM) return { key: "uneven", parameters: {} };
  const counts = [look.holdout.buyers, treated.buyers];
  if (isOpen(metric, counts) && (metric === "conversion" || look.cap !== null)) return null;
  const missing = missingBuyers(metric, counts);
  const fewest = Math.min(...counts);
  const all = look.holdout.buyers + treated.buyers;
  const untilArm = daysUntilCount(missing.arm, fewest, look.days);
  const untilAll = daysUntilCount(missing.all, all, look.days);
  const days = untilArm === null || untilAll === null ? null : Math.max(untilArm, untilAll);
  return { key: "early", parameters: { buyers: fewest, all, ...daysLeft(days) } };
}

function compare({ treated: arms, progress, days }: Look, treated?: Moments, holdout?: Moments) {
  if (!treated || !holdout) throw new Error("a comparison has two arms");
  const alpha = alphaOf(arms.length);
  const between = differenceOf(treated, holdout);
  const bounds = { estimate: between.estimate, ...intervalOf(between, progress, alpha) };
  const z = between.variance > 0 ? between.estimate / Math.sqrt(between.variance) : 0;
  const open = (): Verdict => ({ key: "open", parameters: daysLeft(daysUntilFound(z, progress, days, alpha)) });
  const found: Verdict | null =
    bounds.low > 0 ? { key: "more", parameters: {} } : bounds.high < 0 ? { key: "less", parameters: {} } : null;
  return { bounds, p: Math.min(1, arms.length * leastAlpha(z, progress, alpha)), verdict: found ?? open() };
}

const daysLeft = (days: number | null) => (days === null ? {} : { days });

const sumsOf = (arm: ArmFigures): Sums => ({
  n: arm.people,
  y: numberOf(arm.sum),
  yy: numberOf(arm.squares),
  x: numberOf(arm.past),
  xx: numberOf(arm.pastSquares),
  xy: numberOf(arm.products),
});
