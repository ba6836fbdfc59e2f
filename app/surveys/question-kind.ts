import type { Fault, Fields, Values } from "../fields.ts";
import type { QuestionShape } from "./wire.ts";

/** The value of one answer, ready to be stored: a number too where it compares as one. */
export type AnswerValue = { text: string; number: string | null };

export type QuestionKind<F extends Fields = Fields> = {
  /** Key of a locale file. */
  label: string;
  settings: F;
  /** What our blocks draw. */
  shape(settings: Values<F>): QuestionShape;
  /** At least one value; a multiple choice gives one per choice. */
  check(values: string[], settings: Values<F>): { ok: true; values: AnswerValue[] } | { ok: false; fault: Fault };
  /** How results are drawn. */
  chart: "bars" | "scale" | "texts";
};

/** Keeps the settings' type for `shape` and `check`. */
export const defineQuestionKind = <F extends Fields>(kind: QuestionKind<F>): QuestionKind => kind as QuestionKind;
