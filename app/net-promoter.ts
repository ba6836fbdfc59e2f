// The net promoter score of answers from 0 to 10.

/** The normal distribution's quantile for bounds at 95 %. */
const Z = 1.96;

/** `count`: how many answers have the value. */
export type Score = { value: string; count: number };

function countCamps(scores: readonly Score[]) {
  const sum = (matches: (value: number) => boolean) =>
    scores.filter(({ value }) => matches(Number(value))).reduce((total, { count }) => total + count, 0);
  return { promoters: sum((value) => value >= 9), detractors: sum((value) => value <= 6), all: sum(() => true) };
}

/** The share of 9 and 10 less the share of 0 to 6, in points from -100 to 100. Null: no answers. */
export function netPromoterScore(scores: readonly Score[]): number | null {
  const { promoters, detractors, all } = countCamps(scores);
  return all === 0 ? null : Math.round((100 * (promoters - detractors)) / all);
}

/**
 * Bounds of the score at 95 %, in points. Null: no answers. Wald's interval after adding half an answer to each of four cells:
 * A. Agresti, Y. Min, "Simple improved confidence intervals for comparing matched proportions", Statistics in Medicine 24 (2005).
 */
export function boundScore(scores: readonly Score[]): { low: number; high: number } | null {
  const { promoters, detractors, all } = countCamps(scores);
  if (all === 0) return null;
  const [up, down, of] = [promoters + 0.5, detractors + 0.5, all + 2];
  const middle = (up - down) / of;
  const spread = Z * Math.sqrt(((up + down) / of - middle * middle) / of);
  const points = (share: number) => Math.round(100 * Math.min(1, Math.max(-1, share)));
  return { low: points(middle - spread), high: points(middle + spread) };
}
