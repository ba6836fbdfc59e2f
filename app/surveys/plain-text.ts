const CONTROLS = /(?![\t\n\r])\p{Cc}/gu;

/** What every database, page and file can hold: no control characters, and half a surrogate pair becomes U+FFFD. */
const plainText = (text: string): string => text.toWellFormed().replace(CONTROLS, "");

/** JSON whose texts are plain. Throws where it is not JSON. */
export const readPlainJson = (text: string): unknown =>
  JSON.parse(text, (_name, value: unknown) => (typeof value === "string" ? plainText(value) : value));
