// Adds up answers by the measure that the question's kind declared.
import type { Score } from "../../net-promoter.ts";
import type { Counted, Measure } from "../question-kind.ts";

/** The quantile of the normal distribution for bounds at 95 %. */
const Z = 1.96;

/** With fewer responses a range at 95 % says next to nothing, so none is shown. */
export const FEWEST_FOR_RANGES = 25;

/** The measures whose answers are listed one by one. */
export const isListed = (measure: Measure): boolean => measure === "text" || measure === "dates";

/** The measures whose answers are numbers, which a query compares as numbers. */
export const isNumeric = (measure: Measure): boolean => measure === "nps" || measure === "mean";

export type Mean = { mean: number; low: number; high: number };

/** The mean and its bounds at 95 % by the normal approximation. Null without answers. */
export function meanOf(scores: readonly Score[]): Mean | null {
  const all = scores.reduce((sum, { count }) => sum + count, 0);
  if (all === 0) return null;
  const mean = scores.reduce((sum, { value, count }) => sum + Number(value) * count, 0) / all;
  const squares = scores.reduce((sum, { value, count }) => sum + (Number(value) - mean) ** 2 * count, 0);
  const spread = all < 2 ? 0 : Z * Math.sqrt(squares / (all - 1) / all);
  return { mean, low: mean - spread, high: mean + spread };
}

/** Every possible answer, including the answers that nobody gave. */
export function valuesOf({ scale, values = [] }: Counted, given: string[]): string[] {
  if (scale) return Array.from({ length: scale.to - scale.from + 1 }, (_, step) => String(scale.from + step));
  return [...new Set([...given, ...values.map(({ value }) => value)])];
}

export const labelOf = ({ values = [] }: Counted, value: string): string =>
  values.find((one) => one.value === value)?.label ?? value;
