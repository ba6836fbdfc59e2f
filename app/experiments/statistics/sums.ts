// What the statistics need to know about the people of one arm: sums of their outcomes, so that no person is read twice.

/**
 * `y` is the sum of outcomes, `yy` that of their squares. `x` is the same figure of the same people before the experiment, or 0 for
 * everybody; `xy` is the sum of products. A person without a past counts with the mean of the others' x.
 */
export type Sums = { n: number; y: number; yy: number; x: number; xx: number; xy: number };

/** `squares`: the sum of squared deviations from the mean. */
export type Moments = { n: number; mean: number; squares: number };

export function momentsOf({ n, y, yy }: Pick<Sums, "n" | "y" | "yy">): Moments {
  return { n, mean: y / n, squares: Math.max(0, yy - (y * y) / n) };
}

/** Of people who each have the outcome or not. */
export const momentsOfCount = (n: number, count: number): Moments => momentsOf({ n, y: count, yy: count });

export const varianceOf = ({ n, squares }: Moments): number => squares / (n - 1);

/**
 * CUPED: each outcome less θ times what the person's past is above the mean past. Means stay comparable and vary less.
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
