// Decimal places of currencies by ISO 4217, as Shopify rounds. Intl follows usage instead, such as no decimal places for the
// forint.
export const CURRENCIES_WITHOUT_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(" ");
export const CURRENCIES_WITH_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND".split(" ");

export function digitsOf(currency: string): 0 | 2 | 3 {
  if (CURRENCIES_WITHOUT_DIGITS.includes(currency)) return 0;
  return CURRENCIES_WITH_THREE_DIGITS.includes(currency) ? 3 : 2;
}
