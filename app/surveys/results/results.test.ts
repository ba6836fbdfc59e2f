import { expect, test } from "vitest";
import { wilson } from "./results.server.ts";

test("the interval of a share is Wilson's: 10 of 100 lies between 5.5 % and 17.4 %", () => {
  const { low, high } = wilson(10, 100);
  expect(low).toBeCloseTo(0.0552, 3);
  expect(high).toBeCloseTo(0.1744, 3);
});

test("without answers there is no interval", () => {
  expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
});
