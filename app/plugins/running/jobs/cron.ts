// Reads the five fields of cron: minute, hour, day of month, month, day of week (0 and 7 are Sunday). A field takes *, lists, ranges
// and steps.
import type { Instant } from "../../../instant.ts";

export type WallTime = { minute: number; hour: number; day: number; month: number; weekday: number };

type Field = { any: boolean; values: Set<number> };

const RANGES = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;

/** Throws if the text is not a cron line. */
export function parseCron(line: string): (time: WallTime) => boolean {
  const { minute, hour, day, month, weekday } = readFields(line);
  return (time) => {
    const isDay = day.values.has(time.day);
    const isWeekday = weekday.values.has(time.weekday);
    // If the line restricts both the day and the weekday, either is enough (POSIX crontab).
    const isDue = day.any || weekday.any ? isDay && isWeekday : isDay || isWeekday;
    return minute.values.has(time.minute) && hour.values.has(time.hour) && month.values.has(time.month) && isDue;
  };
}

function readFields(line: string) {
  const texts = line.trim().split(/\s+/);
  const fields = RANGES.map(([lowest, highest], at) => parseField(line, texts[at] ?? "", lowest, highest));
  const [minute, hour, day, month, weekday] = fields;
  if (texts.length !== 5 || !minute || !hour || !day || !month || !weekday) throw wrong(line);
  if (weekday.values.has(7)) weekday.values.add(0);
  return { minute, hour, day, month, weekday };
}

const LONGEST_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Returns false for a day that no year has, such as 31 April. Throws if the text is not a cron line. */
export function isEverDue(line: string): boolean {
  const { day, month, weekday } = readFields(line);
  if (!day.any && !weekday.any) return true;
  return [...month.values].some((of) => [...day.values].some((on) => on <= (LONGEST_MONTHS[of - 1] ?? 0)));
}

const wrong = (line: string) => new Error(`"${line}" is no cron line: write five fields, such as "0 3 * * *".`);

const PART = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/;

function parseField(line: string, text: string, lowest: number, highest: number): Field {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const found = PART.exec(part);
    if (!found) throw wrong(line);
    const [, first, last, step] = found;
    // `5/15` of the minutes is 5, 20, 35, 50.
    const open = first === undefined || (last === undefined && step !== undefined);
    const from = Number(first ?? lowest);
    const to = open ? highest : Number(last ?? first);
    const by = Number(step ?? 1);
    if (from < lowest || to > highest || from > to || by === 0) throw wrong(line);
    for (let value = from; value <= to; value += by) values.add(value);
  }
  return { any: text.startsWith("*"), values };
}

const clocks = new Map<string, Intl.DateTimeFormat>();
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** The local time in this zone. */
export function wallTimeIn(timeZone: string, at: Instant): WallTime {
  let clock = clocks.get(timeZone);
  if (!clock) {
    clock = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      minute: "numeric",
      hour: "numeric",
      day: "numeric",
      month: "numeric",
      weekday: "short",
    });
    clocks.set(timeZone, clock);
  }
  const parts = new Map(clock.formatToParts(at).map(({ type, value }) => [type, value]));
  const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
  return {
    minute: number("minute"),
    hour: number("hour"),
    day: number("day"),
    month: number("month"),
    weekday: WEEKDAYS.indexOf(parts.get("weekday") ?? ""),
  };
}

const MINUTE = 60_000;

/** The last whole minute after `since` and up to `now` at which the line is due. Null if the line is not due in that time. */
export function lastDue(line: string, timeZone: string, since: Instant, now: Instant): Instant | null {
  const isDue = parseCron(line);
  for (let at = Math.floor(now.getTime() / MINUTE) * MINUTE; at > since.getTime(); at -= MINUTE) {
    if (isDue(wallTimeIn(timeZone, new Date(at)))) return new Date(at);
  }
  return null;
}

/** The first whole minute after `now` and before `until` at which the line is due. Null if the line is not due in that time. */
export function nextDue(line: string, timeZone: string, now: Instant, until: Instant): Instant | null {
  const isDue = parseCron(line);
  for (let at = (Math.floor(now.getTime() / MINUTE) + 1) * MINUTE; at < until.getTime(); at += MINUTE) {
    if (isDue(wallTimeIn(timeZone, new Date(at)))) return new Date(at);
  }
  return null;
}
