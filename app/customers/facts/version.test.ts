import { expect, test } from "vitest";
import { isLater } from "./version.ts";

test("a time with a fraction of its second is later than the second itself, however both are written", () => {
  const [second, fraction] = [{ at: "2026-11-01T10:00:00Z" }, { at: "2026-11-01T10:00:00.500Z" }];
  expect([isLater(fraction, second), isLater(second, fraction)]).toEqual([true, false]);
  expect(isLater({ at: "2026-11-01T06:00:00-05:00" }, second)).toBe(true);
  expect(isLater(undefined, second)).toBe(false);
});
