// One line of JSON for each contender and figure, and a last line that says whether the bar was met.

export type Figure = {
  bench: string;
  contender: string;
  metric: string;
  value: number | null;
  unit: string;
  /** Relative to the contender that the metric names. Null: there is no such contender. */
  ratio: number | null;
};

const round = (value: number | null, places: number) => (value === null ? null : Number(value.toFixed(places)));

export function say(figure: Figure): void {
  const line = { ...figure, value: round(figure.value, 1), ratio: round(figure.ratio, 3) };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? (sorted[middle] ?? Number.NaN) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};
