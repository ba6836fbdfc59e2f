import { expect, test } from "vitest";
import { plainNumber } from "./decimal.ts";

test.each([
  ["12.5", "en", "12.5"],
  ["1,234.50", "en", "1234.50"],
  ["12,5", "en", "12,5"],
  ["12,5", "de", "12.5"],
  ["12,5", "fr", "12.5"],
  ["12.5", "de", "12.5"],
  ["1.234,50", "de", "1234.50"],
  ["1 234,50", "fr", "1234.50"],
  ["1\u202f234,50", "fr", "1234.50"],
  ["1’234.50", "de-CH", "1234.50"],
  ["-3,5", "pt-BR", "-3.5"],
  ["abc", "de", "abc"],
  ["1,2,3", "de", "1,2,3"],
  ["12,5", "no such language", "12,5"],
])("%s typed in %s is %s", (text, locale, plain) => {
  expect(plainNumber(text, locale)).toBe(plain);
});
