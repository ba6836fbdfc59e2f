import { expect, test } from "vitest";
import { bodyOf } from "../../../reading/body.ts";
import { readOrder } from "./order.ts";

const at = "2026-11-20T10:00:00Z";
const many = <Row>(count: number, row: (id: number) => Row) => Array.from({ length: count }, (_, id) => row(id + 1));

test("an order of a hundred thousand lines, each of them refunded, is read in one pass over both", () => {
  const lines = 100_000;
  const order = {
    ...{ id: 1, currency: "USD", total_price: "1.00", created_at: at, updated_at: at },
    line_items: many(lines, (id) => ({ id, quantity: 3, current_quantity: 1 })),
    refunds: [
      {
        id: 1,
        created_at: at,
        transactions: [],
        refund_line_items: many(lines, (id) => ({ line_item_id: id, quantity: 1 })),
      },
    ],
  };
  const { lineItems } = readOrder(bodyOf(order, new Date()), { seenAt: at }).order;
  expect(lineItems).toHaveLength(lines);
  expect(new Set(lineItems.map(({ removed }) => removed))).toEqual(new Set([1]));
});
