// The discounts of an order, and what each of them took off the lines and off the delivery.

import type { LineItem, Order } from "../model.ts";
import { sum, toAmount, toMillionths } from "../money.ts";
import type { UsedDiscount } from "./discount-model.ts";

/** In the order of the order's discount applications. */
export function discountsOf(order: Order): UsedDiscount[] {
  if (order.discounts !== undefined) return order.discounts;
  const lines = order.lineItems.map(({ discount }) => discount);
  const ofLines = Math.max(
    order.discountCodes.findIndex(({ type }) => type !== "shipping"),
    0,
  );
  if (order.discountCodes.length > 0) {
    return order.discountCodes.map(({ code, amount, type }, index) => ({
      ...{ code, title: code, type, amount },
      lines: index === ofLines ? lines : [],
      shipping: type === "shipping" ? amount : "0",
    }));
  }
  const off = sum(lines);
  if (off === 0) return [];
  return [
    { code: null, title: "Automatic discount", type: "fixed_amount", amount: toAmount(off), lines, shipping: "0" },
  ];
}

/** `index`: of the discount among the order's discounts. `amount`: in millionths. */
export type Allocation = { index: number; amount: number };

export function lineAllocations(order: Order, line: LineItem): Allocation[] {
  if (toMillionths(line.discount) === 0) return [];
  const at = order.lineItems.indexOf(line);
  return discountsOf(order)
    .map(({ lines }, index) => ({ index, amount: toMillionths(lines[at] ?? "0") }))
    .filter(({ amount }) => amount !== 0);
}

/** A discount of the delivery also has an allocation where the delivery costs nothing. */
export const shippingAllocations = (order: Order): Allocation[] =>
  discountsOf(order).flatMap(({ type, shipping }, index) =>
    type === "shipping" ? [{ index, amount: toMillionths(shipping) }] : [],
  );

/** The price of the delivery before discounts, in millionths. */
export const shippingRate = (order: Order): number =>
  shippingAllocations(order).reduce((total, { amount }) => total + amount, toMillionths(order.shipping));
