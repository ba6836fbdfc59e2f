// Writes a column of a bulk statement as a PostgreSQL array literal, one parameter a column. The driver's own serialising is far
// slower, because it inspects the type of each value.

export type Value = string | number | boolean | null | undefined;

const SPECIAL = /["\\]/;

export function column<Row>(rows: readonly Row[], pick: (row: Row) => Value): string {
  let literal = "{";
  for (let at = 0; at < rows.length; at += 1) {
    const value = pick(rows[at] as Row);
    if (at > 0) literal += ",";
    if (value === null || value === undefined) literal += "NULL";
    else if (typeof value === "string") literal += `"${SPECIAL.test(value) ? escape(value) : value}"`;
    else literal += String(value);
  }
  return `${literal}}`;
}

const escape = (text: string) => text.replaceAll(/["\\]/g, "\\$&");

/** A value of type text[] in a column: an array literal within the array literal. */
export const listOf = (texts: readonly string[]): string => column(texts, (text) => text);
