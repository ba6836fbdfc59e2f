import type { Fault } from "../../errors.ts";
import type { Fields, Values } from "../../fields.ts";
import type { Instant } from "../../instant.ts";
import { isDay, isOffered } from "../day.ts";
import type { AnswerValue, Checked, QuestionKind, QuestionKinds, QuestionWords } from "../question-kind.ts";
import type { Question } from "../survey.ts";
import type { SubmittedAnswer } from "../wire.ts";

export type CheckedAnswer = { question: Question; values: AnswerValue[] };

/** Checks all answers against the questions of the version that was asked. A fault's field is the question's handle. */
export function checkAnswers(questions: Question[], answers: SubmittedAnswer[], kinds: QuestionKinds, now: Instant) {
  const faults: Fault[] = [];
  const checked: CheckedAnswer[] = [];
  for (const { question: handle, values } of answers) {
    const question = questions.find((one) => one.handle === handle);
    const kind = question && Object.hasOwn(kinds, question.kind) ? kinds[question.kind] : undefined;
    if (!question || !kind) faults.push({ key: "answer.unknown_question", field: handle });
    else {
      const result = check(kind, values, question, now);
      if (result.ok) checked.push({ question, values: result.values });
      else faults.push({ ...result.fault, field: handle });
    }
  }
  return { faults, checked };
}

/** Refuses the answer if the kind throws. The answers to other questions are still checked. */
function check(kind: QuestionKind, values: string[], { settings, words }: Question, now: Instant): Checked {
  try {
    return checkAnswer(kind, values, { settings: settings as Values<Fields>, words: words["en"], now });
  } catch {
    return { ok: false, fault: { key: "answer.kind_failed" } };
  }
}

const NO_WORDS: QuestionWords = { label: "", choices: [], low: "", high: "" };

/** Checks an answer. A date question of any kind accepts only one day that it offers. The kind's own check comes after that. */
export function checkAnswer(
  kind: QuestionKind,
  values: string[],
  { settings, words = NO_WORDS, now }: { settings: Values<Fields>; words?: QuestionWords | undefined; now: Instant },
): Checked {
  const shape = kind.shape(settings, words);
  const [day = "", ...more] = values;
  if (shape.shape === "date" && (more.length > 0 || !isDay(day) || !isOffered(day, shape, now)))
    return { ok: false, fault: { key: "answer.not_a_day" } };
  return kind.check(values, settings);
}
