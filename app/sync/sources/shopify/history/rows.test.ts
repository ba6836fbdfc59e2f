import { expect, test } from "vitest";
import { noEntities } from "../../../../customers/facts/entities.ts";
import { bodyOf } from "../../../reading/body.ts";
import { readCustomerNode } from "./rows.ts";

const seenAt = "2026-02-01T00:00:00.000Z";

function consents(state: string, updatedAt: string | null) {
  const smsMarketingConsent = { state, optInLevel: null, updatedAt, collectedFrom: null };
  const node = {
    id: "gid://shopify/Customer/7",
    updatedAt: "2026-01-01T00:00:00Z",
    defaultPhoneNumber: { phoneNumber: null, smsMarketingConsent },
  };
  const into = noEntities();
  readCustomerNode({ body: bodyOf({ node, addresses: [] }, new Date(seenAt)), seenAt }, into);
  return into.consents.map((row) => [row.state, row.at, row.dated]);
}

test("NEVER_SUBSCRIBED is read as NOT_SUBSCRIBED, and without a date it is no decision of the customer", () => {
  expect(consents("NEVER_SUBSCRIBED", "2026-01-05T00:00:00Z")).toEqual([
    ["NOT_SUBSCRIBED", "2026-01-05T00:00:00.000Z", true],
  ]);
  expect(consents("NEVER_SUBSCRIBED", null)).toEqual([["NOT_SUBSCRIBED", "2025-12-31T23:59:59.000Z", false]]);
  expect(consents("UNSUBSCRIBED", null)).toEqual([["UNSUBSCRIBED", "2026-01-01T00:00:00.000Z", false]]);
});
