// Over which versions answers are counted together: to one question, by its short name, as long as its kind and its choices
// stay. A mended word changes no count.
import type { Question } from "../survey.ts";

export type AskedVersion = { version: number; questions: Question[] };

/** The order of choices says nothing of what an answer means. */
const settingsOf = ({ settings }: Question): string =>
  JSON.stringify(
    Object.entries(settings)
      .map(([name, value]) => [name, Array.isArray(value) ? value.map(String).sort() : value])
      .sort(),
  );

/** Whether answers to the one are counted with answers to the other. */
export const countsOn = (before: Question, after: Question): boolean =>
  before.kind === after.kind && settingsOf(before) === settingsOf(after);

/** The versions up to this one whose answers to the question count with its own, newest first. */
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

/** The version since which every question means what it means now: who answered since then is not asked again. */
export const askedSince = (survey: AskedVersion, versions: AskedVersion[]): number =>
  Math.max(1, ...survey.questions.map((question) => Math.min(...joinedVersions(question, survey, versions))));

/** Questions of which a change begins a new count; by their labels before the change. */
export const newCounts = (before: Question[], after: Question[]): Question[] =>
  before.filter((held) => !after.some((now) => now.handle === held.handle && countsOn(held, now)));
