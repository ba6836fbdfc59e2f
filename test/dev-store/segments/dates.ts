// Dates as spans of time: a date is a whole day in the shop's zone, a date with a time is one second.

import type { DateValue, Test, Value } from "./ast.ts";
import { addDays, addMonths, dayAt, instantOf, startOfDay } from "./shop-days.ts";

/** `relativeZone`: the zone of `today`. UTC by default in the Admin API, the shop's zone in the admin. */
export type Calendar = { now: number; timeZone: string; relativeZone: string };
type Span = { from: number; to: number };

export function dayOfValue(value: DateValue, { now, relativeZone }: Calendar): string {
  const today = dayAt(now, relativeZone);
  switch (value.kind) {
    case "date":
    case "datetime":
      return value.day;
    case "today":
      return today;
    case "yesterday":
      return addDays(today, -1);
    case "offset": {
      const { amount, unit } = value;
      if (unit === "d" || unit === "w") return addDays(today, unit === "w" ? amount * 7 : amount);
      return addMonths(today, unit === "y" ? amount * 12 : amount);
    }
  }
}

/** Null for a value that is not a date, which the check has refused already. */
function spanOf(value: Value, calendar: Calendar): Span | null {
  if (value.kind === "string" || value.kind === "number" || value.kind === "boolean") return null;
  const day = dayOfValue(value, calendar);
  if (value.kind === "datetime") {
    const from = instantOf(day, value.time, calendar.timeZone);
    return { from, to: from + 1000 };
  }
  return { from: startOfDay(day, calendar.timeZone), to: startOfDay(addDays(day, 1), calendar.timeZone) };
}

export function compileDateTest(test: Test, calendar: Calendar): (instant: number) => boolean {
  if (test.kind === "in") {
    const spans = test.values.map((value) => spanOf(value, calendar));
    return (instant) => spans.some((span) => isWithin(span, instant)) !== test.negated;
  }
  if (test.kind === "between") {
    const [low, high] = [spanOf(test.low, calendar), spanOf(test.high, calendar)];
    return (instant) => low !== null && high !== null && instant >= low.from && instant < high.to;
  }
  const span = spanOf(test.value, calendar);
  if (span === null) return () => false;
  switch (test.comparator) {
    case "=":
      return (instant) => isWithin(span, instant);
    case "!=":
      return (instant) => !isWithin(span, instant);
    case ">":
      return (instant) => instant >= span.to;
    case ">=":
      return (instant) => instant >= span.from;
    case "<":
      return (instant) => instant < span.from;
    case "<=":
      return (instant) => instant < span.to;
  }
}

function isWithin(span: Span | null, instant: number): boolean {
  return span !== null && instant >= span.from && instant < span.to;
}

/** Whether the anniversary of a day matches the test, whatever the day's year. */
export function compileAnniversaryTest(test: Test, calendar: Calendar): (day: string) => boolean {
  const values = test.kind === "between" ? [test.low, test.high] : test.kind === "compare" ? [test.value] : [];
  const days = values.flatMap((value) =>
    value.kind === "string" || value.kind === "number" || value.kind === "boolean" ? [] : [dayOfValue(value, calendar)],
  );
  const [low = "", high = low] = days;
  return (day) => {
    for (let year = Number(low.slice(0, 4)); year <= Number(high.slice(0, 4)); year++) {
      const back =
        addMonths(`${String(year).padStart(4, "0")}-${day.slice(5, 7)}-01`, 0).slice(0, 8) + day.slice(8, 10);
      if (back >= low && back <= high) return true;
    }
    return false;
  };
}
