// Forms speak the shop's wall-clock time; what is stored is an instant.
import { instantOf } from "../../../local-time.ts";
import type { Instant } from "../../../instant.ts";

const WALL = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d))?$/;

/** `2026-11-30T23:59` in the zone as an instant; null when it is no such text. A day alone is its first moment. */
export function instantOfWall(wall: string, timeZone: string): Instant | null {
  const found = WALL.exec(wall.trim());
  if (!found) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = found.slice(1).map((part) => Number(part ?? 0));
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (year < 1000 || month < 1 || month > 12 || day < 1 || day > last || hour > 23 || minute > 59) return null;
  return instantOf({ year, month, day, hour, minute, second: 0 }, timeZone);
}

/** The same back, to the minute. */
export function wallOf(instant: Instant, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" }).format(instant);
  return parts.replace(" ", "T");
}

/** The last day on which an offer that ends then can be used, as the language writes it. */
export function lastDay(endsAt: Instant, timeZone: string, locale: string): string {
  const lastMoment = new Date(endsAt.getTime() - 1);
  return new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone }).format(lastMoment);
}
