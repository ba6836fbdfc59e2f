import { expect, test } from "vitest";
import { addressPattern, mentionsTraces } from "./mention.ts";

const mentions = mentionsTraces({ ids: [], addresses: ["asha@tea.co"] });

test.each([
  ["asha@tea.co", true],
  ["Write to asha@tea.co.", true],
  ['{"email":"ASHA@tea.co"}', true],
  ["asha@tea.co, please", true],
  ["asha@tea.co.uk", false],
  ["asha@tea.co-op.com", false],
  ["natasha@tea.co", false],
])("%s mentions asha@tea.co: %s", (text, mentioned) => {
  expect(mentions(text)).toBe(mentioned);
  expect(text.replaceAll(addressPattern("asha@tea.co"), "") !== text).toBe(mentioned);
});
