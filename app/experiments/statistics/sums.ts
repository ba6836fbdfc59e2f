// The statistics need only sums over the people of an arm, so that each person is read once.

/**
 * `y`: the sum of outcomes. `yy`: the sum of their squares. `x`, `xx`: the same sums of the figure before the experiment, or 0 for
 * everybody. `xy`: the sum of outcome times past. A person without a past counts with 0.
 */
export type Sums = { n: number; y: number; yy: number; x: number; xx: number; xy: number };

/** `squares`: the sum of squared deviations from the mean. */
export type Moments = { n: number; mean: number; squares: number };

export function momentsOf({ n, y, yy }: Pick<Sums, "n" | "y" | "yy">): Moments {
  return { n, mean: y / n, squares: Math.max(0, yy - (y * y) / n) };
}

/** For an outcome that a person either has or has not. `count`: the people who have it. */
export const momentsOfCount = (n: number, count: number): Moments => momentsOf({ n, y: count, yy: count });

export const varianceOf = ({ n, squares }: Moments): number => squares / (n - 1);

/**
 * CUPED: subtracts from each outcome θ times the person's past less the mean past. The means stay comparable and vary less.
 * A. Deng, Y. Xu, R. Kohavi, T. Walker, "Improving the sensitivity of online controlled experiments", WSDM 2013.
 */
export function adjust(arms: readonly Sums[]): { theta: number; arms: Moments[] } {
  const all = arms.reduce(add);
  const variation = all.xx - (all.x * all.x) / all.n;
  const theta = variation > 0 ? (all.xy - (all.x * all.y) / all.n) / variation : 0;
  const meanPast = all.x / all.n;
  const adjusted = arms.map((arm): Moments => {
    const { n, mean, squares } = momentsOf(arm);
    const past = momentsOf({ n, y: arm.x, yy: arm.xx });
    const shared = arm.xy - (arm.x * arm.y) / n;
    return {
      n,
      mean: mean - theta * (past.mean - meanPast),
      squares: Math.max(0, squares - 2 * theta * shared + theta * theta * past.squares),
    };
  });
  return { theta, arms: adjusted };
}

function add(one: Sums, other: Sums): Sums {
  return {
    n: one.n + other.n,
    y: one.y + other.y,
    yy: one.yy + other.yy,
    x: one.x + other.x,
    xx: one.xx + other.xx,
    xy: one.xy + other.xy,
  };
}
