// When a plugin's job is due. A line's times are the shop's local times: a time in the hour that clocks skip is due after the gap, a time
// in the hour that comes twice is due once. A line with * for the hour is due in each hour that passes.
import { Cron } from "croner";
import type { Instant } from "../../../instant.ts";
import { instantOfWall, wallAt } from "../../../local-time.ts";

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

/** Clocks change by less. So much the order of local times may differ from the order of their instants. */
const CHANGE_MS = 3 * 3_600_000;
const MINUTE_MS = 60_000;

const isHourly = (line: string): boolean => line.trim().split(/\s+/)[1] === "*";

/** The last whole minute after `since` and up to `now` at which the line is due. Null if the line is not due in that time. */
export function lastDue(line: string, timeZone: string, since: Instant, now: Instant): Instant | null {
  const end = new Date(now.getTime() + 1000);
  if (isHourly(line)) {
    const [last] = readLine(line, timeZone).previousRuns(1, end);
    return last && last > since ? last : null;
  }
  const local = readLine(line, "UTC");
  const earliest = wallAt(since, timeZone) - CHANGE_MS;
  let last: Instant | null = null;
  let [wall] = local.previousRuns(1, new Date(wallAt(end, timeZone) + CHANGE_MS));
  while (wall && wall.getTime() >= earliest && (!last || wall.getTime() >= wallAt(last, timeZone) - CHANGE_MS)) {
    const due = instantOfWall(wall.getTime(), timeZone);
    if (due > since && due <= now && (!last || due > last)) last = due;
    [wall] = local.previousRuns(1, wall);
  }
  return last;
}

/** The first whole minute after `now` and before `until` at which the line is due. Null if the line is not due in that time. */
export function nextDue(line: string, timeZone: string, now: Instant, until: Instant): Instant | null {
  if (isHourly(line)) {
    const next = readLine(line, timeZone).nextRun(now);
    return next && next < until ? next : null;
  }
  const local = readLine(line, "UTC");
  const latest = wallAt(until, timeZone) + CHANGE_MS;
  let next: Instant | null = null;
  let wall = local.nextRun(new Date(wallAt(now, timeZone) - CHANGE_MS - MINUTE_MS));
  while (wall && wall.getTime() <= latest && (!next || wall.getTime() <= wallAt(next, timeZone) + CHANGE_MS)) {
    const due = instantOfWall(wall.getTime(), timeZone);
    if (due > now && due < until && (!next || due < next)) next = due;
    wall = local.nextRun(wall);
  }
  return next;
}
