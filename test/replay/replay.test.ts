import { expect, test } from "vitest";
import { WrongInput } from "../setup/command-line.ts";
import { readOptions } from "./replay.ts";

function refusal(...args: string[]): string {
  try {
    readOptions(args);
  } catch (error) {
    if (error instanceof WrongInput && error.exit === 64) return error.message.split("\n")[0] ?? "";
    throw error;
  }
  throw new Error("it was taken");
}

test("a log is read in London's time and pounds unless it is said otherwise", () => {
  expect(readOptions(["/a/online_retail.csv.gz"])).toEqual({
    file: "/a/online_retail.csv.gz",
    domain: "online-retail.myshopify.com",
    speed: null,
    timeZone: "Europe/London",
    currency: "GBP",
  });
  expect(readOptions(["a.csv", "--speed", "0.5", "--zone", "Asia/Kolkata", "--currency", "INR"])).toMatchObject({
    speed: 0.5,
    timeZone: "Asia/Kolkata",
    currency: "INR",
  });
});

test.each([
  [["a.csv", "--speed", "-1"], "Give --speed its value, one that does not begin with a dash."],
  [
    ["a.csv", "--speed=-1"],
    '--speed is the number of log seconds per second: a number above 0 such as 3600, not "-1".',
  ],
  [
    ["a.csv", "--speed", "0"],
    '--speed is the number of log seconds per second: a number above 0 such as 3600, not "0".',
  ],
  [
    ["a.csv", "--speed", "abc"],
    '--speed is the number of log seconds per second: a number above 0 such as 3600, not "abc".',
  ],
  [["a.csv", "--speed"], "Give --speed its value, one that does not begin with a dash."],
  [["a.csv", "--fast"], "Unknown option '--fast'."],
  [
    ["a.csv", "--zone", "Mars/Base"],
    '--zone is a time zone\'s name, such as Europe/London; there is no time zone "Mars/Base".',
  ],
  [
    ["a.csv", "--zone", "+05:30"],
    '--zone is a time zone\'s name, such as Europe/London; there is no time zone "+05:30".',
  ],
  [
    ["a.csv", "--currency", "zz"],
    '--currency is a currency\'s code of ISO 4217, such as GBP; there is no currency "zz".',
  ],
  [[], "Name the log's file."],
  [["a.csv", "b.csv"], "Name one file, and not also b.csv."],
  ...["ünïcode.csv.gz", "_x.csv.gz", "x_.csv", ".csv", "a b.csv", `${"a".repeat(64)}.csv`].map(
    (file): [string[], string] => [
      [file],
      `"${file.split(".")[0]}" can't name a shop: give the file a name of letters a to z, digits and underscores within, at most 63.`,
    ],
  ),
])("%j is refused", (args, sentence) => {
  expect(refusal(...args)).toBe(sentence);
});
