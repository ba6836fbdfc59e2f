import type { Fault } from "../errors.ts";
import type { Fields, Values } from "../fields.ts";
import type { QuestionShape } from "./wire.ts";

/** A question's words in one language; `choices` in the order of the kind's own. */
export type QuestionWords = { label: string; choices: string[]; low: string; high: string };

/** The value of one answer, ready to be stored: a number too where it compares as one. */
export type AnswerValue = { text: string; number: string | null };

export type Checked = { ok: true; values: AnswerValue[] } | { ok: false; fault: Fault };

/** A kind of question. Plugins add more; the engine takes the map of kinds as an argument. */
export type QuestionKind<F extends Fields = Fields> = {
  /** Key of a locale file. */
  label: string;
  settings: F;
  /** What our blocks draw. */
  shape(settings: Values<F>, words: QuestionWords): QuestionShape;
  /** A multiple choice gives one value per choice. */
  check(values: string[], settings: Values<F>): Checked;
  /** How results are drawn. */
  chart: "bars" | "scale" | "texts";
};

export type QuestionKinds = Record<string, QuestionKind>;
