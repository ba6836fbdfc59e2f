import { expect, test } from "vitest";
import type { CustomerNode } from "./nodes.ts";
import { customerEntities } from "./rows.ts";

const node = (state: string, updatedAt: string | null): CustomerNode => ({
  id: "gid://shopify/Customer/7",
  firstName: null,
  lastName: null,
  note: null,
  state: null,
  verifiedEmail: null,
  locale: null,
  tags: null,
  dataSaleOptOut: null,
  createdAt: "2026-01-01T00:00:00Z",
  updatedAt: "2026-01-01T00:00:00Z",
  numberOfOrders: null,
  amountSpent: null,
  lastOrder: null,
  statistics: null,
  defaultAddress: null,
  defaultEmailAddress: null,
  defaultPhoneNumber: {
    phoneNumber: null,
    smsMarketingConsent: { state, optInLevel: null, updatedAt, collectedFrom: null },
  },
});

const consents = (state: string, updatedAt: string | null) =>
  customerEntities([{ node: node(state, updatedAt), addresses: [] }], "2026-02-01T00:00:00Z").consents.map(
    (row) => row.state,
  );

test("who never decided on SMS has no entry of consent; who took it back is not subscribed in the language's own word", () => {
  expect(consents("NEVER_SUBSCRIBED", null)).toEqual([]);
  expect(consents("NEVER_SUBSCRIBED", "2026-01-05T00:00:00Z")).toEqual(["NOT_SUBSCRIBED"]);
  expect(consents("SUBSCRIBED", null)).toEqual(["SUBSCRIBED"]);
});
