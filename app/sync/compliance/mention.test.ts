import { expect, test } from "vitest";
import { addressPattern, mentionOf } from "./mention.ts";
import { readComplianceBody } from "./request.ts";

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

test("an order's number that cannot be read takes no customer's right away", () => {
  const body = { shop_domain: "tea.myshopify.com", customer: { id: 7 }, orders_to_redact: [299938, null, {}, "5"] };
  expect(readComplianceBody(Buffer.from(JSON.stringify(body)))?.subject).toMatchObject({
    customerId: "7",
    orderIds: ["299938", "5"],
  });
});
