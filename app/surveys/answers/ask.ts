// Makes the survey that a customer sees, in the customer's language if the survey has it, else in the survey's first language.
import type { Values, Fields } from "../../fields.ts";
import type { QuestionKind, QuestionKinds, QuestionWords } from "../question-kind.ts";
import type { Question, SurveyWords } from "../survey.ts";
import type { AskedQuestion, AskedSurvey, QuestionShape } from "../wire.ts";

type Asked = { id: string; version: number; since?: number; questions: Question[]; words: Record<string, SurveyWords> };

const NO_TITLES: SurveyWords = { title: "", thanks: "", submit: "" };
const NO_WORDS: QuestionWords = { label: "", choices: [], low: "", high: "" };

/** Chooses each word by itself: from `gu-IN`, else `gu`, else the first language. An empty word is skipped. */
function wordsFor<W extends Record<string, string | string[]>>(words: Record<string, W>, locale: string, none: W): W {
  const said = ["en", locale.split(/[-_]/)[0] ?? "", locale].map((code) =>
    Object.hasOwn(words, code) ? Object.entries(words[code] ?? {}).filter(([, word]) => word.length > 0) : [],
  );
  return Object.assign({}, none, ...said.map((entries) => Object.fromEntries(entries) as Partial<W>)) as W;
}

function shapeOf(kind: QuestionKind, { settings }: Question, words: QuestionWords): QuestionShape | null {
  try {
    return kind.shape(settings as Values<Fields>, words);
  } catch {
    return null;
  }
}

/** Leaves out a question whose kind is switched off or throws. */
export function askSurvey(survey: Asked, locale: string, kinds: QuestionKinds): AskedSurvey {
  const questions = survey.questions.flatMap((question): AskedQuestion[] => {
    const kind = Object.hasOwn(kinds, question.kind) ? kinds[question.kind] : undefined;
    if (!kind) return [];
    const own = wordsFor(question.words, locale, NO_WORDS);
    const shape = shapeOf(kind, question, own);
    return shape ? [{ ...shape, handle: question.handle, label: own.label, optional: question.optional }] : [];
  });
  const { id, version, since = version } = survey;
  return { id, version, since, ...wordsFor(survey.words, locale, NO_TITLES), questions };
}

/** The survey by language, as the storefront's block reads it. */
export function askInEachLanguage(survey: Asked, kinds: QuestionKinds): Record<string, AskedSurvey> {
  const languages = new Set([
    "en",
    ...Object.keys(survey.words),
    ...survey.questions.flatMap(({ words }) => Object.keys(words)),
  ]);
  return Object.fromEntries([...languages].map((language) => [language, askSurvey(survey, language, kinds)]));
}
