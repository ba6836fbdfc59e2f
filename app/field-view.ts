// A field as a form sees it, without its check: what a browser needs. A form holds texts by the names of its inputs,
// `group.name` within a group.
import { own } from "./own.ts";

export type Input =
  | ("text" | "long-text" | "percent" | "money" | "number" | "choice" | "toggle" | "url" | "list" | "group")
  | ("product" | "products" | "collection" | "collections");

/** The values that fields beside it must have; of a list of values one. */
export type Condition = Readonly<Record<string, string | boolean | readonly string[]>>;

export type FieldView = {
  /** Which input the form draws. */
  input: Input;
  /** Key of a locale file. */
  label: string;
  help?: string;
  optional: boolean;
  initial?: unknown;
  choices?: readonly { value: string; label: string }[];
  /** How many a list holds at most. */
  max?: number;
  /** Where this does not hold, the field is neither drawn, checked nor kept. */
  when?: Condition;
  /** What a group consists of. */
  fields?: FieldViews;
};
export type FieldViews = Readonly<Record<string, FieldView>>;

export type Texts = Record<string, string>;

export function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return Array.isArray(value) ? value.join("\n") : String(value);
}

/** What is given of a group, be it an object under its name or names that begin with its own. */
export function partOf(given: Record<string, unknown>, name: string): Record<string, unknown> {
  const stored = own(given, name);
  const typed = Object.entries(given).filter(([each]) => each.startsWith(`${name}.`));
  return {
    ...(typeof stored === "object" && stored !== null ? stored : {}),
    ...Object.fromEntries(typed.map(([each, value]) => [each.slice(name.length + 1), value])),
  };
}

/** Whether the conditions of a field hold, and those of the fields that it depends on. `given`: as it is stored or typed. */
export function isShown(fields: FieldViews, name: string, given: Record<string, unknown>): boolean {
  const field = own(fields, name);
  return Object.entries(field?.when ?? {}).every(([other, wanted]) => {
    const text = textOf(own(given, other) ?? own(fields, other)?.initial);
    const values = Array.isArray(wanted) ? wanted : [String(wanted)];
    return values.includes(text) && other !== name && isShown(fields, other, given);
  });
}

/** As a form begins: what is given, else what a field begins with, else its first choice. Hidden ones are there too. */
export const textsOf = (fields: FieldViews, given: Record<string, unknown> = {}): Texts =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, { fields: inner, initial, choices }]): [string, string][] =>
      inner
        ? Object.entries(textsOf(inner, partOf(given, name))).map(([each, text]) => [`${name}.${each}`, text])
        : [[name, textOf(own(given, name) ?? initial ?? choices?.[0]?.value)]],
    ),
  );

/** The inputs that a form shows now, in its order, groups opened. */
export const shownInputs = (fields: FieldViews, texts: Record<string, unknown>): [string, FieldView][] =>
  Object.entries(fields).flatMap(([name, field]): [string, FieldView][] => {
    if (!isShown(fields, name, texts)) return [];
    if (!field.fields) return [[name, field]];
    return shownInputs(field.fields, partOf(texts, name)).map(([each, inner]) => [`${name}.${each}`, inner]);
  });
