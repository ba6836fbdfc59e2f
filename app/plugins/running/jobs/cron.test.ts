import { expect, test } from "vitest";
import { lastDue, nextDue, parseCron } from "./cron.ts";

const at = (text: string) => new Date(text);

test("a job at three at night runs at three on the shop's clock, summer and winter", () => {
  const due = (day: string) => lastDue("0 3 * * *", "Europe/London", at(`${day}T00:30:00Z`), at(`${day}T23:30:00Z`));
  expect(due("2026-01-15")).toEqual(at("2026-01-15T03:00:00Z"));
  expect(due("2026-07-15")).toEqual(at("2026-07-15T02:00:00Z"));
});

test("the half hour of a zone counts", () => {
  expect(lastDue("15 9 * * 1-5", "Asia/Kolkata", at("2026-11-23T00:00:00Z"), at("2026-11-23T12:00:00Z"))).toEqual(
    at("2026-11-23T03:45:00Z"),
  );
  expect(lastDue("15 9 * * 1-5", "Asia/Kolkata", at("2026-11-22T00:00:00Z"), at("2026-11-22T12:00:00Z"))).toBeNull();
});

test("lists, ranges and steps; day of month or day of week where both are given", () => {
  const isDue = parseCron("5/15 0-6/3,12 1 * 0");
  const time = { minute: 20, hour: 3, day: 2, month: 5, weekday: 0 };
  expect(isDue(time)).toBe(true);
  expect(isDue({ ...time, weekday: 1 })).toBe(false);
  expect(isDue({ ...time, weekday: 1, day: 1 })).toBe(true);
  expect(isDue({ ...time, hour: 4 })).toBe(false);
  expect(isDue({ ...time, hour: 12, minute: 50 })).toBe(true);
  expect(parseCron("0 0 * * 7")({ minute: 0, hour: 0, day: 9, month: 9, weekday: 0 })).toBe(true);
});

test("what is no cron line is refused", () => {
  for (const line of [
    "",
    "* * * *",
    "60 * * * *",
    "* * 0 * *",
    "*/0 * * * *",
    "5-1 * * * *",
    "a * * * *",
    "* * * * * *",
  ]) {
    expect(() => parseCron(line), line).toThrow("is no cron line");
  }
});

test("the next minute is after this one, in the shop's zone, across the hour that is missing in spring", () => {
  const until = (now: string) => new Date(Date.parse(now) + 8 * 86_400_000);
  const next = (line: string, now: string) => nextDue(line, "Europe/London", new Date(now), until(now))?.toISOString();
  expect(next("0 3 * * *", "2026-11-22T03:00:00Z")).toBe("2026-11-23T03:00:00.000Z");
  expect(next("0 3 * * *", "2026-06-22T01:59:30Z")).toBe("2026-06-22T02:00:00.000Z");
  expect(next("30 1 * * *", "2026-03-28T12:00:00Z")).toBe("2026-03-30T00:30:00.000Z");
  expect(next("0 3 1 1 *", "2026-11-22T03:00:00Z")).toBeUndefined();
});
