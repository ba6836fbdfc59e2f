// The days of date questions, in the form `2026-11-28`.
import type { Instant } from "../instant.ts";
import type { QuestionShape } from "./wire.ts";

/** The word for the day on which the customer answers. */
export const TODAY = "today";

const DAY = /^(?!0000)\d{4}-\d{2}-\d{2}$/;

/** False for a day that does not exist, such as the 30th of February. */
export function isDay(text: string): boolean {
  const at = DAY.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

const HOUR_MS = 3_600_000;
/** The most hours that any zone is ahead of UTC or behind UTC: https://en.wikipedia.org/wiki/List_of_UTC_offsets. */
const AHEAD = 14;
const BEHIND = 12;

/** Whether the day is within the question's bounds. `today` is any day that is today in some zone, as the customer's is not known. */
export function isOffered(day: string, { from, to }: Extract<QuestionShape, { shape: "date" }>, now: Instant): boolean {
  const dayAfter = (hours: number) => new Date(now.getTime() + hours * HOUR_MS).toISOString().slice(0, 10);
  const first = from === TODAY ? dayAfter(-BEHIND) : from;
  const last = to === TODAY ? dayAfter(AHEAD) : to;
  return (first === null || day >= first) && (last === null || day <= last);
}
