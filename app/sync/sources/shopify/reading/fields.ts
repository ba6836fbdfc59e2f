// Reads single fields of a body. An absent field is null. A field that cannot be read is null and is noted. For a field that
// a row needs (`…Needed`) Unreadable is thrown in both cases.
import { withoutInvisible } from "../../../../invisible.ts";
import { isTimeZone } from "../../../../local-time.ts";
import { note, partOf, plain, refuse, type Body } from "../../../reading/body.ts";

const MAX_TEXT = 10_000;
/** The longest text in an indexed column. */
const MAX_SHORT_TEXT = 320;

const isNothing = (value: unknown) => value === null || value === undefined || value === "";

/** A text that people write, in any script. A text that is too long is cut and noted. */
export function textOf(body: Body, field: string, longest = MAX_TEXT): string | null {
  const value = body.fields[field];
  if (isNothing(value)) return null;
  const text = plain(value);
  if (text === null) return note(body, field);
  if (text.length <= longest) return text;
  note(body, field);
  return text.slice(0, longest).toWellFormed();
}

/** A name or a place, which people search for. */
export const shortTextOf = (body: Body, field: string): string | null => visibleOf(textOf(body, field, MAX_SHORT_TEXT));

/** Removes invisible characters, and blanks around the text, which imports leave. Null where nothing is left. */
const visibleOf = (text: string | null): string | null => (text && withoutInvisible(text).trim()) || null;

/** An e-mail, a code or a token. A text that is too long is null and noted, not cut: a part would be another value. */
export function exactTextOf(body: Body, field: string): string | null {
  const value = body.fields[field];
  if (isNothing(value)) return null;
  const text = plain(value);
  return text === null || text.length > MAX_SHORT_TEXT ? note(body, field) : visibleOf(text);
}

export function zoneOf(body: Body, field: string): string | null {
  const zone = exactTextOf(body, field);
  return zone === null || isTimeZone(zone) ? zone : note(body, field);
}

const WORD = /^[a-z][a-z0-9_ -]{0,63}$/i;

/** A word such as a status, in capitals. */
export function wordOf(body: Body, field: string): string | null {
  const value = body.fields[field];
  if (isNothing(value)) return null;
  return typeof value === "string" && WORD.test(value) ? value.toUpperCase() : note(body, field);
}

/** Null where the field is absent. Throws Unreadable where the field cannot be read. */
export function wordIfSet(body: Body, field: string): string | null {
  const word = wordOf(body, field);
  return word === null && !isNothing(body.fields[field]) ? refuse(body, field) : word;
}

export function flagOf(body: Body, field: string): boolean | null {
  const value = body.fields[field];
  if (isNothing(value)) return null;
  return typeof value === "boolean" ? value : note(body, field);
}

const ID = /^[1-9][0-9]{0,19}$/;

/** The number of an id or of a gid, as a string. Null for other values. */
export function idFrom(value: unknown): string | null {
  if (typeof value === "number") return Number.isSafeInteger(value) && value > 0 ? String(value) : null;
  if (typeof value !== "string") return null;
  const id = value.startsWith("gid://") ? (value.split("?")[0]?.split("/").at(-1) ?? "") : value;
  return ID.test(id) ? id : null;
}

export function idOf(body: Body, field = "id"): string | null {
  const value = body.fields[field];
  return isNothing(value) ? null : (idFrom(value) ?? note(body, field));
}

export const idNeeded = (body: Body, field = "id"): string => idFrom(body.fields[field]) ?? refuse(body, field);

const DECIMAL = /^-?\d{1,15}(?:\.\d{1,30})?$/;

function decimalFrom(value: unknown): string | null {
  if (typeof value !== "string" && typeof value !== "number") return null;
  const text = String(value);
  return DECIMAL.test(text) ? text : null;
}

/** A decimal as a string. */
export function decimalOf(body: Body, field: string): string | null {
  const value = body.fields[field];
  return isNothing(value) ? null : (decimalFrom(value) ?? note(body, field));
}

export const decimalNeeded = (body: Body, field: string): string =>
  decimalFrom(body.fields[field]) ?? refuse(body, field);

type Side = "shop_money" | "presentment_money";

/** Reads `FIELD_set`, which has the amount in the shop's and in the shopper's currency; else `FIELD`. */
function moneyIn(body: Body, field: string, side: Side): { value: string | null; isThere: boolean } {
  const amount = partOf(partOf(body, `${field}_set`), side).fields["amount"];
  const sent = isNothing(amount) ? body.fields[field] : amount;
  return { value: decimalFrom(sent), isThere: !isNothing(sent) };
}

export function moneyOf(body: Body, field: string, side: Side = "shop_money"): string | null {
  const { value, isThere } = moneyIn(body, field, side);
  return value === null && isThere ? note(body, field) : value;
}

export const moneyNeeded = (body: Body, field: string): string =>
  moneyIn(body, field, "shop_money").value ?? refuse(body, field);

/** Null where the field is absent. Throws Unreadable where the field cannot be read. */
export function moneyIfSet(body: Body, field: string, side: Side = "shop_money"): string | null {
  const { value, isThere } = moneyIn(body, field, side);
  return value === null && isThere ? refuse(body, field) : value;
}

/** The amount in the shopper's currency, from `FIELD_set`. Null where the body has only the shop's currency. */
export const presentedOf = (body: Body, field: string): string | null =>
  decimalOf(partOf(partOf(body, `${field}_set`), "presentment_money"), "amount");

const CURRENCY = /^[A-Z]{3}$/i;

/** ISO 4217. */
export function currencyOf(body: Body, field: string): string | null {
  const value = body.fields[field];
  if (isNothing(value)) return null;
  return typeof value === "string" && CURRENCY.test(value) ? value.toUpperCase() : note(body, field);
}

export const currencyNeeded = (body: Body, field: string): string => currencyOf(body, field) ?? refuse(body, field);

const INTEGER = /^\d{1,10}$/;
const MAX_INTEGER = 2_147_483_647;

/** A count. GraphQL sends 64-bit counts as strings. */
export function countOf(body: Body, field: string): number | null {
  const value = body.fields[field];
  if (isNothing(value)) return null;
  const number = typeof value === "string" && INTEGER.test(value) ? Number(value) : value;
  const isCount = typeof number === "number" && Number.isInteger(number) && number >= 0 && number <= MAX_INTEGER;
  return isCount ? number : note(body, field);
}

export const countNeeded = (body: Body, field: string): number => countOf(body, field) ?? refuse(body, field);

const MOMENT =
  /^(\d{4}-\d\d-(\d\d))[T ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:[.,](\d{1,3})\d*)? ?(?:(Z|UTC)|([+-]\d\d):?([0-5]\d))$/i;
/** An earlier date was never set: platforms write the years 0 and 1 for a missing date. */
const EARLIEST = Date.UTC(1900, 0, 1);
/** The source's clock may be ahead of ours, and its dates may be in another zone. A later date would be in the future. */
const MAX_AHEAD_MS = 86_400_000;

/** Milliseconds since 1970. NaN for a text that is not a valid date and time with an offset from UTC. */
function momentFrom(text: string): number {
  const [all, date, day, time, fraction = "0", utc, hours, minutes] = MOMENT.exec(text) ?? [];
  // Date.parse turns 30 February into 2 March, so the day is compared.
  if (all === undefined || new Date(`${date}T00:00:00Z`).getUTCDate() !== Number(day)) return Number.NaN;
  return Date.parse(`${date}T${time}.${fraction.padEnd(3, "0")}${utc ? "Z" : `${hours}:${minutes}`}`);
}

/** The dates that are believed, in milliseconds since 1970. */
type Span = { earliest?: number; latest: number };

/** When something happened: ISO 8601 in UTC. */
export const momentOf = (body: Body, field: string): string | null =>
  momentWithin(body, field, { latest: body.notes.now + MAX_AHEAD_MS });

/** A date outside the span is null and noted. */
export function momentWithin(body: Body, field: string, span: Span): string | null {
  const value = body.fields[field];
  return isNothing(value) ? null : (momentIn(value, span) ?? note(body, field));
}

/** Null for a value that is not a date and time within the span. */
export function momentIn(value: unknown, { earliest = EARLIEST, latest }: Span): string | null {
  const at = typeof value === "string" ? momentFrom(value) : Number.NaN;
  return at >= earliest && at <= latest ? new Date(at).toISOString() : null;
}

/** REST sends tags as one text with commas, GraphQL as a list. */
export function tagsOf(body: Body, field = "tags"): string[] {
  const value = body.fields[field];
  if (isNothing(value)) return [];
  const tags: unknown = typeof value === "string" ? value.split(",") : value;
  if (!Array.isArray(tags)) {
    note(body, field);
    return [];
  }
  const read = tags.flatMap((tag: unknown): string[] => {
    const text = typeof tag === "string" ? withoutInvisible(plain(tag) ?? "").trim() : undefined;
    if (text === undefined || text.length > MAX_SHORT_TEXT) note(body, field);
    return text && text.length <= MAX_SHORT_TEXT ? [text] : [];
  });
  return [...new Set(read)];
}
