// The results of an experiment up to now, as plain data. Pages choose the words.
import { decimalOf, numberOf } from "./statistics/amount.ts";
import { differenceOf } from "./statistics/difference.ts";
import { isOpen, type Metric, missingBuyers } from "./statistics/gates.ts";
import { RATIO_ALARM } from "./statistics/sample-ratio.ts";
import { alphaOf, intervalOf, leastAlpha } from "./statistics/sequence.ts";
import { daysUntilCount, daysUntilFound } from "./statistics/sizes.ts";
import { adjust, type Moments, momentsOfCount, type Sums } from "./statistics/sums.ts";

/**
 * The figures of the people who were assigned to one arm, whether they saw the offer or not. `sum`, `squares`: the sums of their
 * outcomes and of the squares, each outcome at most the cap. `past`, `pastSquares`: the same sums of the figure before the experiment.
 * `products`: the sum of outcome times past. `uncapped`: the sum of outcomes without the cap.
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
  /** Decimal text. Null: there are too few buyers to fix the cap. */
  cap: string | null;
  /** Decimal places of the shop's currency. */
  digits: number;
  /** The result of `sampleRatio`. */
  sampleRatio: number;
  /** 1 at the planned end: see statistics/sequence.ts. */
  progress: number;
  /** The number of days of the figures. */
  days: number;
};

/**
 * - `uneven`: the arms' shares are not as planned, so that no result is valid.
 * - `early`: there are too few buyers. `days`: until there are enough.
 * - `open`: no difference is shown yet. `days`: until a difference is shown, if the estimate stays the same.
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
 * Null: the value is not shown yet. `p`: below 0.05 where the interval does not contain 0. `perPerson` and `total` (of all people in
 * the arm) are computed from capped outcomes. `uncapped` is the total without the cap, and has no interval.
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

/** Why no result of the arm may be shown. Null: a result may be shown. */
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
