// JSON without loss: a number of more digits than a float holds becomes its own text. Ids exceed 2^53.

const LONG = /\d[\d.]{15}/;
const STRING_OR_NUMBER = /"(?:[^"\\]|\\[\s\S])*"|-?\d[\d.eE+-]*/g;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const EXACT_DIGITS = 15;

/** Throws a SyntaxError where JSON.parse does. Most bodies have no long number and take the short way. */
export function parseLossless(text: string): unknown {
  return JSON.parse(LONG.test(text) ? quoteLongNumbers(text) : text);
}

const quoteLongNumbers = (text: string) =>
  text.replace(STRING_OR_NUMBER, (token: string, at: number) =>
    token.length > EXACT_DIGITS && isLong(token) && !isKey(text, at + token.length) ? `"${token}"` : token,
  );

function isLong(token: string): boolean {
  if (token.startsWith('"') || !NUMBER.test(token)) return false;
  const [mantissa = ""] = token.split(/[eE]/);
  return mantissa.replaceAll(/\D/g, "").replace(/^0+/, "").length > EXACT_DIGITS;
}

/** A bare number before a colon is malformed, and must stay so. */
const isKey = (text: string, end: number) => /^\s*:/.test(text.slice(end, end + 32));
