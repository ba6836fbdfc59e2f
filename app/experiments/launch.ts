// What is said before an experiment is launched: what it will be able to see, and what it will not.
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
 * `people`: expected in all arms together. `arms`: treated arms, of equal size. `base`: the share of people who buy in the outcome
 * window without the experiment. `deviation`: the standard deviation of what the shop's customers bring in it, as decimal text.
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
  /** Until a first result may be said. */
  peopleToOpen: { conversion: number; money: number };
  /** As a part of `base`: 0.2 is a fifth more buyers. Null: no lift would be seen. */
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

/** People in all arms who show a lift of conversion: 0.2 is a fifth more buyers. */
export const peopleForLift = (plan: Plan, lift: number): number => peopleFor(plan, conversionEffect(plan.base, lift));

/** People in all arms who show a difference in money per person, given as decimal text. */
export const peopleForDifference = (plan: Plan, difference: string): number =>
  peopleFor(plan, moneyEffect(numberOf(difference), numberOf(plan.deviation)));

function peopleFor(plan: Plan, effect: Effect): number {
  const { part, holdoutShare, reach } = pairOf(plan);
  return Math.ceil(peopleNeeded(effect, holdoutShare, reach) / part);
}

/** The holdout and one treated arm, which are compared: their part of all people, and the holdout's share of the two. */
function pairOf({ arms, holdoutShare }: Plan) {
  const part = holdoutShare + (1 - holdoutShare) / arms;
  return { part, holdoutShare: holdoutShare / part, reach: boundary(1, alphaOf(arms)) };
}
