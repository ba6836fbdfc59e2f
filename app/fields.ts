// A field is defined once: the definition gives its type, its check and its form input.
import { plainNumber } from "./decimal.ts";
import { refused, type Fault, type Outcome } from "./errors.ts";
import { withoutInvisible } from "./invisible.ts";
import { own } from "./own.ts";

export type Parsed<T> = { ok: true; value: T } | { ok: false; fault: Fault };

export type Field<T> = {
  /** Which input the form draws. */
  input: "text" | "long-text" | "percent" | "money" | "number" | "choice" | "toggle" | "product" | "url" | "list";
  /** Locale key. */
  label: string;
  help?: string;
  optional: boolean;
  initial: T | null;
  choices?: readonly { value: string; label: string }[];
  /** `input`: a form's text, or a stored JSON value. */
  parse(input: unknown): Parsed<T>;
};

/** A Field without its check, for the browser. */
export type FieldView = Omit<Field<unknown>, "parse" | "initial"> & { initial?: unknown };

export type Fields = Record<string, Field<unknown>>;
export type Values<F extends Fields> = { [K in keyof F]: F[K] extends Field<infer T> ? T : never };

type Options<T> = { help?: string; optional?: boolean; initial?: T; max?: number; min?: number };

/** The words are in the app's own locale file. */
const fail = (key: string, parameters?: Record<string, string | number>): { ok: false; fault: Fault } => ({
  ok: false,
  fault: { key: `app.${key}`, ...(parameters ? { parameters } : {}) },
});

function define<T>(
  input: Field<T>["input"],
  label: string,
  options: Options<T>,
  read: (text: string) => Parsed<T>,
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
    parse(raw) {
      const text = raw === null || raw === undefined ? "" : withoutInvisible(String(raw)).trim();
      if (text === "" && !optional) return fail("field.missing");
      if (text === "" && nothing !== undefined) return { ok: true, value: nothing };
      return read(text);
    },
  };
}

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
      text === "" || /^(https:\/\/|\/(?!\/))[^\s]*$/.test(text) ? bounded(text, 2000) : fail("field.not_an_address"),
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
      (text) => readNumber(text, { min: 0, max: LARGEST_NUMBER, ...options, decimals: 4 }),
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
  /** The id of a product of the shop; the parse does not check that the product exists. */
  product: (label: string, options: Options<string> = {}) =>
    define<string>("product", label, options, (text) =>
      /^\d*$/.test(text) ? bounded(text, 32) : fail("field.not_a_product"),
    ),
  /** One value a line; empty lines are left out. */
  list: (label: string, options: Options<string[]> = {}) => {
    const lines = define<string[]>("list", label, options, (text) => {
      const value = text
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean);
      return value.length > (options.max ?? 50)
        ? fail("field.too_many", { max: options.max ?? 50 })
        : { ok: true, value };
    });
    return { ...lines, parse: (raw: unknown) => lines.parse(Array.isArray(raw) ? raw.join("\n") : raw) };
  },
};

const NUMBERS = new Set<Field<unknown>["input"]>(["percent", "money", "number"]);

/** Refuses with the faults of all fields at once. `locale`: the language in which numbers were typed; undefined for stored values. */
export function parseFields<F extends Fields>(
  fields: F,
  input: Record<string, unknown>,
  locale?: string,
): Outcome<{ value: Values<F> }> {
  const value: Record<string, unknown> = {};
  const faults: Fault[] = [];
  for (const [name, definition] of Object.entries(fields)) {
    const given = own(input, name) ?? definition.initial;
    const isTyped = locale !== undefined && typeof given === "string" && NUMBERS.has(definition.input);
    const parsed = definition.parse(isTyped ? plainNumber(given, locale) : given);
    if (parsed.ok) value[name] = parsed.value;
    else faults.push({ ...parsed.fault, field: name });
  }
  return faults.length > 0 ? refused(...faults) : { ok: true, value: value as Values<F> };
}
