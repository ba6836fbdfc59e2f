// One JSON object under reading: its fields, where it stands in what was sent, and what could not be read of it so far.
import type { Instant } from "../instant.ts";

export type Json = { readonly [name: string]: unknown };

/** The row itself cannot be kept without this field, and is held up. Its neighbours go on. */
export class Unreadable extends Error {
  readonly field: string;
  constructor(field: string) {
    super(`unreadable: ${field}`);
    this.name = "Unreadable";
    this.field = field;
  }
}

type Notes = {
  /** Details that are there and cannot be read: the row is stored without them, and the merchant is told. */
  fields: Set<string>;
  /** What is dated later than this, in milliseconds, is no date of something that has happened. */
  latest: number;
};

export type Body = { readonly fields: Json; readonly path: string; readonly notes: Notes };

/** The platform's clock and ours may differ, and so may the days of their zones. */
const AHEAD_MS = 86_400_000;

/** `now`: when the body was made or arrived, whichever is later. */
export const bodyOf = (fields: Json, now: Instant): Body => ({
  fields,
  path: "",
  notes: { fields: new Set(), latest: now.getTime() + AHEAD_MS },
});

export const nameIn = (body: Body, field: string): string => body.path + field;

/** The detail is left out. */
export function note(body: Body, field: string): null {
  body.notes.fields.add(nameIn(body, field));
  return null;
}

export function refuse(body: Body, field: string): never {
  throw new Unreadable(nameIn(body, field));
}

export const isObject = (value: unknown): value is Json =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** Throws where it is no object: no source sends anything else. */
export function objectFrom(parsed: unknown): Json {
  if (!isObject(parsed)) throw new Unreadable("body");
  return parsed;
}

const NOTHING: Json = {};

/** An object within the object; one without fields where there is none. */
export function partOf(body: Body, field: string): Body {
  const value = body.fields[field];
  const isThere = isObject(value);
  if (!isThere && value !== null && value !== undefined) note(body, field);
  return { fields: isThere ? value : NOTHING, path: `${nameIn(body, field)}.`, notes: body.notes };
}

/** Each of a list of objects. One that is none, or that cannot be kept, is left out and noted by itself. */
export function eachOf<T>(body: Body, field: string, read: (item: Body) => T): T[] {
  const value = body.fields[field];
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) {
    note(body, field);
    return [];
  }
  const path = `${nameIn(body, field)}.`;
  return value.flatMap((fields: unknown): T[] => {
    if (!isObject(fields)) {
      note(body, field);
      return [];
    }
    try {
      return [read({ fields, path, notes: body.notes })];
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      body.notes.fields.add(error.field);
      return [];
    }
  });
}

/** A list as an object whose fields are its places, for what points into it by number. */
export function placesOf(body: Body, field: string): Body {
  const value = body.fields[field];
  const isList = Array.isArray(value);
  if (isList ? !value.every(isObject) : value !== null && value !== undefined) note(body, field);
  return { fields: isList ? { ...value } : NOTHING, path: `${nameIn(body, field)}.`, notes: body.notes };
}

/** A text as a database can hold it: no NUL, no half of a surrogate pair. Null where it is no text. */
export function plain(value: unknown): string | null {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : null;
  if (typeof value !== "string") return null;
  const clean = value.includes("\0") ? value.replaceAll("\0", "") : value;
  return clean.isWellFormed() ? clean : clean.toWellFormed();
}
