// Reads numbers as people type them in their language: with a point or a comma before decimals, and with marks between
// thousands.

const partOf = (locale: string, type: "decimal" | "group"): string => {
  try {
    return new Intl.NumberFormat(locale).formatToParts(12345.5).find((part) => part.type === type)?.value ?? "";
  } catch {
    return type === "decimal" ? "." : ",";
  }
};

export const writesComma = (locale: string): boolean => partOf(locale, "decimal") === ",";

/** Spaces and apostrophes between thousands, as many languages write them. */
const GAPS = /(?<=\d)[\s\u00a0\u2009\u202f'’](?=\d{3}(?!\d))/g;

/**
 * Rewrites a number of the language with a point before decimals and no marks between thousands. Other text is only trimmed. A
 * single point is always a decimal point, because numbers are stored and shown with a point.
 */
export function plainNumber(text: string, locale: string): string {
  const closed = text.trim().replaceAll(GAPS, "");
  if (/^[+-]?\d+(\.\d+)?$/.test(closed)) return closed;
  const [point, comma] = writesComma(locale) ? [",", "."] : [".", ","];
  // India writes 12,34,567: groups of two digits before the last group of three.
  const whole = `(?:\\d+|\\d{1,3}(?:\\${comma}\\d{2,3})*\\${comma}\\d{3})`;
  const grouped = new RegExp(`^[+-]?(?:${whole}(?:\\${point}\\d+)?|\\${point}\\d+)$`);
  return grouped.test(closed) ? closed.replaceAll(comma, "").replace(point, ".") : closed;
}
