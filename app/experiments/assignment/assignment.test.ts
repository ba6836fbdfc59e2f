import { expect, test } from "vitest";
import { type Arm, armOf, BUCKETS, bucketOf, grow } from "./assignment.ts";
import { murmur3 } from "./murmur.ts";

const arm = (key: string, share: number): Arm => ({ key, share, isHoldout: key === "holdout", ranges: [] });
const whole = (layer: string, ...arms: Arm[]) => {
  const times = Math.floor(BUCKETS / arms.reduce((sum, { share }) => sum + share, 0));
  return { layer, arms: grow(arms, times, []) ?? [] };
};
const ids = (count: number) => Array.from({ length: count }, (_, index) => String(7_012_345_000_000 + index));

// "hello" to "spring:gid-42" and "a" to "aaaa": the npm packages murmurhash and imurmurhash. The fox: Wikipedia, "MurmurHash".
test.each([
  ["hello", 613153351],
  ["offer-1:7012345678901", 2985666042],
  ["offer-1:1", 2801253870],
  ["spring:gid-42", 457194133],
  ["", 0],
  ["a", 1009084850],
  ["aa", 923832745],
  ["aaa", 3033554871],
  ["aaaa", 2129582471],
  ["The quick brown fox jumps over the lazy dog", 0x2e4ff723],
])("the hash of %j is the published one", (text, hash) => {
  expect(murmur3(text)).toBe(hash);
});

test("a customer's bucket is the reference's bucket", () => {
  expect(bucketOf("offer-1", "7012345678901")).toBe(6951);
  expect(bucketOf("offer-1", "1")).toBe(6522);
  expect(bucketOf("spring", "gid-42")).toBe(1064);
});

test("the arms get the shares that the merchant chose", () => {
  const split = whole("offer-1", arm("holdout", 1), arm("ten off", 6), arm("gift", 3));
  const counts = new Map<string | null, number>();
  for (const id of ids(20_000)) {
    const key = armOf(split, id)?.key ?? null;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  // 4 standard deviations of a binomial count
  expect(counts.get("holdout")).toBeGreaterThan(2000 - 4 * 43);
  expect(counts.get("holdout")).toBeLessThan(2000 + 4 * 43);
  expect(counts.get("ten off")).toBeGreaterThan(12_000 - 4 * 70);
  expect(counts.get("ten off")).toBeLessThan(12_000 + 4 * 70);
  expect(counts.get(null)).toBeUndefined();
});

test("holdouts of different layers are independent: a tenth of one is in the other", () => {
  const layers = Array.from({ length: 20 }, (_, index) => whole(`offer-${index}`, arm("holdout", 1), arm("on", 9)));
  const people = ids(20_000);
  const held = layers.map((split) => people.map((id) => armOf(split, id)?.isHoldout));
  let sum = 0;
  let pairs = 0;
  held.forEach((one, index) => {
    for (const other of held.slice(index + 1)) {
      const both = one.filter((is, at) => is && other[at]).length;
      const z = (both - 200) / Math.sqrt(200 * 0.99);
      expect(Math.abs(z)).toBeLessThan(5);
      sum += z * z;
      pairs += 1;
    }
  });
  expect(sum / pairs).toBeLessThan(1.4);
});

test("experiments in one layer share no customer", () => {
  const first = grow([arm("holdout", 1), arm("on", 1)], 2000, []) ?? [];
  const taken = first.flatMap(({ ranges }) => ranges);
  const second = grow([arm("holdout", 1), arm("on", 4)], 1000, taken) ?? [];
  const inBoth = ids(5000).filter(
    (id) => armOf({ layer: "home", arms: first }, id) !== null && armOf({ layer: "home", arms: second }, id) !== null,
  );
  expect(inBoth).toEqual([]);
  expect(
    grow([arm("holdout", 1), arm("on", 1)], 501, [...taken, ...second.flatMap(({ ranges }) => ranges)]),
  ).toBeNull();
});

test("an experiment that grows takes free buckets: no customer changes arms, and the ratio stays", () => {
  const small = grow([arm("holdout", 1), arm("on", 9)], 100, [{ from: 500, to: 900 }]) ?? [];
  const large = grow(small, 300, [{ from: 500, to: 900 }]) ?? [];
  const people = ids(5000);
  for (const id of people) {
    const before = armOf({ layer: "home", arms: small }, id);
    if (before !== null) expect(armOf({ layer: "home", arms: large }, id)?.key).toBe(before.key);
  }
  const buckets = large.map(({ ranges }) => ranges.reduce((sum, { from, to }) => sum + to - from, 0));
  expect(buckets).toEqual([400, 3600]);
});
