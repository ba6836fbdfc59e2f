// Digits behind the point by ISO 4217, which is how Shopify rounds. The tables of Intl follow habits instead: no digits for
// the forint.
const NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(" ");
const THREE = "BHD IQD JOD KWD LYD OMR TND".split(" ");

export const CURRENCIES_WITHOUT_DIGITS: readonly string[] = NONE;
export const CURRENCIES_WITH_THREE_DIGITS: readonly string[] = THREE;

export function digitsOf(currency: string): 0 | 2 | 3 {
  if (NONE.includes(currency)) return 0;
  return THREE.includes(currency) ? 3 : 2;
}
