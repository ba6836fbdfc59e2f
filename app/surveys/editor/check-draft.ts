// What a merchant may save. A fault says at which field it lies: `name`, `questions`, `question.0.label`.
import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { UserError } from "../../errors.ts";
import { parseFields } from "../../fields.ts";
import { askInEachLanguage } from "../answers/ask.ts";
import type { QuestionKinds, QuestionWords } from "../question-kind.ts";
import type { Question, SurveyDraft } from "../survey.ts";

const HANDLE = /^[a-z][a-z0-9_]{0,39}$/;
const MAX_QUESTIONS = 20;
/** A survey goes into one metafield in all its languages; Shopify takes 128 KB. */
const LARGEST = 120 * 1024;

export function checkDraft(draft: SurveyDraft, kinds: QuestionKinds, locale?: string): SurveyDraft {
  if (draft.name.trim() === "") throw new UserError("surveys.fault.name", {}, "name");
  if (!HANDLE.test(draft.handle)) throw new UserError("surveys.fault.handle", {}, "handle");
  if (draft.placements.length === 0) throw new UserError("surveys.fault.nowhere", {}, "placements");
  if (draft.questions.length === 0) throw new UserError("surveys.fault.no_questions", {}, "questions");
  if (draft.questions.length > MAX_QUESTIONS)
    throw new UserError("surveys.fault.too_many", { max: MAX_QUESTIONS }, "questions");
  const handles = new Set<string>();
  const questions = draft.questions.map((question, at) => {
    const field = `question.${at}`;
    if (!question.words.en?.label.trim()) throw new UserError("surveys.fault.label", {}, `${field}.label`);
    if (!HANDLE.test(question.handle) || handles.has(question.handle))
      throw new UserError("surveys.fault.handle", {}, `${field}.handle`);
    handles.add(question.handle);
    return checkKind(question, kinds, field, locale);
  });
  const published = askInEachLanguage({ id: randomUUID(), version: 1, words: draft.words, questions }, kinds);
  if (Buffer.byteLength(JSON.stringify(published)) > LARGEST)
    throw new UserError("surveys.fault.too_long", {}, "questions");
  return { ...draft, name: draft.name.trim(), questions };
}

function checkKind(question: Question, kinds: QuestionKinds, field: string, locale?: string): Question {
  const kind = Object.hasOwn(kinds, question.kind) ? kinds[question.kind] : undefined;
  if (!kind) throw new UserError("surveys.fault.kind", { kind: question.kind }, `${field}.kind`);
  const parsed = parseFields(kind.settings, question.settings, locale);
  if (parsed.ok) return { ...question, settings: parsed.value };
  const [[name, fault] = ["", { key: "" }]] = Object.entries(parsed.faults);
  const key = fault.key.startsWith("field.") ? `app.${fault.key}` : fault.key;
  throw new UserError(key, fault.parameters, `${field}.settings.${name}`);
}

const isBlank = ({ label, choices, low, high }: QuestionWords) => !(label || choices.some(Boolean) || low || high);

/** Whether answers before and after could mean different things. Another language, or that one may skip, changes nothing. */
export function isReworded(before: Question[], after: Question[]): boolean {
  if (before.length !== after.length) return true;
  return before.some((old, at) => {
    const now = after[at];
    if (!now || old.handle !== now.handle || old.kind !== now.kind) return true;
    if (!isDeepStrictEqual(old.settings, now.settings)) return true;
    return Object.entries(old.words).some(
      ([language, words]) => !isBlank(words) && !isDeepStrictEqual(words, now.words[language]),
    );
  });
}
