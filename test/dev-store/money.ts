// Decimal money without floats, as whole millionths, so that a price of 0.001 is exact.

const MILLIONTHS = 1_000_000;
const NO_MINOR = new Set(["JPY", "KRW", "VND", "CLP", "ISK", "UGX", "XAF", "XOF", "XPF", "PYG", "RWF"]);
const THREE_DIGITS = new Set(["KWD", "BHD", "OMR", "JOD", "TND", "IQD", "LYD"]);

export function toMillionths(amount: string): number {
  const match = /^(-?)(\d+)(?:\.(\d{1,6})\d*)?$/.exec(amount.trim());
  if (match === null) throw new RangeError(`"${amount}" is no amount of money.`);
  const [, sign = "", whole = "0", fraction = ""] = match;
  const value = Number(whole) * MILLIONTHS + Number(fraction.padEnd(6, "0"));
  if (!Number.isSafeInteger(value)) throw new RangeError(`"${amount}" is more money than a shop can take.`);
  return sign === "-" ? -value : value;
}

/** Positive or negative infinity for more money than a shop can have. */
export function boundedMillionths(amount: string): number {
  const [whole = ""] = amount.trim().replace("-", "").split(".");
  if (whole.replace(/^0+/, "").length <= 9) return toMillionths(amount);
  return amount.trim().startsWith("-") ? -Infinity : Infinity;
}

/** At least as many decimal places as the currency has, more if the amount is finer. */
export function toAmount(millionths: number, currency = "GBP"): string {
  const digits = digitsOf(currency);
  const size = Math.abs(millionths);
  const fraction = String(size % MILLIONTHS).padStart(6, "0");
  const kept = fraction.slice(0, digits) + fraction.slice(digits).replace(/0+$/, "");
  const sign = millionths < 0 ? "-" : "";
  return `${sign}${Math.trunc(size / MILLIONTHS)}${kept === "" ? "" : `.${kept}`}`;
}

export function sum(amounts: string[]): number {
  return amounts.reduce((total, amount) => total + toMillionths(amount), 0);
}

/** The smallest unit of a currency, in millionths. */
function coinOf(currency: string): number {
  return MILLIONTHS / 10 ** digitsOf(currency);
}

function digitsOf(currency: string): number {
  if (NO_MINOR.has(currency)) return 0;
  return THREE_DIGITS.has(currency) ? 3 : 2;
}

/** A share of an amount such as 0.1, or an amount at a rate, rounded half up to the currency's smallest unit. */
export function share(millionths: number, part: string, currency = "GBP"): number {
  const product = BigInt(millionths) * BigInt(toMillionths(part));
  const coin = BigInt(coinOf(currency)) * BigInt(MILLIONTHS);
  return Number((((product + coin / 2n) / coin) * coin) / BigInt(MILLIONTHS));
}
