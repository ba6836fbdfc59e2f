import fc from "fast-check";
import { expect, test } from "vitest";
import { field } from "./fields.ts";
import { invisibleIn, withoutInvisible } from "./invisible.ts";

test.each([
  ["zero-width space", "v\u200Bip", "vip"],
  ["byte order mark", "\uFEFFvip", "vip"],
  ["soft hyphen", "v\u00ADip", "vip"],
  ["word joiner", "vi\u2060p", "vip"],
  ["marks of direction", "\u202A+1 613\u202C\u200E", "+1 613"],
  ["isolates", "\u2068vip\u2069", "vip"],
  ["Arabic letter mark", "\u061Cvip", "vip"],
  ["blank letters", "\u3164vip\uFFA0\u115F\u1160", "vip"],
  ["a blank of Braille, a joiner of marks", "v\u2800i\u034Fp", "vip"],
  ["joiners between Latin letters", "v\u200Ci\u200Dp", "vip"],
  ["joiners at the beginning, between digits and behind a blank", "\u200D1\u200C2 \u200D3", "12 3"],
  ["several at once", "v\u200B\u200D\uFEFFip\u200B", "vip"],
  ["tags without a flag", "vip\u{E0041}\u{E0001}", "vip"],
])("%s: taken away", (_, text, visible) => {
  expect(withoutInvisible(text)).toBe(visible);
});

test.each([
  ["Persian", "می\u200Cخواهم"],
  ["Sinhala", "ක්\u200Dෂ"],
  ["Malayalam", "അവന്\u200D"],
  ["Gujarati", "ક્\u200Dષ"],
  ["Gurmukhi", "ਪ੍\u200Dਰ"],
  ["a family", "👨\u200D👩\u200D👧"],
  ["a heart on fire", "❤\uFE0F\u200D🔥"],
  ["a woman who runs, of a darker skin", "🏃🏾\u200D♀\uFE0F"],
  ["the flag of Scotland", "🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}"],
  ["plain words", "Zoë's Café – 50 %"],
])("%s: stays as it is written", (_, text) => {
  expect(withoutInvisible(text)).toBe(text);
  expect(invisibleIn(text)).toEqual([]);
});

test("a flag with more letters than any text may have is read in one pass", () => {
  const flag = `\u{1F3F4}${"\u{E0041}".repeat(1_000_000)}`;
  expect(withoutInvisible(`\u200B${flag}`)).toBe(flag);
});

test("no invisible character is left, and the ranges found are those that are removed", () => {
  const piece = fc.constantFrom(
    "a",
    "1",
    " ",
    "ب",
    "ક",
    "👩",
    "\u200B",
    "\u200C",
    "\u200D",
    "\u00AD",
    "\u202E",
    "\uFEFF",
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join("");
      const visible = withoutInvisible(text);
      expect(visible).not.toMatch(/[\u200B\u00AD\u202E\uFEFF]/);
      const kept = invisibleIn(text).reduceRight(
        (rest, { start, end }) => rest.slice(0, start) + rest.slice(end),
        text,
      );
      expect(kept).toBe(visible);
    }),
  );
});

test("a setting, such as a discount's code or a list of tags, is read without invisible characters", () => {
  expect(field.text("code").parse("\uFEFFTE\u200BN ")).toEqual({ ok: true, value: "TEN" });
  expect(field.list("tags").parse("v\u00ADip\n\u200B\ngold")).toEqual({ ok: true, value: ["vip", "gold"] });
  expect(field.text("code").parse("\u200B")).toMatchObject({ ok: false, fault: { key: "app.field.missing" } });
});
