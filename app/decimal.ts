// Numbers as people type them: with a point or a comma before decimals, as their language writes it, and with the marks that
// it puts between thousands.

const partOf = (locale: string, type: "decimal" | "group"): string => {
  try {
    return new Intl.NumberFormat(locale).formatToParts(12345.5).find((part) => part.type === type)?.value ?? "";
  } catch {
    return type === "decimal" ? "." : ",";
  }
};

export const writesComma = (locale: string): boolean => partOf(locale, "decimal") === ",";

/** Spaces and apostrophes stand between thousands in many languages. */
const GAPS = /(?<=\d)[\s\u00a0\u2009\u202f'’](?=\d{3}(?!\d))/g;

/**
 * The same number with a point before decimals and nothing between thousands; the text as it is where it is no number of this
 * language. A lone point is always a decimal one: that is how numbers are stored and shown again.
 */
export function plainNumber(text: string, locale: string): string {
  const closed = text.trim().replaceAll(GAPS, "");
  if (/^[+-]?\d+(\.\d+)?$/.test(closed)) return closed;
  const [point, comma] = writesComma(locale) ? [",", "."] : [".", ","];
  // India writes 12,34,567: the last three digits stand together, and two by two those before.
  const whole = `(?:\\d+|\\d{1,3}(?:\\${comma}\\d{2,3})*\\${comma}\\d{3})`;
  const grouped = new RegExp(`^[+-]?(?:${whole}(?:\\${point}\\d+)?|\\${point}\\d+)$`);
  return grouped.test(closed) ? closed.replaceAll(comma, "").replace(point, ".") : closed;
}
