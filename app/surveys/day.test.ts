import { expect, test } from "vitest";
import { isDay, isOffered } from "./day.ts";

test("a day exists in the calendar and is written with four, two and two digits", () => {
  for (const day of ["1990-05-14", "1996-02-29", "0001-01-01", "9999-12-31"]) expect(isDay(day), day).toBe(true);
  for (const text of ["1990-02-30", "1990-02-29", "1990-13-01", "0000-01-01", "90-05-14", "1990-5-14", "", "May"])
    expect(isDay(text), text).toBe(false);
});

test("a day is offered within the bounds, both included, and today is today wherever the customer is", () => {
  const now = new Date("2026-11-28T11:00:00Z");
  const offered = (from: string | null, to: string | null) => (day: string) =>
    isOffered(day, { shape: "date", from, to }, now);
  expect(["1899-12-31", "1900-01-01", "2026-12-31"].map(offered("1900-01-01", null))).toEqual([false, true, true]);
  // It is the 29th already on Kiritimati (UTC+14), and still the 27th on Baker Island (UTC-12).
  expect(["2026-11-28", "2026-11-29", "2026-11-30"].map(offered(null, "today"))).toEqual([true, true, false]);
  expect(["2026-11-26", "2026-11-27", "2026-11-28"].map(offered("today", null))).toEqual([false, true, true]);
});
