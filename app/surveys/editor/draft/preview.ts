// Previews a survey while the merchant writes it. Missing parts are empty, so that the rest can be previewed.
import { isShown, partOf } from "../../../field-view.ts";
import type { Fields } from "../../../fields.ts";
import { askSurvey } from "../../answers/ask.ts";
import type { QuestionKinds } from "../../question-kind.ts";
import type { SurveyDraft } from "../../survey.ts";
import type { AskedSurvey } from "../../wire.ts";

export function previewSurvey(draft: SurveyDraft, language: string, kinds: QuestionKinds): AskedSurvey {
  const questions = draft.questions.map((question) => {
    const kind = Object.hasOwn(kinds, question.kind) ? kinds[question.kind] : undefined;
    return kind ? { ...question, settings: readHalfWritten(kind.settings, question.settings) } : question;
  });
  return askSurvey({ id: "", version: 1, words: draft.words, questions }, language, kinds);
}

function readHalfWritten(fields: Fields, given: Record<string, unknown>): Record<string, unknown> {
  const shown = Object.entries(fields).filter(([name]) => isShown(fields, name, given));
  const read = shown.map(([name, field]) => {
    if (field.fields) return [name, readHalfWritten(field.fields, partOf(given, name))];
    const parsed = field.parse(given[name] ?? field.initial);
    return [name, parsed.ok ? parsed.value : (field.initial ?? (field.max === undefined ? "" : []))];
  });
  return Object.fromEntries(read) as Record<string, unknown>;
}
