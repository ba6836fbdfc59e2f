import { expect, test } from "vitest";
import { mentionOf } from "./mention.ts";

test.each([
  ["as Shopify writes an ampersand", "tom&ann@example.com", String.raw`{"email":"tom\u0026ann@example.com"}`],
  ["in capitals", "tom&ann@example.com", String.raw`{"email":"TOM\u0026ANN@example.com"}`],
  ["a letter with an accent", "zoë@example.com", String.raw`{"email":"zo\u00EB@example.com"}`],
  ["every character", "a@b.co", String.raw`{"email":"\u0061\u0040\u0062\u002e\u0063\u006f"}`],
  ["plainly", "tom&ann@example.com", '{"email":"tom&ann@example.com"}'],
])("an address is found however JSON writes it: %s", (_, address, text) => {
  expect(mentionOf({ ids: [], addresses: [address] })(text)).toBe(true);
});

test("an address whose first letters are another's is not found", () => {
  const speaks = mentionOf({ ids: [], addresses: ["ann@example.com"] });
  expect(speaks(String.raw`{"email":"tom\u002bann@example.com"}`)).toBe(false);
});
