// The types that the app and its survey blocks (thank-you page, theme) exchange: questions and answers.

/** The closed shapes that our own blocks draw. */
export type QuestionShape =
  | { shape: "choice"; multiple: boolean; choices: { value: string; label: string }[] }
  | { shape: "scale"; from: number; to: number; low: string; high: string }
  | { shape: "text"; maxLength: number }
  /** The earliest and the latest day that can be chosen, such as `2026-11-28`, or `today` on the customer's clock. Null: no bound. */
  | { shape: "date"; from: string | null; to: string | null };

export type AskedQuestion = QuestionShape & { handle: string; label: string; optional: boolean };

/** A survey as a customer sees it, in the customer's language. */
export type AskedSurvey = {
  id: string;
  version: number;
  /** The first version since which every question has had its present meaning. A customer who answered since then is not asked again. */
  since: number;
  title: string;
  thanks: string;
  submit: string;
  /** How many questions the respondent has answered already. They are not among `questions`. Left out: none. */
  answered?: number;
  questions: AskedQuestion[];
};

/** The values of one answer: one value, or several of a multiple choice. */
export type SubmittedAnswer = { question: string; values: string[] };

export type Submission = {
  survey: string;
  version: number;
  locale: string;
  answers: SubmittedAnswer[];
};
