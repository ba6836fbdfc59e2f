// Reads the newest test of an offer, as the last look found it.
import { digitsOf } from "../../currency.ts";
import type { Tx } from "../../db.server.ts";
import { readExperiments, type StoredExperiment } from "../../experiments/outcomes/look.server.ts";
import { resultsOf, type ArmFigures } from "../../experiments/results.ts";
import { decimalOf, numberOf } from "../../experiments/statistics/amount.ts";
import type { Shop } from "../../shop.server.ts";
import type { OfferTest, TestedArm, TestFound } from "./test-of-offer.ts";

const DAY_MS = 86_400_000;

/** By the offers' ids. An offer that was never tested is left out. */
export async function readTests(shop: Shop, tx: Tx, offerIds: readonly string[]): Promise<Map<string, OfferTest>> {
  const tests = new Map<string, OfferTest>();
  const newestFirst = await readExperiments(shop, tx, offerIds);
  for (const experiment of newestFirst)
    for (const { key } of experiment.arms)
      if (offerIds.includes(key) && !tests.has(key)) tests.set(key, asTest(shop, experiment, key));
  return tests;
}

/** Null: the offer was never tested. */
export const testOf = async (shop: Shop, offerId: string | null): Promise<OfferTest | null> =>
  offerId === null ? null : ((await shop.db.tx((tx) => readTests(shop, tx, [offerId]))).get(offerId) ?? null);

const asTest = (shop: Shop, experiment: StoredExperiment, arm: string): OfferTest => ({
  startsAt: experiment.startedAt,
  endedAt: experiment.endedAt,
  state: experiment.endedAt ? "ended" : experiment.startedAt > shop.now() ? "scheduled" : "running",
  found: foundIn(shop, experiment, arm),
});

const NOBODY = { people: 0, buyers: 0, windows: 0, uncounted: 0 };
const NOTHING = { sum: "0", squares: "0", past: "0", pastSquares: "0", products: "0", uncapped: "0" };

function foundIn(shop: Shop, experiment: StoredExperiment, arm: string): TestFound | null {
  const { figures, lookedAt, startedAt, endedAt, sampleRatio, plannedPeople } = experiment;
  if (!figures || !lookedAt) return null;
  const digits = digitsOf(shop.currency);
  const arms = experiment.arms.map(({ key, share, isHoldout }) => ({
    ...(figures.arms.find((found) => found.arm === key) ?? { ...NOBODY, ...NOTHING, arm: key }),
    ...{ share, isHoldout },
  }));
  const holdout = arms.find(({ isHoldout }) => isHoldout);
  const treated = arms.filter(({ isHoldout }) => !isHoldout);
  if (!holdout) return null;
  const look = {
    ...{ holdout, treated, digits, sampleRatio, cap: figures.cap },
    progress: sum(arms, "windows") / plannedPeople,
    days: Math.max(1, ((endedAt ?? lookedAt).getTime() - startedAt.getTime()) / DAY_MS),
  };
  const result = resultsOf(look).find((one) => one.arm === arm);
  if (!result) return null;
  return {
    ...{ ...result, lookedAt, finalAt: figures.finalAt, margin: figures.margin, uncounted: sum(arms, "uncounted") },
    isFinal: endedAt !== null && figures.finalAt !== null && figures.finalAt <= lookedAt,
    arms: arms.map((one) => testedArm(one, digits)),
  };
}

const sum = <Name extends string>(rows: readonly Record<Name, number>[], name: Name): number =>
  rows.reduce((total, row) => total + row[name], 0);

const testedArm = (arm: ArmFigures & { share: number; isHoldout: boolean }, digits: number): TestedArm => ({
  ...{ isHoldout: arm.isHoldout, share: arm.share, people: arm.people, buyers: arm.buyers },
  perPerson: arm.people === 0 ? null : decimalOf(numberOf(arm.uncapped) / arm.people, digits),
});
