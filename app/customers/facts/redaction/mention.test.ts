import { expect, test } from "vitest";
import { addressPattern, mentionOf } from "./mention.ts";

const speaks = mentionOf({ ids: [], addresses: ["asha@tea.co"] });

test.each([
  ["asha@tea.co", true],
  ["Write to asha@tea.co.", true],
  ['{"email":"ASHA@tea.co"}', true],
  ["asha@tea.co, please", true],
  ["asha@tea.co.uk", false],
  ["asha@tea.co-op.com", false],
  ["natasha@tea.co", false],
])("%s speaks of asha@tea.co: %s", (said, does) => {
  expect(speaks(said)).toBe(does);
  expect(said.replaceAll(addressPattern("asha@tea.co"), "") !== said).toBe(does);
});
