// A survey as one shopper sees it: her language where it is there, the first language where not.
import type { Values, Fields } from "../fields.ts";
import type { QuestionKinds } from "./question-kind.ts";
import type { Question, SurveyWords } from "./survey.server.ts";
import type { AskedQuestion, AskedSurvey } from "./wire.ts";

type Asked = { id: string; version: number; questions: Question[]; words: Record<string, SurveyWords> };

/** `gu-IN` falls back to `gu`, then to the first language. */
function wordsFor<W>(words: Record<string, W>, locale: string): W | undefined {
  return words[locale] ?? words[locale.split("-")[0] ?? ""] ?? words.en;
}

const NO_WORDS = { label: "", choices: [], low: "", high: "" };

/** A question whose kind is switched off is left out. */
export function askSurvey(survey: Asked, locale: string, kinds: QuestionKinds): AskedSurvey {
  const words = wordsFor(survey.words, locale) ?? { title: "", thanks: "", submit: "" };
  const questions = survey.questions.flatMap((question): AskedQuestion[] => {
    const kind = kinds[question.kind];
    if (!kind) return [];
    const own = { ...NO_WORDS, ...question.words.en, ...wordsFor(question.words, locale) };
    const shape = kind.shape(question.settings as Values<Fields>, own);
    return [{ ...shape, handle: question.handle, label: own.label, optional: question.optional }];
  });
  return { id: survey.id, version: survey.version, ...words, questions };
}
