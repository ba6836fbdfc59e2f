import type { Fault } from "../errors.ts";
import type { Fields, Values } from "../fields.ts";
import type { QuestionShape } from "./wire.ts";

/** A question's words in one language. `choices`: in the order of the kind's setting. */
export type QuestionWords = { label: string; choices: string[]; low: string; high: string };

/** The stored value of one answer. `number`: for answers that a query compares as numbers, else null. */
export type AnswerValue = { text: string; number: string | null };

export type Checked = { ok: true; values: AnswerValue[] } | { ok: false; fault: Fault };

/** The scale of answers that are numbers, from the lowest to the highest. */
export type Scale = { from: number; to: number };

/** A possible answer and its label. */
export type Value = { value: string; label: string };

/**
 * How answers are added up: the share of each value, the net promoter score or the mean of a scale; texts and dates are not
 * added up but listed.
 */
export const MEASURES = ["shares", "nps", "mean", "text", "dates"] as const;
export type Measure = (typeof MEASURES)[number];

/** The kind's declarations at the time the question was saved. The question's answers are always counted by these. */
export type Counted = { measure: Measure; scale?: Scale; values?: Value[] };

/** A kind of question. Plugins add more; the engine takes the map of kinds as an argument. */
export type QuestionKind<F extends Fields = Fields> = {
  /** Key of a locale file. */
  label: string;
  settings: F;
  /** The shape that the blocks draw. */
  shape(settings: Values<F>, words: QuestionWords): QuestionShape;
  /** A multiple choice gives one value per choice. */
  check(values: string[], settings: Values<F>): Checked;
  measure: Measure;
  /** The scale of `nps` and `mean`. */
  scale?: Scale;
  /** The possible answers, if they are few. Segment queries name an answer by its value. */
  values?(settings: Values<F>, words: QuestionWords): Value[];
  /** What is translated besides the question: each line of this setting, and the words at both ends of a scale. */
  words?: { perChoice?: keyof F & string; ends?: boolean };
};

export type QuestionKinds = Record<string, QuestionKind>;
