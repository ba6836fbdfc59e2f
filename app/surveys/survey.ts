import type { Counted, QuestionWords } from "./question-kind.ts";
import type { Instant } from "../instant.ts";

export type Surface = "thank_you" | "storefront";

export type Question = {
  /** Names the question in segments: lower-case letters, digits and _. */
  handle: string;
  kind: string;
  optional: boolean;
  settings: Record<string, unknown>;
  /** By language; the first language is `en`. */
  words: Record<string, QuestionWords>;
  /** Left out while the question is not saved. */
  counted?: Counted;
};

export type SurveyWords = { title: string; thanks: string; submit: string };

export type SurveyDraft = {
  name: string;
  handle: string;
  placements: Surface[];
  segmentId: string | null;
  questions: Question[];
  words: Record<string, SurveyWords>;
};

export type Survey = SurveyDraft & {
  id: string;
  state: "draft" | "active" | "ended";
  version: number;
  /** Each change by a merchant gives another edition. */
  edition: string;
  updatedAt: Instant;
};
