// The only place that turns a zone's local time into an instant. Of a local time that occurs twice, the earlier instant counts; of
// a local time in a gap, the instant as if clocks had not changed. A day is [its midnight, the next midnight), with 23 or 25 hours
// where clocks change.
import type { Instant } from "./instant.ts";

export type Day = { year: number; month: number; day: number };
/** `2026-03-29`. */
export const dayText = ({ year, month, day }: Day): string =>
  `${String(year).padStart(4, "0")}-${pad(month)}-${pad(day)}`;
const pad = (part: number) => String(part).padStart(2, "0");

export type WallTime = Day & { hour: number; minute: number; second: number };

const HOUR = 3_600_000;
const SECOND = 1000;
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formatters.set(timeZone, formatter);
  }
  return formatter;
}

const ZONE = /^[A-Z][\w+-]*(?:\/[A-Z][\w+-]*)*$/;

/**
 * Whether pages can show times in this zone. The name is spelled as in the tz database: `Intl` also takes "asia/tokyo" and
 * "+09:00", which PostgreSQL does not know.
 */
export function isTimeZone(name: string): boolean {
  if (!ZONE.test(name)) return false;
  try {
    const { timeZone } = formatterOf(name).resolvedOptions();
    return timeZone === name || timeZone.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}

/** The zone's offset from UTC in milliseconds; positive east of Greenwich. */
function aheadAt(instant: number, timeZone: string): number {
  const parts: Record<string, number> = {};
  let era = "AD";
  for (const { type, value } of formatterOf(timeZone).formatToParts(instant)) {
    if (type === "era") era = value;
    else if (type !== "literal") parts[type] = Number(value);
  }
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const wall = utc(era.startsWith("B") ? 1 - year : year, month, day, hour, minute, second);
  return wall - Math.floor(instant / SECOND) * SECOND;
}

function utc(year: number, month: number, day: number, hour = 0, minute = 0, second = 0): number {
  // Date.UTC reads the years 0 to 99 as 1900 to 1999.
  return new Date(0).setUTCFullYear(year, month - 1, day) + ((hour * 60 + minute) * 60 + second) * SECOND;
}

export const instantOf = ({ year, month, day, hour, minute, second }: WallTime, timeZone: string): Instant =>
  instantOfWall(utc(year, month, day, hour, minute, second), timeZone);

/** `wall`: a local time as if its zone were UTC, in milliseconds. */
export function instantOfWall(wall: number, timeZone: string): Instant {
  const before = aheadAt(wall - 26 * HOUR, timeZone);
  const after = aheadAt(wall + 26 * HOUR, timeZone);
  const shown = [wall - before, wall - after].filter((instant) => instant + aheadAt(instant, timeZone) === wall);
  return new Date(shown.length > 0 ? Math.min(...shown) : wall - before);
}

export const startOfDay = (day: Day, timeZone: string): Instant =>
  instantOf({ ...day, hour: 0, minute: 0, second: 0 }, timeZone);

export function dayAt(instant: Instant, timeZone: string): Day {
  return dayOf(wallAt(instant, timeZone));
}

export const hourAt = (instant: Instant, timeZone: string): number => new Date(wallAt(instant, timeZone)).getUTCHours();

/** The local time as if its zone were UTC, in milliseconds. */
export const wallAt = (instant: Instant, timeZone: string) => instant.getTime() + aheadAt(instant.getTime(), timeZone);

const dayOf = (wall: number): Day => {
  const date = new Date(wall);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
};

const FIRST_YEAR = 1000;
const LAST_YEAR = 9999;
const clamp = (day: Day): Day => {
  if (day.year < FIRST_YEAR) return { year: FIRST_YEAR, month: 1, day: 1 };
  return day.year > LAST_YEAR ? { year: LAST_YEAR, month: 12, day: 31 } : day;
};

export const addDays = ({ year, month, day }: Day, days: number): Day =>
  clamp(dayOf(utc(year, month, day) + days * 24 * HOUR));

/** Adds calendar months: a month before the 31st of March is the last day of February. */
export function addMonths({ year, month, day }: Day, months: number): Day {
  const count = year * 12 + (month - 1) + months;
  const target = { year: Math.floor(count / 12), month: (((count % 12) + 12) % 12) + 1 };
  const last = new Date(Date.UTC(2000 + (target.year % 400), target.month, 0)).getUTCDate();
  return clamp({ ...target, day: Math.min(day, last) });
}

/** The midnight at which the day `days` days ago began. 0: today. */
export const midnightDaysAgo = (days: number, now: Instant, timeZone: string): Instant =>
  startOfDay(addDays(dayAt(now, timeZone), -days), timeZone);

/** When the next day begins. Values that are relative to today must then be computed again. */
export const nextMidnight = (now: Instant, timeZone: string): Instant => midnightDaysAgo(-1, now, timeZone);
