// The instants that a date in a query covers, in the shop's zone.
import { addDays, addMonths, type Day, dayAt, instantOf, startOfDay } from "../../local-time.ts";
import type { DateValue } from "./grammar/ast.ts";
import type { Instant } from "../../instant.ts";

/** `from` is included, `to` is not. */
export type Range = { from: Instant; to: Instant };

const SECOND = 1000;

function dayOf(date: Exclude<DateValue, { form: "datetime" }>, today: Day): Day {
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

/** A date covers its whole day. A date with a time of day covers that second. */
export function rangeOf(date: DateValue, { now, timeZone }: { now: Instant; timeZone: string }): Range {
  if (date.form === "datetime") {
    const from = instantOf(date, timeZone);
    return { from, to: new Date(from.getTime() + SECOND) };
  }
  const day = dayOf(date, dayAt(now, timeZone));
  return { from: startOfDay(day, timeZone), to: startOfDay(addDays(day, 1), timeZone) };
}
