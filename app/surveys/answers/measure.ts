// How answers are added up, by what their question's kind declared.
import type { Score } from "../../net-promoter.ts";
import type { Counted, Measure } from "../question-kind.ts";

/** Of the normal distribution, for bounds at 95 %. */
const Z = 1.96;

/** Answers that are told one by one. */
export const isListed = (measure: Measure): boolean => measure === "text" || measure === "dates";

/** Numbers, which a query compares as numbers. */
export const isNumeric = (measure: Measure): boolean => measure === "nps" || measure === "mean";

export type Mean = { mean: number; low: number; high: number };

/** The mean, and its bounds at 95 % by the normal approximation; null without an answer. */
export function meanOf(scores: readonly Score[]): Mean | null {
  const all = scores.reduce((sum, { count }) => sum + count, 0);
  if (all === 0) return null;
  const mean = scores.reduce((sum, { value, count }) => sum + Number(value) * count, 0) / all;
  const squares = scores.reduce((sum, { value, count }) => sum + (Number(value) - mean) ** 2 * count, 0);
  const spread = all < 2 ? 0 : Z * Math.sqrt(squares / (all - 1) / all);
  return { mean, low: mean - spread, high: mean + spread };
}

/** Every answer that can be given, also the ones that nobody gave. */
export function valuesOf({ scale, values = [] }: Counted, given: string[]): string[] {
  if (scale) return Array.from({ length: scale.to - scale.from + 1 }, (_, step) => String(scale.from + step));
  return [...new Set([...given, ...values.map(({ value }) => value)])];
}

export const labelOf = ({ values = [] }: Counted, value: string): string =>
  values.find((one) => one.value === value)?.label ?? value;
