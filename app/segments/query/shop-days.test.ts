import { expect, test } from "vitest";
import { rangeOf } from "./shop-days.ts";
import { readDate } from "./grammar/date-literal.ts";

const range = (text: string, timeZone: string, now = "2026-11-22T09:00:00Z") => {
  const date = readDate(text);
  if (!date) throw new Error(text);
  const { from, to } = rangeOf(date, { now: new Date(now), timeZone });
  return [from.toISOString(), to.toISOString()].map((at) => at.replace(":00.000Z", ""));
};

test.each([
  ["2026-11-22", "UTC", "2026-11-22T00:00", "2026-11-23T00:00"],
  ["2026-11-22", "Asia/Kolkata", "2026-11-21T18:30", "2026-11-22T18:30"],
  ["2026-11-22", "America/New_York", "2026-11-22T05:00", "2026-11-23T05:00"],
  // 23 hours, 25 hours.
  ["2026-03-08", "America/New_York", "2026-03-08T05:00", "2026-03-09T04:00"],
  ["2026-11-01", "America/New_York", "2026-11-01T04:00", "2026-11-02T05:00"],
  // Half an hour.
  ["2026-10-04", "Australia/Lord_Howe", "2026-10-03T13:30", "2026-10-04T13:00"],
  // Midnight does not exist: the day begins at one o'clock.
  ["2026-03-08", "America/Havana", "2026-03-08T05:00", "2026-03-09T04:00"],
  ["2026-04-24", "Africa/Cairo", "2026-04-23T22:00", "2026-04-24T21:00"],
  // Midnight exists twice: the day begins at the first.
  ["2026-11-01", "America/Havana", "2026-11-01T04:00", "2026-11-02T05:00"],
  // A calendar day that a country skipped.
  ["2011-12-30", "Pacific/Apia", "2011-12-30T10:00", "2011-12-30T10:00"],
  ["1000-01-01", "UTC", "1000-01-01T00:00", "1000-01-02T00:00"],
])("%s in %s is from %s to %s", (day, timeZone, from, to) => {
  expect(range(day, timeZone)).toEqual([from, to]);
});

test("a time of day is one second of the shop's clock: the earlier one where clocks repeat it, the next one where clocks skip it", () => {
  expect(range("2026-11-22T16:00:00", "Asia/Kolkata")).toEqual(["2026-11-22T10:30", "2026-11-22T10:30:01.000Z"]);
  expect(range("2026-11-01T01:30:00", "America/New_York")[0]).toBe("2026-11-01T05:30");
  expect(range("2026-03-08T02:30:00", "America/New_York")[0]).toBe("2026-03-08T07:30");
});

test.each([
  ["-0d", "2026-03-31"],
  ["-7d", "2026-03-24"],
  ["7_days_ago", "2026-03-24"],
  ["-2w", "2026-03-17"],
  ["+1d", "2026-04-01"],
  // The last day of a shorter month.
  ["-1m", "2026-02-28"],
  ["+1m", "2026-04-30"],
  ["-25m", "2024-02-29"],
  ["12_months_ago", "2025-03-31"],
  ["-1y", "2025-03-31"],
  ["-999999y", "1000-01-01"],
])("on the 31st of March 2026, %s is %s", (text, day) => {
  expect(range(text, "Asia/Kolkata", "2026-03-31T18:29:59Z")).toEqual(range(day, "Asia/Kolkata"));
});

test("a year before the 29th of February is the 28th", () => {
  expect(range("-1y", "UTC", "2024-02-29T12:00:00Z")).toEqual(range("2023-02-28", "UTC"));
});
