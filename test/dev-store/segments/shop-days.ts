// Days in the shop's time zone, also where clocks change.

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
    formats.set(timeZone, format);
  }
  return format;
}

/** The wall-clock time in the zone at an instant: "2026-03-29 01:30:00". */
export function wallClock(instant: number, timeZone: string): string {
  return formatOf(timeZone).format(instant);
}

/** The day of an instant in the zone, such as `2026-03-29`. */
export function dayAt(instant: number, timeZone: string): string {
  return wallClock(instant, timeZone).slice(0, 10);
}

/** The first instant at which the zone's wall clock shows this time of that day or a later one. */
export function instantOf(day: string, time: string, timeZone: string): number {
  const shown = Date.parse(`${day}T${time}Z`);
  let guess = shown;
  for (let round = 0; round < 3; round++) {
    const drift = Date.parse(`${wallClock(guess, timeZone).replace(" ", "T")}Z`) - shown;
    if (drift === 0) return guess;
    guess -= drift;
  }
  return guess;
}

export function startOfDay(day: string, timeZone: string): number {
  return instantOf(day, "00:00:00", timeZone);
}

export function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** A day some months later, or the last day of that month if the month is shorter. */
export function addMonths(day: string, months: number): string {
  const [year = 1970, month = 1, date = 1] = day.split("-").map(Number);
  const first = new Date(Date.UTC(year, month - 1 + months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(date, last));
  return first.toISOString().slice(0, 10);
}
