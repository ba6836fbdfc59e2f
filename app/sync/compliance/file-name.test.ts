import { expect, test } from "vitest";
import { fileNameFor } from "./file-name.ts";

test.each([
  ["Asha Patel", "personal-data-Asha-Patel-2026-11-29.html"],
  ["ਆਸ਼ਾ ਪਟੇਲ", "personal-data-ਆਸ਼ਾ-ਪਟੇਲ-2026-11-29.html"],
  ["asha@example.com", "personal-data-asha-example-com-2026-11-29.html"],
  ["../../etc: <b>*?|\u0000", "personal-data-etc-b-2026-11-29.html"],
  ["", "personal-data-2026-11-29.html"],
])("the copy for %s has a name that every system can store", (who, name) => {
  expect(fileNameFor(who, { year: 2026, month: 11, day: 29 })).toBe(name);
});
