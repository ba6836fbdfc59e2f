import { expect, test } from "vitest";
import { field, parseFields } from "./fields.ts";

const fields = {
  percent: field.percent("a.percent"),
  money: field.money("a.money"),
  whole: field.integer("a.whole", { min: 1, max: 30 }),
};

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
] as const)("a %s of “%s” is told as what it is: %s", (name, text, key) => {
  const read = parseFields({ [name]: fields[name] }, { [name]: text }, "en");
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
  expect(parseFields({ [name]: fields[name] }, { [name]: text }, locale)).toEqual({
    ok: true,
    value: { [name]: value },
  });
});

test("a stored number is not read as a language's", () => {
  expect(parseFields({ money: fields.money }, { money: "1.234" })).toEqual({ ok: true, value: { money: "1.234" } });
});
