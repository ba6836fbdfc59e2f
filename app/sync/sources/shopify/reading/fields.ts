// Single values out of a body. Null is for what is not there, and for what cannot be read: that is noted besides. A field
// without which there is no row (`…Needed`) is Unreadable instead.
import { withoutInvisible } from "../../../../invisible.ts";
import { note, partOf, plain, refuse, type Body } from "../../../body.ts";

const LONGEST = 10_000;
/** What an index holds. */
const SHORT = 320;

const isNothing = (value: unknown) => value === null || value === undefined || value === "";

/** As people write it, in any script. One that is too long is cut, and that is noted. */
export function textOf(body: Body, field: string, longest = LONGEST): string | null {
  const value = body.fields[field];
  if (isNothing(value)) return null;
  const text = plain(value);
  if (text === null) return note(body, field);
  if (text.length <= longest) return text;
  note(body, field);
  return text.slice(0, longest).toWellFormed();
}

/** A name, a place: what a person looks for by typing it. */
export const shortTextOf = (body: Body, field: string): string | null => visibleOf(textOf(body, field, SHORT));

/** Without what nobody sees and nobody types; null where nothing is left. */
const visibleOf = (text: string | null): string | null => (text && withoutInvisible(text)) || null;

/** An address, a code, a token: a piece of it would be another one. */
export function exactTextOf(body: Body, field: string): string | null {
  const value = body.fields[field];
  if (isNothing(value)) return null;
  const text = plain(value);
  return text === null || text.length > SHORT ? note(body, field) : visibleOf(text);
}

const WORD = /^[a-z][a-z0-9_ -]{0,63}$/i;

/** A word of a closed list, in capitals. */
export function wordOf(body: Body, field: string): string | null {
  const value = body.fields[field];
  if (isNothing(value)) return null;
  return typeof value === "string" && WORD.test(value) ? value.toUpperCase() : note(body, field);
}

/** Null where it is not told; Unreadable where it is told and cannot be read. */
export function wordTold(body: Body, field: string): string | null {
  const word = wordOf(body, field);
  return word === null && !isNothing(body.fields[field]) ? refuse(body, field) : word;
}

export function flagOf(body: Body, field: string): boolean | null {
  const value = body.fields[field];
  if (isNothing(value)) return null;
  return typeof value === "boolean" ? value : note(body, field);
}

const ID = /^[1-9][0-9]{0,19}$/;

/** The number of an id or of a gid, as text. Null where it is none. */
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

/** A decimal as text. */
export function decimalOf(body: Body, field: string): string | null {
  const value = body.fields[field];
  return isNothing(value) ? null : (decimalFrom(value) ?? note(body, field));
}

export const decimalNeeded = (body: Body, field: string): string =>
  decimalFrom(body.fields[field]) ?? refuse(body, field);

type Side = "shop_money" | "presentment_money";

/** Out of `total_price_set`, else `total_price`: the set tells the shop's money from the shopper's. */
function moneyIn(body: Body, field: string, side: Side): { value: string | null; isThere: boolean } {
  const amount = partOf(partOf(body, `${field}_set`), side).fields["amount"];
  const told = isNothing(amount) ? body.fields[field] : amount;
  return { value: decimalFrom(told), isThere: !isNothing(told) };
}

export function moneyOf(body: Body, field: string, side: Side = "shop_money"): string | null {
  const { value, isThere } = moneyIn(body, field, side);
  return value === null && isThere ? note(body, field) : value;
}

export const moneyNeeded = (body: Body, field: string): string =>
  moneyIn(body, field, "shop_money").value ?? refuse(body, field);

/** Null where it is not told; Unreadable where it is told and cannot be read. */
export function moneyTold(body: Body, field: string, side: Side = "shop_money"): string | null {
  const { value, isThere } = moneyIn(body, field, side);
  return value === null && isThere ? refuse(body, field) : value;
}

/** Out of `total_price_set`; null where only the shop's money is told. */
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
const LARGEST_INTEGER = 2_147_483_647;

/** A count. GraphQL writes the long ones as text. */
export function countOf(body: Body, field: string): number | null {
  const value = body.fields[field];
  if (isNothing(value)) return null;
  const number = typeof value === "string" && INTEGER.test(value) ? Number(value) : value;
  const isCount = typeof number === "number" && Number.isInteger(number) && number >= 0 && number <= LARGEST_INTEGER;
  return isCount ? number : note(body, field);
}

export const countNeeded = (body: Body, field: string): number => countOf(body, field) ?? refuse(body, field);

const MOMENT =
  /^(\d{4}-\d\d-(\d\d))[T ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:[.,](\d{1,3})\d*)? ?(?:(Z|UTC)|([+-]\d\d):?([0-5]\d))$/i;
/** What is dated earlier is a date that was never set: platforms write the years 0 and 1 for it. */
const EARLIEST = Date.UTC(1900, 0, 1);

/** Milliseconds since 1970; NaN for what is no moment of any calendar. Without an offset it could be any of many. */
function momentFrom(text: string): number {
  const [all, date, day, time, fraction = "0", utc, hours, minutes] = MOMENT.exec(text) ?? [];
  // A month has no more days than it has: Date.parse makes 2 March of 30 February.
  if (all === undefined || new Date(`${date}T00:00:00Z`).getUTCDate() !== Number(day)) return Number.NaN;
  return Date.parse(`${date}T${time}.${fraction.padEnd(3, "0")}${utc ? "Z" : `${hours}:${minutes}`}`);
}

/** When something happened: ISO 8601 in UTC. */
export function momentOf(body: Body, field: string): string | null {
  const value = body.fields[field];
  return isNothing(value) ? null : (momentIn(value, body.notes.latest) ?? note(body, field));
}

/** `latest`: in milliseconds. Null for what is no moment up to then. */
export function momentIn(value: unknown, latest: number): string | null {
  const at = typeof value === "string" ? momentFrom(value) : Number.NaN;
  return at >= EARLIEST && at <= latest ? new Date(at).toISOString() : null;
}

/** REST writes tags as one text with commas, GraphQL as a list. */
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
    if (text === undefined || text.length > SHORT) note(body, field);
    return text && text.length <= SHORT ? [text] : [];
  });
  return [...new Set(read)];
}
