import type { Fault } from "../errors.ts";
import type { Fields, Values } from "../fields.ts";
import type { QuestionShape } from "./wire.ts";

/** A question's words in one language; `choices` in the order of the kind's own. */
export type QuestionWords = { label: string; choices: string[]; low: string; high: string };

/** The value of one answer, ready to be stored: a number too where it compares as one. */
export type AnswerValue = { text: string; number: string | null };

export type Checked = { ok: true; values: AnswerValue[] } | { ok: false; fault: Fault };

/** Answers that are numbers from one to another. */
export type Scale = { from: number; to: number };

/** One answer that can be given, and what it is called. */
export type Value = { value: string; label: string };

/**
 * How answers are added up: the share of each value, the net promoter score or the mean of a scale; texts and dates are not
 * added up but listed.
 */
export const MEASURES = ["shares", "nps", "mean", "text", "dates"] as const;
export type Measure = (typeof MEASURES)[number];

/** What a kind declared of a question when the question was saved: its answers are counted by it ever after. */
export type Counted = { measure: Measure; scale?: Scale; values?: Value[] };

/** A kind of question. Plugins add more; the engine takes the map of kinds as an argument. */
export type QuestionKind<F extends Fields = Fields> = {
  /** Key of a locale file. */
  label: string;
  settings: F;
  /** What our blocks draw. */
  shape(settings: Values<F>, words: QuestionWords): QuestionShape;
  /** A multiple choice gives one value per choice. */
  check(values: string[], settings: Values<F>): Checked;
  measure: Measure;
  /** Of `nps` and `mean`. */
  scale?: Scale;
  /** The answers that can be given, where they are few. A text that segments can name is the value. */
  values?(settings: Values<F>, words: QuestionWords): Value[];
  /** What is translated besides the question: each line of this setting, and the words at both ends of a scale. */
  words?: { perChoice?: keyof F & string; ends?: boolean };
};

export type QuestionKinds = Record<string, QuestionKind>;
