// The totals of an order: as it was placed, and `current` as it stands after refunds and cancelling.

import type { Order } from "../../model.ts";
import { sum, toAmount, toMillionths } from "../../money.ts";
import type { Context, Fields } from "../context.ts";
import { money, moneyBag } from "../money.ts";
import { refunded } from "./order-list.ts";

type Amount = (order: Order) => number;

const discounts: Amount = (order) => sum(order.lineItems.map((line) => line.discount));
const subtotal: Amount = (order) =>
  order.lineItems.reduce((total, line) => total + toMillionths(line.price) * line.quantity, 0) - discounts(order);
const total: Amount = (order) => toMillionths(order.total);
const refundedLines: Amount = (order) =>
  sum(order.refunds.flatMap((refund) => refund.lines.map((line) => line.subtotal)));

/** A cancelled order that was not refunded stands at nothing. */
const standing =
  (amount: Amount): Amount =>
  (order) =>
    order.cancelledAt !== null && refunded(order) === 0 ? 0 : amount(order);

const bag =
  (amount: Amount) =>
  (order: Order, _args: never, { shop }: Context): unknown =>
    moneyBag(shop, order, amount(order));

const plain =
  (amount: Amount) =>
  (order: Order, _args: never, { shop }: Context): unknown =>
    toAmount(amount(order), shop.currency);

const none: Amount = () => 0;

export const orderMoneyFields: Fields = {
  cartDiscountAmountSet: bag(discounts),
  currentCartDiscountAmountSet: bag(standing(discounts)),
  currentShippingPriceSet: bag((order) => toMillionths(order.shipping)),
  currentSubtotalPriceSet: bag(standing((order) => subtotal(order) - refundedLines(order))),
  currentTotalAdditionalFeesSet: () => null,
  currentTotalDiscountsSet: bag(standing(discounts)),
  currentTotalDutiesSet: () => null,
  currentTotalPriceSet: bag(standing((order) => total(order) - refunded(order))),
  currentTotalTaxSet: bag(standing((order) => toMillionths(order.tax))),
  netPayment: plain((order) => total(order) - refunded(order)),
  netPaymentSet: bag((order) => total(order) - refunded(order)),
  originalTotalAdditionalFeesSet: () => null,
  originalTotalDutiesSet: () => null,
  originalTotalPriceSet: bag(total),
  refundDiscrepancySet: bag(none),
  subtotalPrice: plain(subtotal),
  subtotalPriceSet: bag(subtotal),
  totalCapturable: plain(none),
  totalCapturableSet: bag(none),
  totalDiscounts: plain(discounts),
  totalDiscountsSet: bag(discounts),
  totalOutstandingSet: bag(none),
  totalPrice: plain(total),
  totalPriceSet: bag(total),
  totalReceived: plain(total),
  totalReceivedSet: bag(total),
  totalRefunded: plain(refunded),
  totalRefundedSet: bag(refunded),
  totalRefundedShippingSet: bag(none),
  totalShippingPrice: plain((order) => toMillionths(order.shipping)),
  totalShippingPriceSet: bag((order) => toMillionths(order.shipping)),
  totalTax: plain((order) => toMillionths(order.tax)),
  totalTaxSet: bag((order) => toMillionths(order.tax)),
  totalTipReceived: (_: Order, __: never, { shop }: Context) => money(shop, 0),
  totalTipReceivedSet: bag(none),
};
