// What is typed, or pasted, to find a customer: words of the name, the e-mail or the id, and a phone number as people write it.
import { empty, join, sql, type Sql } from "../db.server.ts";
import { withoutInvisible } from "../invisible.ts";

const MOST_TERMS = 5;
/** Shorter runs of digits are in most numbers. */
const FEWEST_DIGITS = 3;
/** Minus signs are written for hyphens. */
const PHONE_PIECE = /^[+(]*[\d().\/+\p{Pd}\u2212]+$/u;
/** A link to a number. https://www.rfc-editor.org/rfc/rfc3966 */
const LINK = /^tel:(?=[+\d(])/i;

/** Full-width digits and signs are the same as the others. */
const isPhonePiece = (word: string) => PHONE_PIECE.test(word.normalize("NFKC"));

/** Conditions on the customer `c` that all hold; `%` and `_` mean themselves. */
export function searched(search: string): Sql {
  const words = withoutInvisible(search)
    .split(/\s+/)
    .map((word) => word.replace(LINK, ""))
    .filter(Boolean);
  const terms = words.reduce<string[][]>((found, word) => {
    const last = found.at(-1);
    if (last?.every(isPhonePiece) && isPhonePiece(word)) last.push(word);
    else found.push([word]);
    return found;
  }, []);
  if (terms.length === 0) return empty;
  return sql`and ${join(terms.slice(0, MOST_TERMS).map(holds), " and ")}`;
}

function holds(term: string[]): Sql {
  const words = join(term.map(holdsWord), " and ");
  const digits = digitsOf(term.join(" "));
  if (!term.every(isPhonePiece) || digits.length < FEWEST_DIGITS) return sql`(${words})`;
  // Phones are stored with their country's code, which people write with 00 before it, or leave out for a single 0.
  const known = sql`regexp_replace(c.phone, '[^0-9]', '', 'g')`;
  const either = [...new Set([digits, digits.replace(/^0+/, "")])].filter((each) => each.length >= FEWEST_DIGITS);
  return sql`((${words}) or ${join(
    either.map((each) => sql`${known} like ${`%${each}%`}`),
    " or ",
  )})`;
}

/** A 0 in brackets stands for the country's code: +44 (0)20 is +44 20. */
const digitsOf = (phone: string): string => phone.normalize("NFKC").replace("(0)", "").replaceAll(/\D/g, "");

function holdsWord(word: string): Sql {
  const pattern = `%${word.replaceAll(/[\\%_]/g, "\\$&")}%`;
  return sql`concat_ws(' ', c.first_name, c.last_name, c.email, c.phone, c.id) ilike ${pattern}`;
}
