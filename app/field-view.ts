// A field without its check, for forms in the browser. A form has a text for each input, under the input's name; within a group the
// name is `group.name`.
import { own } from "./own.ts";

export type Input =
  | ("text" | "long-text" | "percent" | "money" | "number" | "choice" | "toggle" | "url" | "list" | "group")
  | ("product" | "products" | "collection" | "collections");

/** By name of another field in the same form, the value that the other field must have, or a list of possible values. */
export type Condition = Readonly<Record<string, string | boolean | readonly string[]>>;

export type FieldView = {
  /** Which input the form draws. */
  input: Input;
  /** Locale key. */
  label: string;
  help?: string;
  optional: boolean;
  initial?: unknown;
  choices?: readonly { value: string; label: string }[];
  /** The most values of a list. */
  max?: number;
  /** If the condition is false, the field is not drawn, not checked and not stored. */
  when?: Condition;
  /** The fields of a group. */
  fields?: FieldViews;
};
export type FieldViews = Readonly<Record<string, FieldView>>;

export type Texts = Record<string, string>;

/** An object that is not a list has no text. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join("\n");
  return value === null || value === undefined || typeof value === "object" ? "" : String(value);
}

/** The values of a group, from a stored object under the group's name, or from a form's names that begin with `group.`. */
export function partOf(given: Record<string, unknown>, name: string): Record<string, unknown> {
  const stored = own(given, name);
  const typed = Object.entries(given).filter(([each]) => each.startsWith(`${name}.`));
  return {
    ...(typeof stored === "object" && stored !== null ? stored : {}),
    ...Object.fromEntries(typed.map(([each, value]) => [each.slice(name.length + 1), value])),
  };
}

/** Whether a field's conditions are true, and those of the fields that it depends on. `given`: stored values or a form's texts. */
export function isShown(fields: FieldViews, name: string, given: Record<string, unknown>): boolean {
  const field = own(fields, name);
  return Object.entries(field?.when ?? {}).every(([other, wanted]) => {
    const text = textOf(own(given, other) ?? own(fields, other)?.initial);
    const values = Array.isArray(wanted) ? wanted : [String(wanted)];
    return values.includes(text) && other !== name && isShown(fields, other, given);
  });
}

/** The texts with which a form begins, also of hidden fields: the given value, else the field's initial value, else its first choice. */
export const textsOf = (fields: FieldViews, given: Record<string, unknown> = {}): Texts =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, { fields: inner, initial, choices }]): [string, string][] =>
      inner
        ? Object.entries(textsOf(inner, partOf(given, name))).map(([each, text]) => [`${name}.${each}`, text])
        : [[name, textOf(own(given, name) ?? initial ?? choices?.[0]?.value)]],
    ),
  );

/** The inputs that a form shows for these texts, in the form's order. A group is replaced by its inputs. */
export const shownInputs = (fields: FieldViews, texts: Record<string, unknown>): [string, FieldView][] =>
  Object.entries(fields).flatMap(([name, field]): [string, FieldView][] => {
    if (!isShown(fields, name, texts)) return [];
    if (!field.fields) return [[name, field]];
    return shownInputs(field.fields, partOf(texts, name)).map(([each, inner]) => [`${name}.${each}`, inner]);
  });
