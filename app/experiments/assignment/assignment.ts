// Assigns a customer to an arm of an experiment by a hash, so that every process finds the same arm.
import { murmur3 } from "./murmur.ts";

/** The buckets of a layer. Experiments in one layer have different buckets, so that no customer is in two of them. */
export const BUCKETS = 10_000;

/** The buckets from `from` up to `to`, without `to` itself. */
export type Range = { from: number; to: number };

/** `share`: a whole number; an arm with share 9 has nine times as many buckets as an arm with share 1. */
export type Arm = { key: string; share: number; isHoldout: boolean; ranges: readonly Range[] };

/** `layer`: the layer's key, the salt of the hash. */
export type Split = { layer: string; arms: readonly Arm[] };

/** `platformId`: the customer's id on the platform, as decimal text and without a gid's prefix. */
export function bucketOf(layer: string, platformId: string): number {
  return Math.floor((murmur3(`${layer}:${platformId}`) / 2 ** 32) * BUCKETS);
}

/** Null: the customer is in no arm of the split. */
export function armOf(split: Split, platformId: string): Arm | null {
  const bucket = bucketOf(split.layer, platformId);
  const holds = ({ ranges }: Arm) => ranges.some(({ from, to }) => from <= bucket && bucket < to);
  return split.arms.find(holds) ?? null;
}

/**
 * Gives each arm `times` its share of free buckets, in addition to the buckets that it has: a customer who is in an arm stays in
 * it, and the ratio of the arms stays the same. `taken`: the buckets of the layer's other experiments. Null: too few are free.
 */
export function grow(arms: readonly Arm[], times: number, taken: readonly Range[]): Arm[] | null {
  const grown: Arm[] = [];
  let used = [...taken, ...arms.flatMap(({ ranges }) => ranges)];
  for (const arm of arms) {
    const added = takeFree(used, arm.share * times);
    if (added === null) return null;
    used = [...used, ...added];
    grown.push({ ...arm, ranges: [...arm.ranges, ...added] });
  }
  return grown;
}

function takeFree(used: readonly Range[], wanted: number): Range[] | null {
  const taken: Range[] = [];
  let missing = wanted;
  for (const { from, to } of freeRanges(used)) {
    if (missing === 0) break;
    const end = Math.min(to, from + missing);
    taken.push({ from, to: end });
    missing -= end - from;
  }
  return missing === 0 ? taken : null;
}

function freeRanges(used: readonly Range[]): Range[] {
  const free: Range[] = [];
  let from = 0;
  for (const range of [...used].sort((one, other) => one.from - other.from)) {
    if (range.from > from) free.push({ from, to: range.from });
    from = Math.max(from, range.to);
  }
  return from < BUCKETS ? [...free, { from, to: BUCKETS }] : free;
}
