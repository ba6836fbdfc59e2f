// End to end: a process runs statements and records the results, and the compiler reads the declared row types.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkRowTypes } from "./check.ts";

const forged = path.join(import.meta.dirname, "forged");
const notes = fs.mkdtempSync(path.join(os.tmpdir(), "rows-seen-"));
const file = "app/statements.ts";
const lines = fs.readFileSync(path.join(forged, file), "utf8").split("\n");
const at = (text: string) => `${file}:${lines.findIndex((line) => line.includes(text)) + 1}`;
const never = `${at('"never"')}: no test runs this statement, so nobody knows its rows`;
let seen: ReturnType<typeof checkRowTypes>;

beforeAll(() => {
  const recorder = path.join(import.meta.dirname, "record.ts");
  execFileSync(process.execPath, ["--import", recorder, file], {
    cwd: forged,
    env: { ...process.env, ROWS_SEEN: notes },
  });
  seen = checkRowTypes(forged, notes, { isWhole: true });
});

afterAll(() => fs.rmSync(notes, { recursive: true }));

test("a row type with another name, type, null or text than PostgreSQL returned is found, with its line", () => {
  const { sites, ran, faults } = seen;
  expect(faults.filter((fault) => fault !== never).toSorted()).toEqual(
    [
      `${at("total: number")}: the column total comes as string, and the row type says number`,
      `${at("at: string")}: the column at comes as Instant, and the row type says string`,
      `${at("name: string")}: a column nom comes, and the row type has none`,
      `${at("name: string")}: no column name comes, and the row type has one`,
      `${at("email: string")}: the column email was null, and the row type says string`,
      `${at("state: State")}: the column state was "poison", and the row type says State`,
      `${at("told: {")}: the column told comes as JSON, and the row type says { at: Date; }`,
      `${at("sizes: string[]")}: the column sizes comes as number[], and the row type says string[]`,
      `${at("domain: number")}: the column domain comes as string, and the row type says number`,
    ].toSorted(),
  );
  expect([ran, sites]).toEqual([9, 10]);
});

test("after all tests a call that never ran is a fault unless it is listed with a reason, and so is an outdated entry of the list", () => {
  expect(seen.faults).toContain(never);
  const excused = { [`${file} `]: "the forged program leaves it out", "app/gone.ts readGone": "it is gone" };
  const { faults } = checkRowTypes(forged, notes, { isWhole: true, excused });
  expect(faults).not.toContain(never);
  expect(faults).toContain("app/gone.ts readGone: NEVER_RUN lists it, and tests run it or it is gone");
});
