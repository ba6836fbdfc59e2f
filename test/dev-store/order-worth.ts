// What is left of an order after edits, returns and cancelling, and what was paid for it. In millionths.

import type { LineItem, Order } from "./model.ts";
import { sum, toMillionths } from "./money.ts";

/** The refunded units of this line. */
export function refundedOf(order: Order, line: LineItem): number {
  let units = 0;
  for (const refund of order.refunds) {
    for (const entry of refund.lines) if (entry.lineItemId === line.id) units += entry.quantity;
  }
  return units;
}

/** The units that are neither refunded nor removed by an edit. */
export const unitsLeft = (order: Order, line: LineItem): number =>
  order.cancelledAt === null ? line.quantity - refundedOf(order, line) - (line.removed ?? 0) : 0;

const worthOf = (line: LineItem, units: number): number =>
  line.quantity === 0
    ? 0
    : Math.round(((toMillionths(line.price) * line.quantity - toMillionths(line.discount)) * units) / line.quantity);

export const itemsWorth = (order: Order): number =>
  order.lineItems.reduce((total, line) => total + worthOf(line, line.quantity), 0);

const removedWorth = (order: Order): number =>
  order.lineItems.reduce(
    (total, line) => (line.removed === undefined ? total : total + worthOf(line, line.removed)),
    0,
  );

/** The removed units' share of the tax, to the smallest unit. */
function removedTax(order: Order): number {
  const removed = removedWorth(order);
  return removed === 0 ? 0 : Math.round((toMillionths(order.tax) * removed) / itemsWorth(order) / 10_000) * 10_000;
}

type Refund = Order["refunds"][number];

const linesOf = (refund: Refund): number => sum(refund.lines.map((line) => line.subtotal));
const of = (order: Order, amount: (refund: Refund) => number): number =>
  order.refunds.reduce((total, refund) => total + amount(refund), 0);

const shippingBack = ({ shipping = "0" }: Refund): number => toMillionths(shipping);
const taxBack = ({ tax = "0" }: Refund): number => toMillionths(tax);
/** What was returned: lines, shipping and tax. */
const partsOf = (refund: Refund): number => linesOf(refund) + shippingBack(refund) + taxBack(refund);

/** The money that was paid back. */
export const refunded = (order: Order): number =>
  sum(order.refunds.filter(({ status = "success" }) => status === "success").map((refund) => refund.amount));

/**
 * Above zero: what the merchant kept of the returned items. Below zero: what was paid back beyond them. None for unpaid refunds.
 */
export const discrepancyOf = (refund: Refund): number =>
  toMillionths(refund.amount) === 0 || refund.settles ? 0 : partsOf(refund) - toMillionths(refund.amount);

/** The discrepancy as the adjustments that the refund lists. */
export function adjustmentsOf(refund: Refund): number[] {
  const [whole, parts] = [discrepancyOf(refund), refund.adjustments ?? 1];
  return whole === 0 ? [] : Array.from({ length: parts }, () => whole / parts);
}

export const discrepancy = (order: Order): number => of(order, discrepancyOf);

/** Only of payments that succeeded. */
const settledBeyond = (order: Order): number =>
  of(order, (refund) => ((refund.status ?? "success") === "success" ? discrepancyOf(refund) : 0));

const standing = (order: Order, amount: number): number => (order.cancelledAt === null ? amount : 0);

export const currentSubtotal = (order: Order): number =>
  standing(order, itemsWorth(order) - removedWorth(order) - of(order, linesOf));

export const currentTax = (order: Order): number =>
  standing(order, toMillionths(order.tax) - removedTax(order) - of(order, taxBack));

export const currentShipping = (order: Order): number =>
  standing(order, toMillionths(order.shipping) - of(order, shippingBack));

/** "The total price of the order, after returns". Shopify does not document whether money beyond the returns lowers it. */
export function currentTotal(order: Order, afterReturnsAlone = true): number {
  const left = toMillionths(order.total) - removedWorth(order) - removedTax(order) - of(order, partsOf);
  return standing(order, afterReturnsAlone ? left : left + settledBeyond(order));
}

export const received = (order: Order): number => toMillionths(order.received ?? order.total);

export const netPayment = (order: Order): number => received(order) - refunded(order);

/** What the customer spent on the order, with outstanding amounts. */
export const worth = (order: Order): number => standing(order, currentTotal(order) + settledBeyond(order));

export const outstanding = (order: Order): number => worth(order) - netPayment(order);
