import { expect, it } from "vitest";
import { instantOfWall, lastDay, wallOf } from "./wall-time.ts";

it("a form's time is the shop's wall clock, on both sides of a change of clocks", () => {
  expect(instantOfWall("2026-11-30T23:59", "Asia/Kolkata")?.toISOString()).toBe("2026-11-30T18:29:00.000Z");
  expect(instantOfWall("2026-07-01T00:00", "America/New_York")?.toISOString()).toBe("2026-07-01T04:00:00.000Z");
  expect(instantOfWall("2026-12-01T00:00", "America/New_York")?.toISOString()).toBe("2026-12-01T05:00:00.000Z");
  // A time that occurs twice is the first of the two; a time that never occurs is moved on.
  expect(instantOfWall("2026-10-25T01:30", "Europe/London")?.toISOString()).toBe("2026-10-25T00:30:00.000Z");
  expect(instantOfWall("2026-03-29T01:30", "Europe/London")?.toISOString()).toBe("2026-03-29T01:30:00.000Z");
});

it("a day alone is its first moment; a text that is not a time is null", () => {
  expect(instantOfWall("2026-11-30", "UTC")?.toISOString()).toBe("2026-11-30T00:00:00.000Z");
  for (const text of ["", "soon", "2026-02-30T10:00", "2026-13-01T10:00", "2026-01-01T24:00", "0026-01-01T10:00"])
    expect(instantOfWall(text, "UTC"), text).toBeNull();
});

it("a stored time is shown as it was typed", () => {
  for (const zone of ["UTC", "Asia/Kolkata", "America/St_Johns", "Pacific/Auckland"])
    expect(wallOf(instantOfWall("2026-11-30T00:05", zone) ?? new Date(0), zone)).toBe("2026-11-30T00:05");
});

it("an offer that ends at midnight can be used until the day before, written in the shopper's language", () => {
  const ends = instantOfWall("2026-12-01T00:00", "Asia/Kolkata") ?? new Date(0);
  expect(lastDay(ends, "Asia/Kolkata", "en")).toBe("November 30, 2026");
  expect(lastDay(ends, "Asia/Kolkata", "gu")).toContain("નવેમ્બર");
  expect(lastDay(ends, "Asia/Kolkata", "pa")).toContain("ਨਵੰਬਰ");
});
