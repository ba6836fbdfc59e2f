import type { Fault } from "../../errors.ts";
import type { Fields, Values } from "../../fields.ts";
import type { AnswerValue, Checked, QuestionKind, QuestionKinds } from "../question-kind.ts";
import type { Question } from "../survey.ts";
import type { SubmittedAnswer } from "../wire.ts";

export type CheckedAnswer = { question: Question; values: AnswerValue[] };

/** Checks all answers against the questions of the version that was asked. A fault's field is the question's handle. */
export function checkAnswers(questions: Question[], answers: SubmittedAnswer[], kinds: QuestionKinds) {
  const faults: Fault[] = [];
  const checked: CheckedAnswer[] = [];
  for (const { question: handle, values } of answers) {
    const question = questions.find((one) => one.handle === handle);
    const kind = question && Object.hasOwn(kinds, question.kind) ? kinds[question.kind] : undefined;
    if (!question || !kind) faults.push({ key: "answer.unknown_question", field: handle });
    else {
      const result = check(kind, values, question);
      if (result.ok) checked.push({ question, values: result.values });
      else faults.push({ ...result.fault, field: handle });
    }
  }
  return { faults, checked };
}

/** Refuses the answer if the kind throws. The answers to other questions are still checked. */
function check(kind: QuestionKind, values: string[], { settings }: Question): Checked {
  try {
    return kind.check(values, settings as Values<Fields>);
  } catch {
    return { ok: false, fault: { key: "answer.kind_failed" } };
  }
}
