// Random numbers from a seed, the same on every machine, because every step uses 32-bit integers.

export type Random = {
  /** From 0 to below `limit`. */
  below(limit: number): number;
  /** Both ends included. */
  between(low: number, high: number): number;
  /** True `perMille` times in a thousand. */
  chance(perMille: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  /** Chooses by integer weights. */
  weighted<Item>(items: readonly (readonly [Item, number])[]): Item;
  hex(digits: number): string;
};

/** xoshiro128**, seeded by splitmix32. https://prng.di.unimi.it/ */
export function createRandom(seed: number): Random {
  const state = seedState(seed);

  function next(): number {
    const [a = 0, b = 0, c = 0, d = 0] = state;
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    state[2] = c ^ a;
    state[3] = d ^ b;
    state[1] = b ^ (c ^ a);
    state[0] = a ^ (d ^ b);
    state[2] ^= b << 9;
    state[3] = rotate(d ^ b, 11);
    return result;
  }

  const random: Random = {
    below: (limit) => next() % limit,
    between: (low, high) => low + (next() % (high - low + 1)),
    chance: (perMille) => next() % 1000 < perMille,
    pick(items) {
      const item = items[next() % items.length];
      if (item === undefined) throw new RangeError("Nothing to pick from.");
      return item;
    },
    weighted(items) {
      let left = next() % items.reduce((total, [, weight]) => total + weight, 0);
      for (const [item, weight] of items) {
        if (left < weight) return item;
        left -= weight;
      }
      throw new RangeError("Nothing to pick from.");
    },
    hex(digits) {
      let text = "";
      while (text.length < digits) text += next().toString(16).padStart(8, "0");
      return text.slice(0, digits);
    },
  };
  return random;
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

function seedState(seed: number): number[] {
  let at = seed | 0;
  return Array.from({ length: 4 }, () => {
    at = (at + 0x9e3779b9) | 0;
    let mixed = at ^ (at >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  });
}
