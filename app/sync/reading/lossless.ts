// Parses JSON without losing digits: a number with more digits than a float holds becomes a string. Ids exceed 2^53.

const LONG = /\d[\d.]{15}/;
const NUMBERS = /-?\d[\d.eE+-]*/g;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const EXACT_DIGITS = 15;

/** Throws a SyntaxError where JSON.parse does. Most bodies have no long number, and JSON.parse alone reads them. */
export function parseLossless(text: string): unknown {
  return JSON.parse(LONG.test(text) ? quoteLongNumbers(text) : text);
}

/** Searches only the pieces between JSON strings. Most of these pieces are too short for a long number. */
function quoteLongNumbers(text: string): string {
  let quoted = "";
  let done = 0;
  for (let at = 0; at < text.length;) {
    const open = text.indexOf('"', at);
    const end = open < 0 ? text.length : open;
    if (end - at > EXACT_DIGITS) {
      const between = text.slice(at, end);
      if (LONG.test(between)) {
        quoted += text.slice(done, at) + between.replace(NUMBERS, quoteLong);
        done = end;
      }
    }
    if (open < 0) break;
    at = endOfText(text, open + 1);
  }
  return done === 0 ? text : quoted + text.slice(done);
}

function quoteLong(token: string, at: number, between: string): string {
  if (token.length <= EXACT_DIGITS || !NUMBER.test(token)) return token;
  const [mantissa = ""] = token.split(/[eE]/);
  const isLong = mantissa.replaceAll(/\D/g, "").replace(/^0+/, "").length > EXACT_DIGITS;
  // A number as an object's key is malformed JSON, and must stay malformed.
  return isLong && !/^\s*:/.test(between.slice(at + token.length)) ? `"${token}"` : token;
}

/** The index after the quote that ends the string. */
function endOfText(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1)) {
    let back = at;
    while (text.charCodeAt(back - 1) === 92) back -= 1;
    if ((at - back) % 2 === 0) return at + 1;
  }
  return text.length;
}
