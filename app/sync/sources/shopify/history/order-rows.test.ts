import { expect, test } from "vitest";
import { noEntities } from "../../../../customers/facts/entities.ts";
import { bodyOf, type Json } from "../../../reading/body.ts";
import { readOrderNode } from "./order-rows.ts";

const seenAt = "2026-02-01T00:00:00.000Z";
const pounds = (amount: string): Json => {
  const money = { amount, currencyCode: "GBP" };
  return { shopMoney: money, presentmentMoney: money };
};

/** An order of four pots: `currentQuantity` pots are left, and one was refunded. */
function read(refund: Json, currentQuantity = 4) {
  const node = {
    ...{ id: "gid://shopify/Order/7", updatedAt: "2026-01-20T00:00:00Z", currencyCode: "GBP", cancelledAt: null },
    ...{ totalPriceSet: pounds("40.00"), currentTotalPriceSet: pounds("30.00"), subtotalPriceSet: pounds("40.00") },
    refunds: [{ id: "gid://shopify/Refund/1", totalRefundedSet: pounds("10.00"), ...refund }],
  };
  const lineItems = [{ id: "gid://shopify/LineItem/3", title: "Pot", quantity: 4, currentQuantity }];
  const lines = [{ lineItem: { id: "gid://shopify/LineItem/3" }, quantity: 1, subtotalSet: pounds("10.00") }];
  const refundLines = [{ id: "gid://shopify/Refund/1", refundLineItems: { nodes: lines } }];
  const into = noEntities();
  readOrderNode({ body: bodyOf({ node, lineItems, refundLines }, new Date(seenAt)), seenAt }, into);
  return { refund: into.refunds[0], line: into.orders[0]?.lineItems[0] };
}

test("a refund's version is the time of its own last change, else of its order's last change", () => {
  expect(read({ updatedAt: "2026-01-10T00:00:00Z" }).refund?.updatedAt).toBe("2026-01-10T00:00:00.000Z");
  expect(read({ updatedAt: null }).refund?.updatedAt).toBe("2026-01-20T00:00:00.000Z");
});

test("units that are missing without a refund were removed by an edit", () => {
  expect(read({}, 3).line).toMatchObject({ quantity: 4, removed: 0 });
  expect(read({}, 1).line).toMatchObject({ quantity: 4, removed: 2 });
});
