// What crosses between the app and its survey blocks (thank-you page, theme): questions out, answers in.

/** The closed shapes that our own blocks draw. */
export type QuestionShape =
  | { shape: "choice"; multiple: boolean; choices: { value: string; label: string }[] }
  | { shape: "scale"; from: number; to: number; low: string; high: string }
  | { shape: "text"; maxLength: number }
  /** A day: `2026-11-28`. The earliest and the latest that can be chosen, null for any. */
  | { shape: "date"; from: string | null; to: string | null };

export type AskedQuestion = QuestionShape & { handle: string; label: string; optional: boolean };

/** A survey as one shopper sees it, in her language. */
export type AskedSurvey = {
  id: string;
  version: number;
  /** The version since which all questions mean the same: who answered since then is not asked again. */
  since: number;
  title: string;
  thanks: string;
  submit: string;
  questions: AskedQuestion[];
};

/** Values of one question: one for a choice, scale or text, several for a multiple choice. */
export type SubmittedAnswer = { question: string; values: string[] };

export type Submission = {
  survey: string;
  version: number;
  locale: string;
  answers: SubmittedAnswer[];
};
