// Checks whether people were assigned to the arms as planned. If not, people of one arm were lost, and no result is valid.
// M. Lindon, A. Malek, "Anytime-valid inference for multinomial count data", NeurIPS 2022.

/** Below this probability no result is shown. */
export const RATIO_ALARM = 0.001;

/** The mixture's weight around the planned shares, as in the authors' own example. */
const WEIGHT = 100;

/**
 * The probability that arms with the planned shares look as uneven as this at any look up to now. `counts`: the assigned people by
 * arm. `shares`: the planned shares, in any unit. `lowest`: the result of the previous look.
 */
export function sampleRatio(counts: readonly number[], shares: readonly number[], lowest = 1): number {
  return Math.min(1, lowest, Math.exp(-ratioEvidence(counts, shares)));
}

/** The logarithm of the Bayes factor of uneven arms against the planned shares. */
export function ratioEvidence(counts: readonly number[], shares: readonly number[]): number {
  const allShares = sum(shares);
  const all = sum(counts);
  return counts.reduce((evidence, count, at) => {
    const share = (shares[at] ?? 0) / allShares;
    return evidence + logRising(WEIGHT * share, count) - count * Math.log(share);
  }, -logRising(WEIGHT, all));
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** The logarithm of a (a + 1) … (a + n - 1). */
const logRising = (a: number, n: number) => logGamma(a + n) - logGamma(a);

/** Stirling's series, which needs a large x. */
function logGamma(x: number): number {
  let shift = 0;
  while (x < 10) shift += Math.log(x++);
  const square = 1 / (x * x);
  const series = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / x;
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series - shift;
}
