// What is known of an offer's test, as plain data for pages.
import type { ArmResult } from "../../experiments/results.ts";
import type { Instant } from "../../instant.ts";
import type { KindView, OfferDraft } from "../editor/draft/offer-draft.ts";

/** What amounts are. Without a stated margin, the cost of goods is not known. */
export type Measure = "profit" | "revenue";
export const measureOf = (margin: string | null): Measure => (margin === null ? "revenue" : "profit");

/** `perPerson`: the amount per person, not capped. Null: the arm has no people. */
export type TestedArm = {
  isHoldout: boolean;
  /** Of 100 customers. */
  share: number;
  people: number;
  buyers: number;
  perPerson: string | null;
};

/** The results of the last look. `finalAt`: when the last customer's orders and refunds are counted. */
export type TestFound = ArmResult & {
  lookedAt: Instant;
  arms: TestedArm[];
  finalAt: Instant | null;
  isFinal: boolean;
  /** In percent. Null: not stated. */
  margin: string | null;
  /** Orders whose amount is not known. */
  uncounted: number;
};

/** `found` null: no look yet. */
export type OfferTest = {
  startsAt: Instant;
  endedAt: Instant | null;
  /** At present. `scheduled`: the offer has not begun, and the test begins with it. */
  state: "scheduled" | "running" | "ended";
  found: TestFound | null;
};

/** The draft's holdout where there is no test. */
export const NO_TEST = "0";

/**
 * The segment whose customers say what a test of the draft can show. Null: there is no test, or the kind narrows the segment to
 * customers who are not known before the offer is saved.
 */
export function segmentToMeasure(
  { kinds }: { kinds: readonly Pick<KindView, "name" | "narrows">[] },
  { kind, segment, holdout }: Pick<OfferDraft, "kind" | "segment" | "holdout">,
): string | null {
  const isNarrowed = kinds.some(({ name, narrows }) => name === kind && narrows);
  return segment === "" || holdout === NO_TEST || isNarrowed ? null : segment;
}

/** How a result is said, in a few words or in a sentence: a part of a locale key. */
export type Said =
  | "not_begun"
  | "none_yet"
  | "uneven"
  | "soon"
  | "far"
  | "too_few"
  | "open_soon"
  | "open_far"
  | "none"
  | "more"
  | "less";

/** Customers of a test that has ended come no more, so no days are said. */
export function saidOf({ found, state }: OfferTest): Said {
  if (state === "scheduled") return "not_begun";
  if (!found) return "none_yet";
  const { key, parameters } = found.money.verdict;
  const canGrow = state === "running" || !found.isFinal;
  if (key === "early") return !canGrow ? "too_few" : parameters.days === undefined ? "far" : "soon";
  if (key === "open") return !canGrow ? "none" : parameters.days === undefined ? "open_far" : "open_soon";
  return key;
}
