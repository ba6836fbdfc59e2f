// The search for customers: by words of the name, the e-mail or the id, and by a phone number in any usual notation.
import { empty, join, sql, type Sql } from "../db.server.ts";
import { withoutInvisible } from "../invisible.ts";

const MOST_TERMS = 5;
/** Fewer digits would match most phone numbers. */
const FEWEST_DIGITS = 3;
/** Part of a phone number. Hyphens may be written as minus signs (U+2212). */
const PHONE_PIECE = /^[\d().\/+\p{Pd}\u2212]+$/u;
/** A tel: link, as it is pasted. https://www.rfc-editor.org/rfc/rfc3966 */
const LINK = /^tel:(?=[+\d(])/i;

/** NFKC turns full-width digits and signs into ASCII. */
const isPhonePiece = (word: string) => PHONE_PIECE.test(word.normalize("NFKC"));

/** The search as SQL conditions on the customer `c`, to follow a WHERE clause. `%` and `_` are not wildcards. */
export function searched(search: string): Sql {
  const words = withoutInvisible(search)
    .normalize("NFC")
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
  // Phones are stored with the country code. People write 00 before the country code, or a 0 in its place.
  const known = sql`regexp_replace(c.phone, '[^0-9]', '', 'g')`;
  const either = [...new Set([digits, digits.replace(/^0+/, "")])].filter((each) => each.length >= FEWEST_DIGITS);
  return sql`((${words}) or ${join(
    either.map((each) => sql`${known} like ${`%${each}%`}`),
    " or ",
  )})`;
}

/** A 0 in brackets is dialled only within the country: +44 (0)20 is +44 20. */
const digitsOf = (phone: string): string => phone.normalize("NFKC").replace("(0)", "").replaceAll(/\D/g, "");

function holdsWord(word: string): Sql {
  const pattern = `%${word.replaceAll(/[\\%_]/g, "\\$&")}%`;
  return sql`normalize(concat_ws(' ', c.first_name, c.last_name, c.email, c.phone, c.id)) ilike ${pattern}`;
}
