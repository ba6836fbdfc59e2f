// Converts the wall-clock times of forms, in the shop's zone, into instants and back.
import { instantOf } from "../../../local-time.ts";
import type { Instant } from "../../../instant.ts";

const WALL = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d))?$/;

/**
 * The instant of a wall-clock time in the zone, such as `2026-11-30T23:59`; of a day, its first moment. Null for any other text.
 */
export function instantOfWall(wall: string, timeZone: string): Instant | null {
  const found = WALL.exec(wall.trim());
  if (!found) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = found.slice(1).map((part) => Number(part ?? 0));
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (year < 1000 || month < 1 || month > 12 || day < 1 || day > last || hour > 23 || minute > 59) return null;
  return instantOf({ year, month, day, hour, minute, second: 0 }, timeZone);
}

/** The wall-clock time of an instant, to the minute. */
export function wallOf(instant: Instant, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" }).format(instant);
  return parts.replace(" ", "T");
}

/** The last day on which an offer that ends at `endsAt` can be used, written in the language. */
export function lastDay(endsAt: Instant, timeZone: string, locale: string): string {
  const lastMoment = new Date(endsAt.getTime() - 1);
  return new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone }).format(lastMoment);
}
