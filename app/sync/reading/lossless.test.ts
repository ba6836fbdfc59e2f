import fc from "fast-check";
import { isSafeNumber, parse } from "lossless-json";
import { expect, test } from "vitest";
import { parseLossless } from "./lossless.ts";

/** The expected result, by a slow and trusted parser: a string for every number that a float does not hold. */
const slowly = (text: string): unknown =>
  parse(text, null, (digits) => {
    const mantissa = digits.split(/[eE]/)[0] ?? "";
    const significant = mantissa.replaceAll(/\D/g, "").replace(/^0+/, "").length;
    return digits.length > 15 && significant > 15 ? digits : Number(digits);
  });

const outcome = (parsing: () => unknown) => {
  try {
    return { value: parsing() };
  } catch {
    return "refused";
  }
};

test("ids beyond 2^53 keep every digit, in objects, lists and deep inside", () => {
  expect(
    parseLossless('{"id":820982911946154508,"line_items":[{"id": -9007199254740993 },[18446744073709551615]]}'),
  ).toEqual({
    id: "820982911946154508",
    line_items: [{ id: "-9007199254740993" }, ["18446744073709551615"]],
  });
});

test("digits within strings are unchanged, also after quotes and backslashes", () => {
  const value = { note: '12345678901234567890 "12345678901234567890" \\', token: "\\\\9876543210987654321", id: 7 };
  expect(parseLossless(JSON.stringify(value))).toEqual(value);
});

test("amounts with more digits than a float holds stay as they were written", () => {
  expect(parseLossless('{"subtotal":12345678901234.5678,"share":0.1}')).toEqual({
    subtotal: "12345678901234.5678",
    share: 0.1,
  });
});

test("malformed JSON stays malformed", () => {
  const malformed = [
    "{1234567890123456789:1}",
    '{1234567890123456789 : "a"}',
    "[0123456789012345678]",
    "[12345678901234567890 1]",
    "[--12345678901234567890]",
    "[12345678901234567890.]",
    '{"a":"12345678901234567890}',
    "[1234567890123456789e]",
    "",
  ];
  for (const text of malformed) expect(() => parseLossless(text), text).toThrow(SyntaxError);
});

const number = fc.oneof(
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
  fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.nat(99_999)).map(([whole, rest]) => `${whole}.${rest}`),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
);
const text = fc
  .oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^["\\0-9:,{}[\] ]{0,40}$/))
  .map((value) => JSON.stringify(value));
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    number,
    text,
    fc.constantFrom("true", "false", "null"),
    fc.array(tie("json"), { maxLength: 5 }).map((items) => `[${items.join(" , ")}]`),
    fc
      .uniqueArray(fc.tuple(text, tie("json")), { maxLength: 5, selector: ([key]) => key })
      .map((entries) => `{${entries.map(([key, value]) => `${key}:${value}`).join(",")}}`),
  ),
}));

test("any JSON is read as a slow lossless parser reads it", () => {
  fc.assert(
    fc.property(json, (written) => {
      expect(outcome(() => parseLossless(written))).toEqual(outcome(() => slowly(written)));
    }),
    { numRuns: 3000 },
  );
});

test("a damaged text is refused exactly when JSON.parse refuses it", () => {
  const damage = fc.tuple(json, fc.nat(), fc.constantFrom("", '"', "\\", "1", ":", "{", "}", " ", "-", "."));
  fc.assert(
    fc.property(damage, ([written, at, put]) => {
      const place = at % (written.length + 1);
      const damaged = written.slice(0, place) + put + written.slice(place + 1);
      expect(outcome(() => parseLossless(damaged)) === "refused").toBe(
        outcome(() => JSON.parse(damaged)) === "refused",
      );
    }),
    { numRuns: 3000 },
  );
});

test("every number in the result is one that a float holds", () => {
  fc.assert(
    fc.property(number, (written) => {
      const value = parseLossless(`[${written}]`);
      const [first] = value as unknown[];
      if (typeof first === "number" && /^-?\d+$/.test(written)) expect(isSafeNumber(written)).toBe(true);
    }),
  );
});
