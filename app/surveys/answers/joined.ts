// Finds the versions of a survey whose answers to a question are counted together: the versions in which the question has the same
// handle, kind and settings. A changed word does not start a new count.
import type { Question } from "../survey.ts";

export type AskedVersion = { version: number; questions: Question[] };

/** The settings as text, for comparison. Lists are sorted, because the order of choices does not change what an answer means. */
const settingsOf = ({ settings }: Question): string =>
  JSON.stringify(
    Object.entries(settings)
      .map(([name, value]) => [name, Array.isArray(value) ? value.map(String).sort() : value])
      .sort(),
  );

/** True if answers to the two questions are counted together. */
export const countsOn = (before: Question, after: Question): boolean =>
  before.kind === after.kind && settingsOf(before) === settingsOf(after);

/** The versions up to this one whose answers to the question are counted together with this version's, newest first. */
export function joinedVersions(
  question: Question,
  { version }: { version: number },
  versions: AskedVersion[],
): number[] {
  const joined = [version];
  const earlier = versions.filter((one) => one.version < version).sort((one, other) => other.version - one.version);
  for (const one of earlier) {
    const held = one.questions.find(({ handle }) => handle === question.handle);
    if (held && !countsOn(held, question)) break;
    if (held) joined.push(one.version);
  }
  return joined;
}

/** The first version since which every question has had its present meaning. A customer who answered since then is not asked again. */
export const askedSince = (survey: AskedVersion, versions: AskedVersion[]): number =>
  Math.max(1, ...survey.questions.map((question) => Math.min(...joinedVersions(question, survey, versions))));

/** The questions, as before the change, whose count ends by the change. */
export const newCounts = (before: Question[], after: Question[]): Question[] =>
  before.filter((held) => !after.some((now) => now.handle === held.handle && countsOn(held, now)));
