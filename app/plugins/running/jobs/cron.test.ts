import { expect, test } from "vitest";
import { isEverDue, lastDue, nextDue } from "./cron.ts";

const at = (text: string) => new Date(text);

test("a job at three at night runs at three by the shop's clock, in summer and in winter", () => {
  const due = (day: string) => lastDue("0 3 * * *", "Europe/London", at(`${day}T00:30:00Z`), at(`${day}T23:30:00Z`));
  expect(due("2026-01-15")).toEqual(at("2026-01-15T03:00:00Z"));
  expect(due("2026-07-15")).toEqual(at("2026-07-15T02:00:00Z"));
});

test("a zone with a half hour is counted with its half hour", () => {
  expect(lastDue("15 9 * * 1-5", "Asia/Kolkata", at("2026-11-23T00:00:00Z"), at("2026-11-23T12:00:00Z"))).toEqual(
    at("2026-11-23T03:45:00Z"),
  );
  expect(lastDue("15 9 * * 1-5", "Asia/Kolkata", at("2026-11-22T00:00:00Z"), at("2026-11-22T12:00:00Z"))).toBeNull();
});

test("lists, ranges and steps; day of month or day of week where both are given", () => {
  const isDue = (line: string, minute: string) =>
    lastDue(line, "UTC", new Date(Date.parse(minute) - 1), at(minute)) !== null;
  const line = "5/15 0-6/3,12 1 * 0";
  expect(isDue(line, "2026-05-03T03:20:00Z"), "a Sunday").toBe(true);
  expect(isDue(line, "2026-05-04T03:20:00Z"), "a Monday").toBe(false);
  expect(isDue(line, "2026-06-01T03:20:00Z"), "a Monday, the 1st").toBe(true);
  expect(isDue(line, "2026-05-03T04:20:00Z")).toBe(false);
  expect(isDue(line, "2026-05-03T12:50:00Z")).toBe(true);
  expect(isDue("0 0 * * 7", "2026-05-03T00:00:00Z")).toBe(true);
});

test("a text that is not a cron line is refused", () => {
  for (const line of [
    "",
    "* * * *",
    "60 * * * *",
    "* * 0 * *",
    "*/0 * * * *",
    "5-1 * * * *",
    "a * * * *",
    "* * * * * *",
    "@daily",
  ]) {
    expect(() => isEverDue(line), line).toThrow("is no cron line");
  }
});

test("a day that no year has is never due, and a leap day is", () => {
  expect(["0 0 31 4 *", "0 0 30 2 *", "0 0 31 4,6,9 *"].map(isEverDue)).toEqual([false, false, false]);
  expect(["0 0 29 2 *", "0 0 31 4,5 *", "0 0 31 4 1"].map(isEverDue)).toEqual([true, true, true]);
});

/** All minutes of three days at which the line is due. */
function dueTimes(line: string, timeZone: string, from: string): string[] {
  const times = [];
  const until = new Date(Date.parse(from) + 3 * 86_400_000);
  for (let time = nextDue(line, timeZone, at(from), until); time; time = nextDue(line, timeZone, time, until)) {
    expect(lastDue(line, timeZone, new Date(time.getTime() - 1), time), "by the tick of that minute").toEqual(time);
    times.push(time.toISOString().slice(8, 16));
  }
  return times;
}

test("a time that clocks skip is due after the gap, and a time that comes twice is due once", () => {
  expect(dueTimes("30 1 * * *", "Europe/London", "2026-03-28T12:00:00Z")).toEqual(["29T01:30", "30T00:30", "31T00:30"]);
  expect(dueTimes("30 1 * * *", "Europe/London", "2026-10-24T12:00:00Z")).toEqual(["25T00:30", "26T01:30", "27T01:30"]);
  expect(dueTimes("0 0 * * *", "America/Sao_Paulo", "2018-11-03T12:00:00Z")).toEqual([
    "04T03:00",
    "05T02:00",
    "06T02:00",
  ]);
  expect(dueTimes("15 2 * * 0", "Australia/Lord_Howe", "2026-10-03T00:00:00Z")).toEqual(["03T15:45"]);
});

test("of several times in the hour that clocks skip each is due after the gap, and in the hour that comes twice once", () => {
  const times = (line: string, from: string) => dueTimes(line, "Europe/London", from).slice(0, 3);
  for (const line of ["*/30 1 * * *", "0,30 1 * * *"]) {
    expect(times(line, "2026-03-28T12:00:00Z"), line).toEqual(["29T01:00", "29T01:30", "30T00:00"]);
    expect(times(line, "2026-10-24T12:00:00Z"), line).toEqual(["25T00:00", "25T00:30", "26T01:00"]);
  }
  expect(times("30 0-3 * * *", "2026-10-24T23:00:00Z")).toEqual(["24T23:30", "25T00:30", "25T02:30"]);
});

test("a line for every hour is due in the hour that occurs twice, and continues after the hour that clocks skip", () => {
  const hours = (from: string) => dueTimes("0 * * * *", "Europe/London", from).map((time) => time.slice(3));
  for (const from of ["2026-10-24T23:30:00Z", "2026-03-28T23:30:00Z"]) {
    const all = Array.from({ length: 72 }, (_, hour) => `${String(hour % 24).padStart(2, "0")}:00`);
    expect(hours(from)).toEqual(all);
  }
});

test("the next due minute is after the present one, in the shop's zone", () => {
  const until = (now: string) => new Date(Date.parse(now) + 8 * 86_400_000);
  const next = (line: string, now: string) => nextDue(line, "Europe/London", new Date(now), until(now))?.toISOString();
  expect(next("0 3 * * *", "2026-11-22T03:00:00Z")).toBe("2026-11-23T03:00:00.000Z");
  expect(next("0 3 * * *", "2026-06-22T01:59:30Z")).toBe("2026-06-22T02:00:00.000Z");
  expect(next("30 1 * * *", "2026-03-28T12:00:00Z")).toBe("2026-03-29T01:30:00.000Z");
  expect(next("0 3 1 1 *", "2026-11-22T03:00:00Z")).toBeUndefined();
});
