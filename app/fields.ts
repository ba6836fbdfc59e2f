// A field is defined once: the definition gives its type, its check and its form input. field-view.ts has the part for the browser.
import { digitsOf } from "./currency.ts";
import { plainNumber } from "./decimal.ts";
import { refused, type Fault, type Outcome } from "./errors.ts";
import { isShown, partOf, textOf, type Condition, type FieldView, type FieldViews } from "./field-view.ts";
import { withoutInvisible } from "./invisible.ts";
import { own } from "./own.ts";

export type Parsed<T> = { ok: true; value: T } | { ok: false; fault: Fault };

export type Field<T> = Omit<FieldView, "initial" | "fields"> & {
  initial: T | null;
  fields?: Fields;
  /**
   * `input`: a form's text, or a stored JSON value. `currency`: an amount of money may have as many decimal places as this
   * currency has. Undefined: 4 decimal places, whatever the currency.
   */
  parse(input: unknown, currency?: string): Parsed<T>;
};

export type Fields = Record<string, Field<unknown>>;
export type Values<F extends Fields> = { [K in keyof F]: F[K] extends Field<infer T> ? T : never };

type Options<T> = { help?: string; optional?: boolean; initial?: T; max?: number; min?: number };

/** `key`: in the app's own locale file. */
const fail = (key: string, parameters?: Record<string, string | number>): { ok: false; fault: Fault } => ({
  ok: false,
  fault: { key: `app.${key}`, ...(parameters ? { parameters } : {}) },
});

function define<T>(
  input: Field<T>["input"],
  label: string,
  options: Options<T>,
  read: (text: string, currency?: string) => Parsed<T>,
  /** The value of an optional field that is empty. Undefined: `read` handles the empty text. */
  nothing?: T,
): Field<T> {
  const optional = options.optional ?? false;
  return {
    input,
    label,
    ...(options.help ? { help: options.help } : {}),
    optional,
    initial: options.initial ?? null,
    parse(raw, currency) {
      if (!hasText(raw)) return fail("field.missing");
      const text = withoutInvisible(textOf(raw)).trim();
      if (text === "" && !optional) return fail("field.missing");
      if (text === "" && nothing !== undefined) return { ok: true, value: nothing };
      return read(text, currency);
    },
  };
}

/** Neither an object nor a list that holds objects: these can't be typed into an input. */
const hasText = (raw: unknown): boolean =>
  Array.isArray(raw) ? raw.every(hasText) : typeof raw !== "object" || raw === null;

const bounded = (text: string, max: number): Parsed<string> =>
  text.length > max ? fail("field.too_long", { max }) : { ok: true, value: text };

type NumberOptions = Options<unknown> & { decimals: number };

function readNumber(given: string, { min, max, decimals }: NumberOptions): Parsed<string> {
  const text = given.replace(/^\+/, "").replace(/^(-?)\./, "$10.");
  const [, whole = "", fraction = ""] = /^(-?\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === "") return fail(/^-?\d+,\d+$/.test(text) ? "field.comma" : "field.not_a_number");
  if (fraction.length > decimals)
    return decimals === 0 ? fail("field.not_whole") : fail("field.too_precise", { max: decimals });
  const number = Number(text);
  if (min !== undefined && number < min) return fail("field.too_small", { min });
  if (max !== undefined && number > max) return fail("field.too_large", { max });
  return { ok: true, value: text };
}

const LARGEST_NUMBER = 999_999_999_999_999;

export const field = {
  text: (label: string, options: Options<string> = {}) =>
    define<string>("text", label, options, (text) => bounded(text, options.max ?? 255)),
  longText: (label: string, options: Options<string> = {}) =>
    define<string>("long-text", label, options, (text) => bounded(text, options.max ?? 5000)),
  url: (label: string, options: Options<string> = {}) =>
    define<string>("url", label, options, (text) =>
      text === "" || /^\/(?!\/)[^\s]*$/.test(text) || (/^https:\/\/[^\s]+$/.test(text) && URL.canParse(text))
        ? bounded(text, 2000)
        : fail("field.not_an_address"),
    ),
  /** A decimal string, "12.5" is 12.5 %. */
  percent: (label: string, options: Options<string> = {}) =>
    define<string>(
      "percent",
      label,
      options,
      (text) => readNumber(text, { min: 0.01, max: 100, ...options, decimals: 2 }),
      "",
    ),
  /** A decimal string in the shop's currency. */
  money: (label: string, options: Options<string> = {}) =>
    define<string>(
      "money",
      label,
      options,
      (text, currency) =>
        readNumber(text, {
          ...{ min: 0, max: LARGEST_NUMBER, ...options },
          decimals: currency === undefined ? 4 : digitsOf(currency),
        }),
      "",
    ),
  integer: (label: string, options: Omit<Options<number>, "optional"> = {}) =>
    define<number>("number", label, options, (text) => {
      const read = readNumber(text, { min: -LARGEST_NUMBER, max: LARGEST_NUMBER, ...options, decimals: 0 });
      return read.ok ? { ok: true, value: Number(read.value) } : read;
    }),
  toggle: (label: string, options: Options<boolean> = {}) =>
    define<boolean>("toggle", label, { ...options, optional: true }, (text) => ({
      ok: true,
      value: text === "true" || text === "on",
    })),
  choice: <const V extends string>(
    label: string,
    choices: Record<V, string>,
    options: Omit<Options<NoInfer<V>>, "optional"> = {},
  ) => ({
    ...define<V>("choice", label, options, (text) =>
      Object.hasOwn(choices, text) ? { ok: true, value: text as V } : fail("field.not_a_choice"),
    ),
    choices: Object.entries<string>(choices).map(([value, name]) => ({ value, label: name })),
  }),
  /** The id of a product of the shop, such as `632910392`; "" for none. The check does not ask whether the product exists. */
  product: (label: string, options: Options<string> = {}) =>
    define<string>("product", label, options, (text) => idIn(text, "field.not_a_product")),
  /** The id of a collection of the shop; "" for none. The check does not ask whether the collection exists. */
  collection: (label: string, options: Options<string> = {}) =>
    define<string>("collection", label, options, (text) => idIn(text, "field.not_a_collection")),
  /** One value a line; empty lines are left out. */
  list: (label: string, options: Options<string[]> = {}) => listOf("list", label, options),
  /** Ids of products. */
  products: (label: string, options: Options<string[]> = {}) =>
    listOf("products", label, options, "field.not_a_product"),
  /** Ids of collections. */
  collections: (label: string, options: Options<string[]> = {}) =>
    listOf("collections", label, options, "field.not_a_collection"),
  /** Fields under a common title. The value is an object of the fields' values. */
  group: <F extends Fields>(label: string, fields: F, { help }: { help?: string } = {}): Field<Values<F>> => ({
    ...{ input: "group", label, optional: false, initial: null, fields, ...(help ? { help } : {}) },
    parse(raw, currency) {
      const read = parseFields(fields, partOf({ raw }, "raw"), currency);
      return read.ok ? read : { ok: false, fault: read.faults[0] ?? { key: "app.field.missing" } };
    },
  }),
  /** A field that exists only while other fields have the given values: `field.when({ how: "code" }, field.text("…"))`. */
  when: <T>(condition: Condition, only: Field<T>): Field<T | undefined> => ({ ...only, when: condition }),
};

const idIn = (text: string, fault: string): Parsed<string> =>
  /^\d{0,32}$/.test(text) ? { ok: true, value: text } : fail(fault);

/** `fault`: the key of the fault for a line that is not an id, which is listed once. Undefined: lines may be any text. */
function listOf(input: FieldView["input"], label: string, options: Options<string[]>, fault?: string): Field<string[]> {
  const max = options.max ?? 50;
  const list = define<string[]>(input, label, options, (text) => {
    const lines = text
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
    const value = fault ? [...new Set(lines)] : lines;
    if (value.length > max) return fail("field.too_many", { max });
    const wrong = fault && value.map((line) => idIn(line, fault)).find(({ ok }) => !ok);
    return wrong && !wrong.ok ? wrong : { ok: true, value };
  });
  return { ...list, max };
}

export const viewFields = (fields: Fields): FieldViews =>
  Object.fromEntries(
    Object.entries(fields).map(([name, { parse: _, fields: inner, ...view }]) => [
      name,
      { ...view, ...(inner ? { fields: viewFields(inner) } : {}) },
    ]),
  );

const NUMBERS = new Set<Field<unknown>["input"]>(["percent", "money", "number"]);

/** A form's texts, with numbers as they are stored. `locale`: the language in which numbers were typed. */
export const plainTexts = (fields: Fields, texts: Record<string, unknown>, locale: string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      const field = fieldAt(fields, name);
      if (field?.fields && text instanceof Object) return [name, plainTexts(field.fields, { ...text }, locale)];
      const isNumber = NUMBERS.has(field?.input ?? "text");
      return [name, isNumber && typeof text === "string" ? plainNumber(text, locale) : text];
    }),
  );

/** By the name of its input, `group.name` within a group. */
function fieldAt(fields: Fields, name: string): Field<unknown> | undefined {
  const [group = "", ...rest] = name.split(".");
  const found = own(fields, group);
  return rest.length === 0 ? found : fieldAt(found?.fields ?? {}, rest.join("."));
}

/**
 * Refuses with the faults of all fields at once, each with its field's name (`group.name` within a group). Fields that conditions
 * hide are left out. `currency`: as for a single field.
 */
export function parseFields<F extends Fields>(
  fields: F,
  input: Record<string, unknown>,
  currency?: string,
): Outcome<{ value: Values<F> }> {
  const value: Record<string, unknown> = {};
  const faults: Fault[] = [];
  for (const [name, definition] of Object.entries(fields)) {
    if (!isShown(fields, name, input)) continue;
    if (definition.fields) {
      const group = parseFields(definition.fields, partOf(input, name), currency);
      if (group.ok) value[name] = group.value;
      else faults.push(...group.faults.map((fault) => ({ ...fault, field: `${name}.${fault.field}` })));
      continue;
    }
    const parsed = definition.parse(own(input, name) ?? definition.initial, currency);
    if (parsed.ok) value[name] = parsed.value;
    else faults.push({ ...parsed.fault, field: name });
  }
  return faults.length > 0 ? refused(...faults) : { ok: true, value: value as Values<F> };
}
