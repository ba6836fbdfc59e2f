// Checks a draft. A fault names its field: `name`, `questions` or such as `question.0.label`.
import { randomUUID } from "node:crypto";
import { refused, type Fault, type Outcome } from "../../../errors.ts";
import { parseFields, type Fields, type Values } from "../../../fields.ts";
import { askInEachLanguage } from "../../answers/ask.ts";
import type { Counted, QuestionKind, QuestionKinds, QuestionWords } from "../../question-kind.ts";
import type { Question, SurveyDraft } from "../../survey.ts";

const NO_WORDS: QuestionWords = { label: "", choices: [], low: "", high: "" };
const HANDLE = /^[a-z][a-z0-9_]{0,39}$/;
const MAX_QUESTIONS = 20;
/** A survey in all its languages is one metafield, of which Shopify accepts 128 KB. */
const LARGEST = 120 * 1024;

/** Returns the draft in its stored form, or all faults. */
export function checkDraft(draft: SurveyDraft, kinds: QuestionKinds): Outcome<{ draft: SurveyDraft }> {
  const faults: Fault[] = [];
  if (draft.name.trim() === "") faults.push({ key: "surveys.fault.name", field: "name" });
  if (!HANDLE.test(draft.handle)) faults.push({ key: "surveys.fault.handle", field: "handle" });
  if (draft.placements.length === 0) faults.push({ key: "surveys.fault.nowhere", field: "placements" });
  if (draft.questions.length === 0) faults.push({ key: "surveys.fault.no_questions", field: "questions" });
  if (draft.questions.length > MAX_QUESTIONS)
    faults.push({ key: "surveys.fault.too_many", parameters: { max: MAX_QUESTIONS }, field: "questions" });
  const handles = new Set<string>();
  const questions = draft.questions.map((question, at) => {
    const field = `question.${at}`;
    if (!question.words.en?.label.trim()) faults.push({ key: "surveys.fault.label", field: `${field}.label` });
    if (!HANDLE.test(question.handle) || handles.has(question.handle))
      faults.push({ key: "surveys.fault.handle", field: `${field}.handle` });
    handles.add(question.handle);
    const checked = checkKind(question, kinds, field);
    if (!checked.ok) faults.push(...checked.faults);
    return checked.ok ? { ...question, settings: checked.settings, counted: checked.counted } : question;
  });
  if (faults.length > 0) return refused(...faults);
  const published = askInEachLanguage({ id: randomUUID(), version: 1, words: draft.words, questions }, kinds);
  if (Buffer.byteLength(JSON.stringify(published)) > LARGEST)
    return refused({ key: "surveys.fault.too_long", field: "questions" });
  return { ok: true, draft: { ...draft, name: draft.name.trim(), questions } };
}

type Settings = Question["settings"];

function checkKind(
  { kind: name, settings, words }: Question,
  kinds: QuestionKinds,
  field: string,
): Outcome<{ settings: Settings; counted: Counted }> {
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (!kind) return refused({ key: "surveys.fault.kind", field: `${field}.kind` });
  const parsed = parseFields(kind.settings, settings);
  if (!parsed.ok)
    return refused(...parsed.faults.map((fault) => ({ ...fault, field: `${field}.settings.${fault.field}` })));
  const counted = countedBy(kind, parsed.value, words.en);
  if (!counted) return refused({ key: "surveys.fault.kind_failed", field: `${field}.kind` });
  return { ok: true, settings: parsed.value, counted };
}

/** Null if the kind throws. */
function countedBy(
  { measure, scale, values }: QuestionKind,
  settings: Values<Fields>,
  words = NO_WORDS,
): Counted | null {
  try {
    return { measure, ...(scale ? { scale } : {}), ...(values ? { values: values(settings, words) } : {}) };
  } catch {
    return null;
  }
}
