import { expect, test } from "vitest";
import { boundScore, netPromoterScore } from "./net-promoter.ts";

const scored = (promoters: number, passives: number, detractors: number) => [
  { value: "10", count: promoters },
  { value: "8", count: passives },
  { value: "3", count: detractors },
];

test("the net promoter score has bounds at 95 %, and the bounds of a single answer are wide", () => {
  expect(netPromoterScore(scored(50, 30, 20))).toBe(30);
  // Computed by hand: (50.5 - 20.5) / 102 = 0.294, plus or minus 1.96 × sqrt((71 / 102 - 0.294²) / 102) = 0.151
  expect(boundScore(scored(50, 30, 20))).toEqual({ low: 14, high: 45 });
  const alone = boundScore(scored(1, 0, 0));
  expect(alone?.low).toBeLessThan(0);
  expect(alone?.high).toBe(100);
  expect(boundScore([])).toBeNull();
});
