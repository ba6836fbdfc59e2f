// What a merchant reads before an experiment is launched: the effects that the experiment can show, and the people it needs.
import { decimalOf, numberOf } from "./statistics/amount.ts";
import { peopleToOpen } from "./statistics/gates.ts";
import { alphaOf, boundary } from "./statistics/sequence.ts";
import {
  conversionEffect,
  type Effect,
  moneyEffect,
  peopleNeeded,
  smallestDifference,
  smallestLift,
} from "./statistics/sizes.ts";

/**
 * `people`: the expected people in all arms together. `arms`: the number of treated arms, of equal size. `base`: the share of people
 * who buy in the outcome window without the experiment. `deviation`: the standard deviation of the amount that a customer spends in
 * the outcome window, as decimal text.
 */
export type Plan = {
  people: number;
  arms: number;
  holdoutShare: number;
  base: number;
  deviation: string;
  /** Decimal places of the shop's currency. */
  digits: number;
};

export type Launch = {
  /** The people from whom on the first result is shown. */
  peopleToOpen: { conversion: number; money: number };
  /** As a part of `base`: 0.2 is a fifth more buyers. Null: the experiment can show no lift. */
  smallestLift: number | null;
  /** Money per person. */
  smallestDifference: string;
};

export function launchOf(plan: Plan): Launch {
  const { base, deviation, digits } = plan;
  const { part, holdoutShare, reach } = pairOf(plan);
  const people = plan.people * part;
  const toOpen = (metric: "conversion" | "money") => Math.round(peopleToOpen(metric, base, holdoutShare) / part);
  return {
    peopleToOpen: { conversion: toOpen("conversion"), money: toOpen("money") },
    smallestLift: smallestLift(people, base, holdoutShare, reach),
    smallestDifference: decimalOf(smallestDifference(people, numberOf(deviation), holdoutShare, reach), digits),
  };
}

/** The people in all arms that are needed to show a lift of conversion: 0.2 is a fifth more buyers. */
export const peopleForLift = (plan: Plan, lift: number): number => peopleFor(plan, conversionEffect(plan.base, lift));

/** The people in all arms that are needed to show a difference in money per person. `difference`: decimal text. */
export const peopleForDifference = (plan: Plan, difference: string): number =>
  peopleFor(plan, moneyEffect(numberOf(difference), numberOf(plan.deviation)));

function peopleFor(plan: Plan, effect: Effect): number {
  const { part, holdoutShare, reach } = pairOf(plan);
  return Math.ceil(peopleNeeded(effect, holdoutShare, reach) / part);
}

/** A comparison is between the holdout and one treated arm. `part`: of all people. `holdoutShare`: the holdout's part of the two. */
function pairOf({ arms, holdoutShare }: Plan) {
  const part = holdoutShare + (1 - holdoutShare) / arms;
  return { part, holdoutShare: holdoutShare / part, reach: boundary(1, alphaOf(arms)) };
}
