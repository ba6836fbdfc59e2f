import { expect, test } from "vitest";
import { parseStorable, storable } from "./storable.ts";

test("a text loses NUL and lone surrogates, and keeps emojis", () => {
  expect(storable("a\0b\uD83D")).toBe("ab\uFFFD");
  expect(storable("tea 🍵")).toBe("tea 🍵");
});

test("every text in JSON is cleaned, and an escaped backslash before such a code is kept", () => {
  const json = JSON.stringify({ a: ["x\0"], b: { c: "\uDC00", d: "🍵" }, e: "\\u0000", f: 1, g: null });
  expect(parseStorable(json)).toEqual({ a: ["x"], b: { c: "\uFFFD", d: "🍵" }, e: "\\u0000", f: 1, g: null });
  expect(() => parseStorable('{"a": "\\u0000"')).toThrow(SyntaxError);
});
