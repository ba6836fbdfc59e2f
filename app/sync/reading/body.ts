// A JSON object while a reader reads it: its fields, its path within the whole body, and the fields that cannot be read.
import type { Instant } from "../../instant.ts";
import { storable } from "../../storable.ts";

export type Json = { readonly [name: string]: unknown };

/** Thrown where a row cannot be stored without this field. The row is held up, and the other rows of its batch are applied. */
export class Unreadable extends Error {
  readonly field: string;
  constructor(field: string) {
    super(`unreadable: ${field}`);
    this.name = "Unreadable";
    this.field = field;
  }
}

type Notes = {
  /** Paths of fields that are present and cannot be read: the row is stored without them, and the sync page names them. */
  fields: Set<string>;
  /** When the body was sent or when it arrived, whichever is later, in milliseconds since 1970. */
  now: number;
};

export type Body = { readonly fields: Json; readonly path: string; readonly notes: Notes };

/** `now`: when the body was sent or when it arrived, whichever is later. */
export const bodyOf = (fields: Json, now: Instant): Body => ({
  fields,
  path: "",
  notes: { fields: new Set(), now: now.getTime() },
});

export const nameIn = (body: Body, field: string): string => body.path + field;

/** Records that a field cannot be read. Always null: the reader's value for the field. */
export function note(body: Body, field: string): null {
  body.notes.fields.add(nameIn(body, field));
  return null;
}

export function refuse(body: Body, field: string): never {
  throw new Unreadable(nameIn(body, field));
}

export const isObject = (value: unknown): value is Json =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** Throws Unreadable where the value is not an object. */
export function objectFrom(parsed: unknown): Json {
  if (!isObject(parsed)) throw new Unreadable("body");
  return parsed;
}

const NO_FIELDS: Json = {};

/** The object in a field. An object without fields where the field is absent, or is not an object, which is noted. */
export function partOf(body: Body, field: string): Body {
  const value = body.fields[field];
  const isThere = isObject(value);
  if (!isThere && value !== null && value !== undefined) note(body, field);
  return { fields: isThere ? value : NO_FIELDS, path: `${nameIn(body, field)}.`, notes: body.notes };
}

/** Reads each object of a list. An item that is not an object, or is Unreadable, is left out and noted. */
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

/** A list as an object whose field names are the indexes, for fields that refer to an item by its index. */
export function indexedOf(body: Body, field: string): Body {
  const value = body.fields[field];
  const isList = Array.isArray(value);
  if (isList ? !value.every(isObject) : value !== null && value !== undefined) note(body, field);
  return { fields: isList ? { ...value } : NO_FIELDS, path: `${nameIn(body, field)}.`, notes: body.notes };
}

/** A text as PostgreSQL can store it. A finite number becomes a text; null for other values. */
export function plain(value: unknown): string | null {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : null;
  return typeof value === "string" ? storable(value) : null;
}
