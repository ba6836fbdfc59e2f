// Converts money for the statistics, and only here: decimal text outside the statistics, a floating point number inside.

export const numberOf = (decimal: string): number => Number(decimal);

/** `digits`: decimal places of the currency. */
export function decimalOf(amount: number, digits: number): string {
  const text = amount.toFixed(digits);
  return /^-[0.]+$/.test(text) ? text.slice(1) : text;
}
