// Seeded people who come to an experiment one after another, and an experiment that looks at them as the product does.
import { differenceOf } from "../../app/experiments/statistics/difference.ts";
import { isOpen, type Metric, rankOfCap } from "../../app/experiments/statistics/gates.ts";
import { alphaOf, intervalOf } from "../../app/experiments/statistics/sequence.ts";
import { adjust, type Moments, momentsOf, momentsOfCount, type Sums } from "../../app/experiments/statistics/sums.ts";

export const ALPHA = alphaOf(1);
const PEOPLE = 10_000;
/** A look after this many people. */
const EVERY = 50;

/** Numbers from 0 to 1, by Chris Doty-Humphrey's sfc32; the same seed gives the same numbers. */
export function randomFrom(seed: number): () => number {
  const [A, B, C, COUNT] = [0, 1, 2, 3] as const;
  const state = Int32Array.of(seed, 0x9e3779b9, 0x243f6a88, 1);
  const of = (place: number) => state[place] ?? 0;
  const next = () => {
    const sum = (of(A) + of(B) + of(COUNT)) | 0;
    state[A] = of(B) ^ (of(B) >>> 9);
    state[B] = of(C) + (of(C) << 3);
    state[C] = ((of(C) << 21) | (of(C) >>> 11)) + sum;
    state[COUNT] = of(COUNT) + 1;
    return (sum >>> 0) / 2 ** 32;
  };
  // The first dozen still resemble the seed.
  for (let step = 0; step < 12; step++) next();
  return next;
}

/** exp(mean + deviation × normal), the normal number by Box and Muller. */
export function lognormal(random: () => number, mean: number, deviation: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return Math.exp(mean + deviation * radius * Math.cos(2 * Math.PI * random()));
}

/** 0: the person is held out. */
export type ArmIndex = 0 | 1;

/** One experiment's figures, kept as sums. Money is capped from the look on at which the cap can be fixed. */
export class Trial {
  readonly raw: [Sums, Sums] = [empty(), empty()];
  readonly capped: [Sums, Sums] = [empty(), empty()];
  readonly buyers: [number, number] = [0, 0];
  cap: number | null = null;
  #uncapped: { arm: ArmIndex; y: number; x: number }[] = [];

  /** `y`: what the person paid; `x`: what the person paid before the experiment. */
  add(arm: ArmIndex, y: number, x = 0): void {
    this.raw[arm].n += 1;
    this.capped[arm].n += 1;
    if (y === 0 && x === 0) return;
    if (y > 0) this.buyers[arm] += 1;
    count(this.raw[arm], y, x);
    if (this.cap === null) this.#uncapped.push({ arm, y, x });
    else count(this.capped[arm], Math.min(y, this.cap), x);
  }

  fixCap(): void {
    const rank = this.cap === null ? rankOfCap(this.buyers[0] + this.buyers[1]) : null;
    if (rank === null) return;
    const outcomes = this.#uncapped.map(({ y }) => y).filter((y) => y > 0);
    const cap = Float64Array.from(outcomes).sort()[rank - 1] ?? Infinity;
    for (const { arm, y, x } of this.#uncapped) count(this.capped[arm], Math.min(y, cap), x);
    this.cap = cap;
    this.#uncapped = [];
  }

  /** The interval of what the treated have more than the held-out, and null before it may be said. */
  interval(metric: Metric): { low: number; high: number } | null {
    if (!isOpen(metric, this.buyers) || (metric === "money" && this.cap === null)) return null;
    const [holdout, treated] = metric === "money" ? this.#adjusted() : this.#bought();
    return intervalOf(differenceOf(treated, holdout), this.progress, ALPHA);
  }

  get progress(): number {
    return (this.raw[0].n + this.raw[1].n) / PEOPLE;
  }

  #bought(): [Moments, Moments] {
    const [holdout, treated] = this.raw;
    return [momentsOfCount(holdout.n, this.buyers[0]), momentsOfCount(treated.n, this.buyers[1])];
  }

  #adjusted(): [Moments, Moments] {
    const [holdout, treated] = adjust(this.capped).arms;
    if (!holdout || !treated) throw new Error("two arms go in and come out");
    return [holdout, treated];
  }
}

/** The form that is in textbooks: each arm's own variance, no cap and no gate. It is here to be seen failing. */
export function textbookInterval({ raw: [holdout, treated], progress }: Trial): { low: number; high: number } | null {
  if (holdout.n < 10 || treated.n < 10) return null;
  const { estimate, unpooled } = differenceOf(momentsOf(treated), momentsOf(holdout));
  return intervalOf({ estimate, variance: unpooled }, progress, ALPHA);
}

/** Lets all people of a run come, and looks again and again. */
export function run(person: () => void, look: () => void): void {
  for (let n = 1; n <= PEOPLE; n++) {
    person();
    if (n % EVERY === 0) look();
  }
}

const empty = (): Sums => ({ n: 0, y: 0, yy: 0, x: 0, xx: 0, xy: 0 });

function count(sums: Sums, y: number, x: number): void {
  sums.y += y;
  sums.yy += y * y;
  sums.x += x;
  sums.xx += x * x;
  sums.xy += x * y;
}
