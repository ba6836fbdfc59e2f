// When a plugin's job is due. croner reads the line in the shop's time zone: a time in the hour that clocks skip is due after the
// gap, a time in the hour that comes twice is due once, and a line with * for the hour goes on through both.
import { Cron } from "croner";
import type { Instant } from "../../../instant.ts";

/** Numbers alone: croner would also read names such as MON, and letters such as L. */
const FIVE_FIELDS = /^\s*(?:[\d*,/-]+\s+){4}[\d*,/-]+\s*$/;

/** Throws if the text is not a cron line of five fields: minute, hour, day of month, month, day of week (0 and 7 are Sunday). */
function readLine(line: string, timeZone: string): Cron {
  try {
    if (!FIVE_FIELDS.test(line)) throw new Error("not five fields of numbers");
    return new Cron(line, { mode: "5-part", timezone: timeZone, paused: true, sloppyRanges: true });
  } catch {
    throw new Error(`"${line}" is no cron line: write five fields, such as "0 3 * * *".`);
  }
}

const EPOCH = new Date(0);

/** Returns false for a day that no year has, such as 31 April. Throws if the text is not a cron line. */
export const isEverDue = (line: string): boolean => readLine(line, "UTC").nextRun(EPOCH) !== null;

/** The last whole minute after `since` and up to `now` at which the line is due. Null if the line is not due in that time. */
export function lastDue(line: string, timeZone: string, since: Instant, now: Instant): Instant | null {
  const [last] = readLine(line, timeZone).previousRuns(1, new Date(now.getTime() + 1000));
  return last && last > since ? last : null;
}

/** The first whole minute after `now` and before `until` at which the line is due. Null if the line is not due in that time. */
export function nextDue(line: string, timeZone: string, now: Instant, until: Instant): Instant | null {
  const next = readLine(line, timeZone).nextRun(now);
  return next && next < until ? next : null;
}
