import { expect, test } from "vitest";
import { excessOfBody, excessOfHead, HEADERS, limitsOf, PAGE, PATH_PARTS, QUERY_FIELDS, SURVEY } from "./limits.ts";

const FORM = "application/x-www-form-urlencoded; charset=utf-8";
const PARTS = "Multipart/Form-Data; boundary=x";
const statusOf = (body: string, type: string, limits = PAGE) => excessOfBody(Buffer.from(body), type, limits)?.status;
const parts = (count: number, size: number) =>
  `${`--x\r\ncontent-Disposition: form-data; name="a"\r\n\r\n${"a".repeat(size)}\r\n`.repeat(count)}--x--\r\n`;

test("a form is read up to its limits and refused beyond them, before it is parsed", () => {
  expect(statusOf("a=1&b=2", FORM)).toBeUndefined();
  expect(statusOf("&a".repeat(PAGE.fields - 1), FORM)).toBeUndefined();
  expect(statusOf("&a".repeat(PAGE.fields), FORM)).toBe(413);
  expect(statusOf(`a=${"x".repeat(PAGE.field - 2)}&b`, FORM)).toBeUndefined();
  expect(statusOf(`b&a=${"x".repeat(PAGE.field)}`, FORM)).toBe(413);
  expect(statusOf(parts(PAGE.fields - 1, 10), PARTS)).toBeUndefined();
  expect(statusOf(parts(PAGE.fields + 1, 10), PARTS)).toBe(413);
  expect(statusOf(parts(2, PAGE.field), PARTS)).toBe(413);
});

test("the page that saves a survey in all its languages accepts a larger field", () => {
  expect(limitsOf("/app/surveys/new")).toBe(SURVEY);
  expect(limitsOf("/app/surveys/4.data")).toBe(SURVEY);
  expect(limitsOf("/app/surveys")).toBe(PAGE);
  expect(statusOf(`draft=${"x".repeat(360 * 1024)}`, FORM, SURVEY)).toBeUndefined();
});

test("a URL and the headers have limits of their own", () => {
  expect(excessOfHead("/app?a=1", 20)).toBeNull();
  expect(excessOfHead(`/app?${"&a".repeat(QUERY_FIELDS - 1)}`, 20)).toBeNull();
  expect(excessOfHead(`/app?${"&a".repeat(QUERY_FIELDS)}`, 20)?.status).toBe(414);
  expect(excessOfHead("/a".repeat(PATH_PARTS), 20)).toBeNull();
  expect(excessOfHead("/a".repeat(PATH_PARTS + 1), 20)?.status).toBe(414);
  expect(excessOfHead("/app", HEADERS + 1)?.status).toBe(431);
});
