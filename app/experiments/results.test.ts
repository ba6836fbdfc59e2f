import { expect, test } from "vitest";
import { type ArmFigures, type Look, resultsOf } from "./results.ts";

/** An arm whose buyers all brought the same amount, and whose people have no past. */
const arm = (name: string, people: number, buyers: number, each: number): ArmFigures => ({
  arm: name,
  people,
  buyers,
  sum: String(buyers * each),
  squares: String(buyers * each * each),
  past: "0",
  pastSquares: "0",
  products: "0",
  uncapped: String(buyers * each),
});
const look = (holdout: ArmFigures, treated: ArmFigures[], other: Partial<Look> = {}): Look => ({
  holdout,
  treated,
  cap: "250",
  digits: 2,
  sampleRatio: 1,
  progress: 1,
  days: 10,
  ...other,
});

test("with 24 buyers in the holdout no result is shown, only the days until there are enough", () => {
  const [result] = resultsOf(look(arm("holdout", 500, 24, 40), [arm("ten off", 4500, 400, 40)]));
  const early = { key: "early", parameters: { buyers: 24, all: 424, days: 1 } };
  expect(result?.conversion).toEqual({ verdict: early, difference: null, p: null });
  expect(result?.money).toMatchObject({ verdict: early, perPerson: null, total: null, p: null });
});

test("conversion is shown from 25 buyers on, money from 100 buyers in all", () => {
  const [result] = resultsOf(look(arm("holdout", 500, 25, 40), [arm("ten off", 500, 30, 40)], { cap: null }));
  expect(result?.conversion.verdict.key).toBe("open");
  expect(result?.conversion.difference?.estimate).toBeCloseTo(0.01, 12);
  expect(result?.money.verdict).toEqual({ key: "early", parameters: { buyers: 25, all: 55, days: 9 } });
});

test("a result of an offer that brings more has the estimate, its bounds and the cap", () => {
  const [result] = resultsOf(look(arm("holdout", 5000, 500, 40), [arm("ten off", 5000, 900, 40)]));
  expect(result?.conversion.verdict).toEqual({ key: "more", parameters: {} });
  const money = result?.money;
  expect(money?.verdict).toEqual({ key: "more", parameters: {} });
  // By hand: 0.18 × 40 - 0.1 × 40 = 3.2; the variance of the crowd is 40² × 0.14 × 0.86 × 10000 / 9999, and its standard error
  // 0.277604; at the planned end the interval reaches 3.035209 of them to each side.
  expect(money?.perPerson).toEqual({ estimate: "3.20", low: "2.36", high: "4.04" });
  expect(money?.total).toEqual({ estimate: "16000.00", low: "11787.08", high: "20212.92" });
  expect(money?.cap).toBe("250");
  expect(money?.uncapped).toBe("16000.00");
  expect(money?.p).toBeLessThan(0.001);
});

test("a result of an offer that brings less says so", () => {
  const [result] = resultsOf(look(arm("holdout", 5000, 900, 40), [arm("gift", 5000, 900, 20)]));
  expect(result?.conversion.verdict.key).toBe("open");
  expect(result?.money.verdict).toEqual({ key: "less", parameters: {} });
  expect(result?.money.total?.high.startsWith("-")).toBe(true);
});

test("without a difference the result has the days until one is shown, and none if that is out of reach", () => {
  const [soon] = resultsOf(look(arm("holdout", 1000, 100, 40), [arm("ten off", 1000, 135, 40)], { progress: 0.4 }));
  expect(soon?.conversion.verdict.key).toBe("open");
  expect(soon?.conversion.verdict.parameters.days).toBeGreaterThan(0);
  const [never] = resultsOf(look(arm("holdout", 1000, 100, 40), [arm("ten off", 1000, 100, 40)]));
  expect(never?.conversion.verdict).toEqual({ key: "open", parameters: {} });
  expect(never?.conversion.p).toBe(1);
});

test("if the arms are not as planned, no result is shown", () => {
  const [result] = resultsOf(
    look(arm("holdout", 5000, 500, 40), [arm("ten off", 5000, 900, 40)], { sampleRatio: 0.0009 }),
  );
  expect(result?.conversion).toEqual({ verdict: { key: "uneven", parameters: {} }, difference: null, p: null });
  expect(result?.money).toMatchObject({ verdict: { key: "uneven", parameters: {} }, total: null });
});

test("with more arms each interval is wider, so that all intervals are valid together", () => {
  const holdout = arm("holdout", 5000, 500, 40);
  const [alone] = resultsOf(look(holdout, [arm("a", 5000, 560, 40)]));
  const [beside, other] = resultsOf(look(holdout, [arm("a", 5000, 560, 40), arm("b", 5000, 500, 40)]));
  expect(beside?.conversion.difference?.low).toBeLessThan(alone?.conversion.difference?.low ?? 0);
  expect(beside?.conversion.difference?.estimate).toBe(alone?.conversion.difference?.estimate);
  expect(other?.arm).toBe("b");
});

test("the amounts that people spent before narrow the interval of money", () => {
  const holdout = { ...arm("holdout", 1000, 500, 40), past: "20000", pastSquares: "800000", products: "800000" };
  const treated = { ...arm("ten off", 1000, 550, 40), past: "22000", pastSquares: "880000", products: "880000" };
  const [result] = resultsOf(look(holdout, [treated]));
  // Everybody spends what they spent before: the arm's 50 buyers more are people who bought before.
  expect(result?.money.perPerson).toEqual({ estimate: "0.00", low: "0.00", high: "0.00" });
});

test("amounts in yen have no decimal places, and an empty holdout gives no number", () => {
  const [yen] = resultsOf(look(arm("holdout", 5000, 500, 4000), [arm("ten off", 5000, 900, 4000)], { digits: 0 }));
  expect(yen?.money.total?.estimate).toBe("1600000");
  const [empty] = resultsOf(look(arm("holdout", 0, 0, 0), [arm("ten off", 0, 0, 0)], { cap: null }));
  expect(empty?.money).toEqual({
    verdict: { key: "early", parameters: { buyers: 0, all: 0 } },
    perPerson: null,
    total: null,
    p: null,
    cap: null,
    uncapped: null,
  });
});
