import { expect, test } from "vitest";
import { normalEmail, normalPhone } from "./identifiers.server.ts";

test.each([
  [" Asha@Example.COM ", "asha@example.com"],
  ["a.b+shop@example.com", "a.b+shop@example.com"],
  ["zoe\u0301@bücher.example", "zoé@xn--bcher-kva.example"],
  ["no address", null],
  ["@example.com", null],
  ["a@", null],
  ["two words@example.com", null],
  [`${"a".repeat(320)}@example.com`, null],
  [null, null],
])("the e-mail %j is %j", (email, normal) => {
  expect(normalEmail(email)).toBe(normal);
});

test.each([
  ["+1 (613) 555-1212", "+16135551212"],
  ["＋４４ 7700 900123", "+447700900123"],
  ["613 555 1212", null],
  ["+0 613 555 1212", null],
  ["+1", null],
  ["+44 (0)20 7946 0958", "+442079460958"],
  ["+44(0) 20 7946 0958", "+442079460958"],
  ["+39 (0)6 6982 0000", null],
  ["+1 613 555 0100 ext. 12", "+16135550100"],
  ["+1 613-555-0100 x12", "+16135550100"],
  ["+16135550100;ext=12", "+16135550100"],
  ["+1 613 555 0100 #12", "+16135550100"],
  ["+1 613 555 0100, mornings only 9", null],
  ["+1 613 555 / +1 613 556", null],
  [null, null],
])("the phone number %j is %j", (phone, normal) => {
  expect(normalPhone(phone)).toBe(normal);
});
