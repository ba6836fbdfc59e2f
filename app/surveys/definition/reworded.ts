// Decides whether a change of a survey that was asked begins a new version.
import { isSame } from "../../same.ts";
import type { QuestionWords } from "../question-kind.ts";
import type { Question } from "../survey.ts";

const isBlank = ({ label, choices, low, high }: QuestionWords) => !(label || choices.some(Boolean) || low || high);

/**
 * Whether answers before and after the change could mean different things. A further language, or a question that becomes
 * optional, changes no meaning.
 */
export function isReworded(before: Question[], after: Question[]): boolean {
  if (before.length !== after.length) return true;
  return before.some((old, at) => {
    const now = after[at];
    if (!now || old.handle !== now.handle || old.kind !== now.kind) return true;
    if (!isSame(old.settings, now.settings)) return true;
    return Object.entries(old.words).some(
      ([language, words]) => !isBlank(words) && !isSame(words, now.words[language]),
    );
  });
}
