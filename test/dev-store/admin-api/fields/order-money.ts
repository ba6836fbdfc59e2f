// The totals of an order as placed, and the `current` totals after edits, refunds and cancelling.

import type { Order } from "../../model.ts";
import { sum, toAmount, toMillionths } from "../../money.ts";
import {
  currentShipping,
  currentSubtotal,
  currentTax,
  currentTotal,
  discrepancy,
  itemsWorth,
  netPayment,
  outstanding,
  received,
  refunded,
} from "../../order-worth.ts";
import { currencyOf } from "../../webhooks/money-set.ts";
import type { Context, Fields } from "../context.ts";
import { moneyBag } from "../money.ts";

type Amount = (order: Order, context: Context) => number;

const discounts: Amount = (order) => sum(order.lineItems.map((line) => line.discount));
const standingDiscounts: Amount = (order, context) => (order.cancelledAt === null ? discounts(order, context) : 0);
const total: Amount = (order) => toMillionths(order.total);

const bag =
  (amount: Amount) =>
  (order: Order, _args: never, context: Context): unknown =>
    moneyBag(context.shop, order, amount(order, context));

const plain =
  (amount: Amount) =>
  (order: Order, _args: never, context: Context): unknown =>
    toAmount(amount(order, context), currencyOf(context.shop, order));

const none: Amount = () => 0;

export const orderMoneyFields: Fields = {
  cartDiscountAmountSet: bag(discounts),
  currentCartDiscountAmountSet: bag(standingDiscounts),
  currentShippingPriceSet: bag(currentShipping),
  currentSubtotalPriceSet: bag(currentSubtotal),
  currentTotalAdditionalFeesSet: () => null,
  currentTotalDiscountsSet: bag(standingDiscounts),
  currentTotalDutiesSet: () => null,
  currentTotalPriceSet: bag((order, { store }) => currentTotal(order, store.switches.currentTotalAfterReturnsAlone)),
  currentTotalTaxSet: bag(currentTax),
  netPayment: plain(netPayment),
  netPaymentSet: bag(netPayment),
  originalTotalAdditionalFeesSet: () => null,
  originalTotalDutiesSet: () => null,
  originalTotalPriceSet: bag(total),
  refundDiscrepancySet: bag(discrepancy),
  subtotalPrice: plain(itemsWorth),
  subtotalPriceSet: bag(itemsWorth),
  totalCapturable: plain(none),
  totalCapturableSet: bag(none),
  totalDiscounts: plain(discounts),
  totalDiscountsSet: bag(discounts),
  totalOutstandingSet: bag(outstanding),
  totalPrice: plain(total),
  totalPriceSet: bag(total),
  totalReceived: plain(received),
  totalReceivedSet: bag(received),
  totalRefunded: plain(refunded),
  totalRefundedSet: bag(refunded),
  totalRefundedShippingSet: bag(none),
  totalShippingPrice: plain((order) => toMillionths(order.shipping)),
  totalShippingPriceSet: bag((order) => toMillionths(order.shipping)),
  totalTax: plain((order) => toMillionths(order.tax)),
  totalTaxSet: bag((order) => toMillionths(order.tax)),
  totalTipReceived: (order: Order, _args: never, { shop }: Context) => moneyBag(shop, order, 0).shopMoney,
  totalTipReceivedSet: bag(none),
};
