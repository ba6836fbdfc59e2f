// The one place where money enters and leaves the statistics: outside, money is decimal text; inside, a floating point number.

export const numberOf = (decimal: string): number => Number(decimal);

/** `digits`: decimal places of the currency. */
export function decimalOf(amount: number, digits: number): string {
  const text = amount.toFixed(digits);
  return /^-[0.]+$/.test(text) ? text.slice(1) : text;
}
