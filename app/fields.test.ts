import { expect, test } from "vitest";
import { shownInputs, textsOf } from "./field-view.ts";
import { field, parseFields, plainTexts, type Fields } from "./fields.ts";

const fields = {
  percent: field.percent("a.percent"),
  money: field.money("a.money"),
  whole: field.integer("a.whole", { min: 1, max: 30 }),
};

const readTyped = (of: Fields, texts: Record<string, unknown>, locale: string) =>
  parseFields(of, plainTexts(of, texts, locale));

test.each([
  ["percent", "abc", "not_a_number"],
  ["percent", "12,5", "comma"],
  ["percent", "12.345", "too_precise"],
  ["percent", "-5", "too_small"],
  ["percent", "0", "too_small"],
  ["percent", "1200", "too_large"],
  ["percent", "", "missing"],
  ["money", "12.34567", "too_precise"],
  ["money", "-1", "too_small"],
  ["money", "1e3", "not_a_number"],
  ["whole", "2.5", "not_whole"],
  ["whole", "2,5", "comma"],
  ["whole", "31", "too_large"],
] as const)("the fault of a %s of “%s” is %s", (name, text, key) => {
  const read = readTyped({ [name]: fields[name] }, { [name]: text }, "en");
  expect(read).toMatchObject({ ok: false, faults: [{ key: `app.field.${key}`, field: name }] });
});

test.each([
  ["percent", "12,5", "de", "12.5"],
  ["percent", "12.5", "de", "12.5"],
  ["percent", "+5", "en", "5"],
  ["percent", ".5", "en", "0.5"],
  ["money", "1.234,50", "de", "1234.50"],
  ["money", "1,234.50", "en", "1234.50"],
  ["money", "1 234,50", "fr", "1234.50"],
] as const)("a %s of “%s” typed in %s is %s", (name, text, locale, value) => {
  expect(readTyped({ [name]: fields[name] }, { [name]: text }, locale)).toEqual({
    ok: true,
    value: { [name]: value },
  });
});

test.each([
  ["GBP", "5.555", "too_precise"],
  ["JPY", "0.01", "not_whole"],
  ["GBP", "5.55", null],
  ["KWD", "5.555", null],
  ["JPY", "5", null],
] as const)("in %s an amount of %s is judged by the coins of the currency", (currency, text, key) => {
  const read = parseFields({ money: fields.money }, { money: text }, currency);
  expect(read.ok ? null : read.faults).toEqual(key && [expect.objectContaining({ key: `app.field.${key}` })]);
});

test.each([[{ toString: 1, valueOf: 1 }], [[{ toString: 1 }]], [{}]])(
  "an object where a number or a text belongs is a fault",
  (odd) => {
    const all = {
      ...fields,
      text: field.text("a.text"),
      list: field.list("a.list"),
      later: field.when({ text: "x" }, field.text("a.later")),
    };
    const read = parseFields(all, { money: odd, percent: odd, whole: odd, text: odd, list: odd });
    expect(read.ok ? [] : read.faults.map(({ field: name }) => name)).toEqual([
      "percent",
      "money",
      "whole",
      "text",
      "list",
    ]);
  },
);

test("a stored number has a point before decimals, whatever the language", () => {
  expect(parseFields({ money: fields.money }, { money: "1.234" })).toEqual({ ok: true, value: { money: "1.234" } });
});

const gift = {
  by: field.choice("a.by", { door: "a.door", ticket: "a.ticket" }, { initial: "door" }),
  ticket: field.when({ by: "ticket" }, field.text("a.ticket")),
  length: field.when({ ticket: ["LONG", "LONGER"] }, field.integer("a.length")),
  wrapped: field.toggle("a.wrapped"),
  wrapping: field.when(
    { wrapped: true },
    field.group("a.wrapping", {
      colour: field.text("a.colour"),
      costs: field.money("a.costs", { optional: true }),
      bow: field.when({ colour: "red" }, field.text("a.bow")),
    }),
  ),
};
const readGift = (input: Record<string, unknown>, locale?: string) => {
  const read = locale === undefined ? parseFields(gift, input) : readTyped(gift, input, locale);
  return read.ok
    ? read.value
    : Object.fromEntries(read.faults.map(({ field, key }) => [field, key.replace("app.", "")]));
};

test("a field whose condition is false is not drawn, not checked and not stored", () => {
  expect(readGift({ ticket: "x".repeat(999), length: "never" })).toEqual({ by: "door", wrapped: false });
  expect(readGift({ by: "ticket" })).toEqual({ ticket: "field.missing" });
  expect(readGift({ by: "ticket", ticket: "SHORT", length: "never" })).toEqual({
    ...{ by: "ticket", ticket: "SHORT", wrapped: false },
  });
  expect(readGift({ by: "ticket", ticket: "LONG", length: "never" })).toEqual({ length: "field.not_a_number" });
  // A field that depends on a hidden field is hidden too.
  expect(readGift({ by: "door", ticket: "LONG", length: "never" })).toEqual({ by: "door", wrapped: false });
});

test("a group is an object, from a form's names and from what is stored, and its faults name the field within it", () => {
  const wrapping = { colour: "red", costs: "2.5", bow: "silk" };
  expect(readGift({ wrapped: "true", wrapping })).toMatchObject({ wrapping });
  const typed = { wrapped: "true", "wrapping.colour": "red", "wrapping.costs": "2,5", "wrapping.bow": "silk" };
  expect(readGift(typed, "de")).toMatchObject({ wrapping });
  expect(readGift({ ...typed, "wrapping.bow": "", "wrapping.costs": "much" }, "de")).toEqual({
    "wrapping.bow": "field.missing",
    "wrapping.costs": "field.not_a_number",
  });
  expect(readGift({ ...typed, "wrapping.colour": "blue", "wrapping.bow": "" }, "de")).toMatchObject({
    wrapping: { colour: "blue", costs: "2.5" },
  });
});

test("a form begins with the stored values, and shows the fields whose conditions are true", () => {
  const texts = textsOf(gift, { by: "ticket", wrapping: { colour: "red" } });
  expect(texts).toEqual({
    ...{ by: "ticket", ticket: "", length: "", wrapped: "" },
    ...{ "wrapping.colour": "red", "wrapping.costs": "", "wrapping.bow": "" },
  });
  const shown = (given: Record<string, unknown>) => shownInputs(gift, { ...texts, ...given }).map(([name]) => name);
  expect(shown({})).toEqual(["by", "ticket", "wrapped"]);
  expect(shown({ by: "door", wrapped: "true" })).toEqual([
    ...["by", "wrapped", "wrapping.colour", "wrapping.costs", "wrapping.bow"],
  ]);
});

test.each([
  ["product", "632910392", "632910392"],
  ["product", "", ""],
  ["product", "gid://shopify/Product/1", "not_a_product"],
  ["collection", "841564295", "841564295"],
  ["collection", "tea", "not_a_collection"],
  ["products", "1\n2\n", ["1", "2"]],
  ["products", ["1", "x"], "not_a_product"],
  ["collections", "1\n2\n3", "too_many"],
] as const)("%s of %j is %j", (name, given, is) => {
  const options = { optional: true };
  const picked = {
    product: field.product("a", options),
    collection: field.collection("a", options),
    products: field.products("a", options),
    collections: field.collections("a", { ...options, max: 2 }),
  };
  const read = picked[name].parse(given);
  expect(read.ok ? read.value : read.fault.key.replace("app.field.", "")).toEqual(is);
});

test("a list has each id once, and keeps each line of text, whose translation has its place", () => {
  const fields = { choices: field.list("a.choices"), products: field.products("a.products") };
  const read = parseFields(fields, { choices: " new \nnew\n\nold", products: "7\n8\n7" });
  expect(read).toEqual({ ok: true, value: { choices: ["new", "new", "old"], products: ["7", "8"] } });
});
