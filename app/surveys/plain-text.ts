const CONTROLS = /(?![\t\n\r])\p{Cc}/gu;

/** Text that every database, page and file can hold: without control characters, and with U+FFFD for half a surrogate pair. */
const plainText = (text: string): string => text.toWellFormed().replace(CONTROLS, "");

/** Parses JSON and makes its texts plain. Throws if the text is not JSON. */
export const readPlainJson = (text: string): unknown =>
  JSON.parse(text, (_name, value: unknown) => (typeof value === "string" ? plainText(value) : value));
