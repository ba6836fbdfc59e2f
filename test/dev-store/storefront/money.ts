// Money as the store shows it. Amounts are decimal strings; Liquid counts in hundredths.

export function toHundredths(amount: string): number {
  const [whole = "0", fraction = ""] = amount.replace("-", "").split(".");
  const hundredths = Number(whole) * 100 + Number(fraction.padEnd(2, "0").slice(0, 2));
  return amount.startsWith("-") ? -hundredths : hundredths;
}

export function fromHundredths(hundredths: number): string {
  const sign = hundredths < 0 ? "-" : "";
  const digits = String(Math.abs(Math.round(hundredths))).padStart(3, "0");
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Shown with the currency's usual number of decimals. */
export function formatMoney(amount: string, currency: string, locale: string): string {
  return new Intl.NumberFormat(locale, { style: "currency", currency }).format(toHundredths(amount) / 100);
}
