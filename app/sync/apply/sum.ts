const SCALE = 4;

/** The exact sum of decimal texts, to four places. */
export function sumOf(decimals: readonly string[]): string {
  return written(decimals.reduce((total, decimal) => total + scaled(decimal), 0n));
}

/** Null where one is not known. */
export function sumOfKnown(decimals: readonly (string | null)[]): string | null {
  const known = decimals.filter((decimal) => decimal !== null);
  return known.length === decimals.length ? sumOf(known) : null;
}

/** `amount` × `numerator` / `denominator`, to four places; `amount` where there is nothing to divide by. */
export function share(amount: string, numerator: string, denominator: string): string {
  const [above, below] = [scaled(numerator), scaled(denominator)];
  return above > 0n && below > 0n ? written((scaled(amount) * above + below / 2n) / below) : amount;
}

export const isLess = (one: string, other: string): boolean => scaled(one) < scaled(other);

function written(sum: bigint): string {
  const digits = (sum < 0n ? -sum : sum).toString().padStart(SCALE + 1, "0");
  return `${sum < 0n ? "-" : ""}${digits.slice(0, -SCALE)}.${digits.slice(-SCALE)}`;
}

function scaled(decimal: string): bigint {
  const [whole = "0", fraction = ""] = decimal.split(".");
  const value = BigInt((whole.replace("-", "") || "0") + fraction.slice(0, SCALE).padEnd(SCALE, "0"));
  return decimal.startsWith("-") ? -value : value;
}
