import { expect, test } from "vitest";
import { bodyOf, type Json } from "../../../reading/body.ts";
import { readRefund, type Carrier } from "./refund.ts";

/** At 175 krónur a pound, except that each sum is rounded by itself. */
const both = (shop: string, presentment: string): Json => ({
  shop_money: { amount: shop, currency_code: "GBP" },
  presentment_money: { amount: presentment, currency_code: "ISK" },
});
const line = { line_item_id: 1, quantity: 1, subtotal_set: both("20.00", "3500"), total_tax_set: both("4.00", "700") };
const adjustment = (kind: string, shop: string, presentment: string, reason = ""): Json => ({
  ...{ kind, reason, amount_set: both(shop, presentment), tax_amount_set: both("0.00", "0") },
});
const carrier = (taxesIncluded: boolean | null): Carrier => ({
  ...{ id: "7", updatedAt: "2026-11-01T10:00:00Z", taxesIncluded },
  money: { currency: "GBP", presentmentCurrency: "ISK", rates: [{ shop: "100.00", presentment: "17000" }] },
});

/** A refund by webhook: alone, or within its order, whose rate differs from the rate of the refund's parts. */
function amountOf(paid: string, parts: Json, order: Carrier | null, currency: string | null = "ISK") {
  const transactions = [{ kind: "refund", status: "success", amount: paid, currency }];
  const body = bodyOf({ id: 1, order_id: 7, transactions, ...parts }, new Date("2026-11-02T00:00:00Z"));
  const { amount, adjusted } = readRefund(body, { seenAt: "2026-11-01T10:00:00Z" }, "GBP", order);
  return [Number(amount), Number(adjusted)];
}

test.each<[string, string, Json, Carrier | null, [amount: number, adjusted: number]]>([
  ["a line and its tax", "4200", { refund_line_items: [line] }, carrier(false), [24, 0]],
  ["a line that holds its tax", "3500", { refund_line_items: [line] }, carrier(true), [20, 0]],
  [
    "a line of an order that does not say whether taxes are included",
    "3500",
    { refund_line_items: [line] },
    carrier(null),
    [20, 0],
  ],
  ["a line alone, its tax added", "4200", { refund_line_items: [line] }, null, [24, 0]],
  ["a line alone, its tax within", "3500", { refund_line_items: [line] }, null, [20, 0]],
  [
    "shipping as an adjustment",
    "5075",
    { refund_line_items: [line], order_adjustments: [adjustment("shipping_refund", "-5.00", "-875")] },
    carrier(false),
    [29, 0],
  ],
  [
    "shipping as a line of its own, and as an adjustment: once",
    "5075",
    {
      refund_line_items: [line],
      refund_shipping_lines: [{ subtotal_amount_set: both("5.00", "875"), tax_amount_set: both("0.00", "0") }],
      order_adjustments: [adjustment("shipping_refund", "-5.00", "-875")],
    },
    carrier(false),
    [29, 0],
  ],
  [
    "shipping as a line of its own",
    "5075",
    { refund_line_items: [line], refund_shipping_lines: [{ subtotal_amount_set: both("5.00", "875") }] },
    carrier(false),
    [29, 0],
  ],
  [
    "duties",
    "5250",
    { refund_line_items: [line], duties: [{ amount_set: both("6.00", "1050") }] },
    carrier(false),
    [30, 0],
  ],
  [
    "duties as a sum",
    "5250",
    { refund_line_items: [line], total_duties_set: both("6.00", "1050") },
    carrier(false),
    [30, 0],
  ],
  [
    "a part that the merchant keeps",
    "3500",
    { refund_line_items: [line], order_adjustments: [adjustment("refund_discrepancy", "4.00", "700")] },
    carrier(false),
    [20, 4],
  ],
  [
    "an amount beyond the line",
    "5200",
    { refund_line_items: [line], order_adjustments: [adjustment("refund_discrepancy", "-5.71", "-1000")] },
    carrier(false),
    [29.71, -5.71],
  ],
  [
    "a part that is still to be paid",
    "3500",
    {
      refund_line_items: [line],
      order_adjustments: [adjustment("refund_discrepancy", "4.00", "700", "Pending refund discrepancy")],
    },
    carrier(false),
    [20, 0],
  ],
  ["parts that are not the payment", "1700", { refund_line_items: [line] }, carrier(false), [10, 0]],
])("a refund by webhook is worth: %s", (_name, paid, parts, order, expected) => {
  expect(amountOf(paid, parts, order)).toEqual(expected);
});

test("payments that are pending or failed, or are no refunds, pay nothing back", () => {
  const transactions = ["pending", "failure", "error"].map((status) => ({
    kind: "refund",
    status,
    amount: "5",
    currency: "GBP",
  }));
  const body = bodyOf(
    { id: 1, order_id: 7, transactions: [...transactions, { kind: "void", status: "success", amount: "9" }] },
    new Date(),
  );
  expect(readRefund(body, { seenAt: "2026-11-01T10:00:00Z" }, "GBP", null)).toMatchObject({
    amount: "0",
    adjusted: "0",
  });
});
