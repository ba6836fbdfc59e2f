// Days of the shop's zone as instants. A day is [its midnight, the next day's midnight): 23 or 25 hours where clocks change.
import type { DateValue } from "./ast.ts";

export type Day = { year: number; month: number; day: number };
/** Instants from `from` up to, not including, `to`. */
export type Range = { from: Date; to: Date };

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

/** Milliseconds by which the zone's wall clock is ahead of UTC. */
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
  // Date.UTC takes years below 100 for those of the 20th century.
  return new Date(0).setUTCFullYear(year, month - 1, day) + ((hour * 60 + minute) * 60 + second) * SECOND;
}

/** The instant at which the zone's clocks show this time: the first where they show it twice, moved on where they never do. */
function instantOf(wall: number, timeZone: string): number {
  const before = aheadAt(wall - 26 * HOUR, timeZone);
  const after = aheadAt(wall + 26 * HOUR, timeZone);
  const shown = [wall - before, wall - after].filter((instant) => instant + aheadAt(instant, timeZone) === wall);
  return shown.length > 0 ? Math.min(...shown) : wall - before;
}

export function dayAt(instant: Date, timeZone: string): Day {
  const wall = new Date(instant.getTime() + aheadAt(instant.getTime(), timeZone));
  return { year: wall.getUTCFullYear(), month: wall.getUTCMonth() + 1, day: wall.getUTCDate() };
}

export const startOfDay = ({ year, month, day }: Day, timeZone: string): Date =>
  new Date(instantOf(utc(year, month, day), timeZone));

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

export function addDays({ year, month, day }: Day, days: number): Day {
  return clamp(dayOf(utc(year, month, day) + days * 24 * HOUR));
}

/** By the calendar: a month before the 31st of March is the last day of February. */
function addMonths({ year, month, day }: Day, months: number): Day {
  const count = year * 12 + (month - 1) + months;
  const target = { year: Math.floor(count / 12), month: (((count % 12) + 12) % 12) + 1 };
  const last = new Date(Date.UTC(2000 + (target.year % 400), target.month, 0)).getUTCDate();
  return clamp({ ...target, day: Math.min(day, last) });
}

function dayMeant(date: Exclude<DateValue, { form: "datetime" }>, today: Day): Day {
  switch (date.form) {
    case "day":
      return { year: date.year, month: date.month, day: date.day };
    case "today":
      return today;
    case "yesterday":
      return addDays(today, -1);
    case "offset":
      break;
  }
  switch (date.unit) {
    case "d":
      return addDays(today, date.amount);
    case "w":
      return addDays(today, date.amount * 7);
    case "m":
      return addMonths(today, date.amount);
    case "y":
      return addMonths(today, date.amount * 12);
  }
}

/** What a date of the language covers: a whole day, or with a time of day that second. */
export function rangeOf(date: DateValue, { now, timeZone }: { now: Date; timeZone: string }): Range {
  if (date.form === "datetime") {
    const wall = utc(date.year, date.month, date.day, date.hour, date.minute, date.second);
    const from = instantOf(wall, timeZone);
    return { from: new Date(from), to: new Date(from + SECOND) };
  }
  const day = dayMeant(date, dayAt(now, timeZone));
  return { from: startOfDay(day, timeZone), to: startOfDay(addDays(day, 1), timeZone) };
}

/** When the shop's next day begins: at the latest then, everything said relative to today must be looked at anew. */
export const nextMidnight = (now: Date, timeZone: string): Date =>
  startOfDay(addDays(dayAt(now, timeZone), 1), timeZone);
