// Single values out of a body. What a database cannot hold is taken out of texts; what has no sense where it is needed is
// Unreadable, and the webhook is held up with the field's name.

/** The body has a field that cannot be read. */
export class Unreadable extends Error {
  readonly field: string;
  constructor(field: string) {
    super(`unreadable: ${field}`);
    this.name = "Unreadable";
    this.field = field;
  }
}

export type Json = { readonly [name: string]: unknown };

const NOTHING: Json = {};
const isObject = (value: unknown): value is Json =>
  value !== null && typeof value === "object" && !Array.isArray(value);

export const objectOf = (value: unknown): Json => (isObject(value) ? value : NOTHING);
export const objectsOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

const LONGEST = 10_000;

/** Null for what is no text, and for an empty one. No NUL, no half of a surrogate pair. */
export function textOf(value: unknown, longest = LONGEST): string | null {
  if (typeof value === "number") return String(value);
  if (typeof value !== "string" || value === "") return null;
  const clean = value.includes("\0") ? value.replaceAll("\0", "") : value;
  const cut = clean.length > longest ? clean.slice(0, longest) : clean;
  return cut.isWellFormed() ? cut : cut.toWellFormed();
}

/** Text that an index holds. */
export const shortTextOf = (value: unknown): string | null => textOf(value, 320);

export const capitalsOf = (value: unknown): string | null => shortTextOf(value)?.toUpperCase() ?? null;

const ID = /^[0-9]{1,20}$/;

/** The number of an id or of a gid, as text. */
export function idOf(value: unknown): string | null {
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? String(value) : null;
  if (typeof value !== "string") return null;
  const id = value.startsWith("gid://") ? (value.split("?")[0]?.split("/").at(-1) ?? "") : value;
  return ID.test(id) ? id : null;
}

export function idNeeded(body: Json, field: string): string {
  return idOf(body[field]) ?? refuse(field);
}

function refuse(field: string): never {
  throw new Unreadable(field);
}

const DECIMAL = /^-?\d{1,15}(?:\.\d{1,30})?$/;

/** A decimal as text. Null for nothing; Unreadable for what is no decimal. */
export function decimalOf(value: unknown, field: string): string | null {
  if (value === null || value === undefined || value === "") return null;
  const text = String(value);
  return DECIMAL.test(text) ? text : refuse(field);
}

/** Out of `total_price_set`, else `total_price`: the set tells the shop's money from the shopper's. */
export function moneyOf(
  body: Json,
  field: string,
  side: "shop_money" | "presentment_money" = "shop_money",
): string | null {
  const set = objectOf(objectOf(body[`${field}_set`])[side])["amount"];
  return decimalOf(set ?? body[field], field);
}

/** Out of `total_price_set`; null where only the shop's money is told. */
export const presentedOf = (body: Json, field: string): string | null =>
  decimalOf(objectOf(objectOf(body[`${field}_set`])["presentment_money"])["amount"], field);

const LARGEST_INTEGER = 2_147_483_647;

export function integerOf(value: unknown, field: string): number {
  const number = Number(value ?? 0);
  return Number.isInteger(number) && Math.abs(number) <= LARGEST_INTEGER ? number : refuse(field);
}

const LAST_MOMENT = 253_402_300_800_000;

/** ISO 8601 in UTC. Null for nothing; Unreadable for what is no moment of the years 1 to 9999. */
export function momentOf(value: unknown, field: string): string | null {
  if (value === null || value === undefined || value === "") return null;
  const at = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return at > -62_135_596_800_000 && at < LAST_MOMENT ? new Date(at).toISOString() : refuse(field);
}

/** REST writes tags as one text with commas, GraphQL as a list. */
export function tagsOf(value: unknown): string[] {
  const tags = Array.isArray(value) ? value : typeof value === "string" ? value.split(",") : [];
  return [...new Set(tags.flatMap((tag) => shortTextOf(typeof tag === "string" ? tag.trim() : null) ?? []))];
}
