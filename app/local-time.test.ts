import { expect, test } from "vitest";
import { dayAt, instantOf, midnightDaysAgo, nextMidnight, startOfDay } from "./local-time.ts";

test("the day and its next midnight follow the zone", () => {
  const now = new Date("2026-03-08T04:59:59Z");
  expect(dayAt(now, "America/New_York")).toEqual({ year: 2026, month: 3, day: 7 });
  expect(nextMidnight(now, "America/New_York")).toEqual(new Date("2026-03-08T05:00:00Z"));
  expect(nextMidnight(new Date("2026-03-08T05:00:00Z"), "America/New_York")).toEqual(new Date("2026-03-09T04:00:00Z"));
  expect(() => startOfDay({ year: 2026, month: 1, day: 1 }, "Nowhere/City")).toThrow(RangeError);
});

test.each([
  // Times that occur twice: the earlier instant.
  ["2026-11-01T01:30:00", "America/New_York", "2026-11-01T05:30:00.000Z"],
  ["2025-11-02T00:00:00", "America/Havana", "2025-11-02T04:00:00.000Z"],
  ["2026-04-05T01:45:00", "Australia/Lord_Howe", "2026-04-04T14:45:00.000Z"],
  // Times in a gap: the instant as if clocks had not changed.
  ["2026-03-08T02:30:00", "America/New_York", "2026-03-08T07:30:00.000Z"],
  ["2026-03-08T00:00:00", "America/Havana", "2026-03-08T05:00:00.000Z"],
])("%s on the clocks of %s is %s", (wall, timeZone, instant) => {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = wall.split(/[-T:]/).map(Number);
  expect(instantOf({ year, month, day, hour, minute, second }, timeZone).toISOString()).toBe(instant);
});

test("midnights some days ago are counted by the calendar, across changes of clocks", () => {
  const now = new Date("2025-12-02T15:00:00Z");
  expect(midnightDaysAgo(0, now, "America/Havana")).toEqual(new Date("2025-12-02T05:00:00Z"));
  expect(midnightDaysAgo(30, now, "America/Havana")).toEqual(new Date("2025-11-02T04:00:00Z"));
});
