// Exact arithmetic on decimal strings, with four decimal places: amounts are computed as integers of ten-thousandths.

const SCALE = 4;

/** Written with four decimal places, as are the other results. */
export function sumOf(decimals: readonly string[]): string {
  return written(decimals.reduce((total, decimal) => total + scaled(decimal), 0n));
}

/** Null: one of the amounts is null. */
export function sumOfKnown(decimals: readonly (string | null)[]): string | null {
  const known = decimals.filter((decimal) => decimal !== null);
  return known.length === decimals.length ? sumOf(known) : null;
}

export const difference = (from: string, less: string): string => written(scaled(from) - scaled(less));

/** Negative, zero or positive, as `one` is less than, equal to or more than `other`. */
export function compareAmounts(one: string, other: string): number {
  const between = scaled(one) - scaled(other);
  return between < 0n ? -1 : between > 0n ? 1 : 0;
}

export const isZero = (decimal: string): boolean => scaled(decimal) === 0n;

export const absolute = (decimal: string): string => {
  const value = scaled(decimal);
  return written(value < 0n ? -value : value);
};

/**
 * `amount` × `numerator` / `denominator`, rounded to `digits` decimal places; halves round away from zero. Null: one side of the
 * rate is zero or less.
 */
export function atRate(amount: string, numerator: string, denominator: string, digits: number): string | null {
  const [above, below] = [scaled(numerator), scaled(denominator)];
  if (above <= 0n || below <= 0n) return null;
  const coin = 10n ** BigInt(SCALE - Math.min(digits, SCALE));
  return written(roundedQuotient(scaled(amount) * above, below * coin) * coin);
}

function roundedQuotient(value: bigint, by: bigint): bigint {
  const half = (value < 0n ? -value : value) * 2n + by;
  const size = half / (by * 2n);
  return value < 0n ? -size : size;
}

function written(sum: bigint): string {
  const digits = (sum < 0n ? -sum : sum).toString().padStart(SCALE + 1, "0");
  return `${sum < 0n ? "-" : ""}${digits.slice(0, -SCALE)}.${digits.slice(-SCALE)}`;
}

function scaled(decimal: string): bigint {
  const [whole = "0", fraction = ""] = decimal.split(".");
  const value = BigInt((whole.replace("-", "") || "0") + fraction.slice(0, SCALE).padEnd(SCALE, "0"));
  return decimal.startsWith("-") ? -value : value;
}
