import type { Order, Refund, RefundLine } from "../../model.ts";
import { toAmount, toMillionths } from "../../money.ts";
import { adjustmentsOf } from "../../order-worth.ts";
import { connectInOrder, type PageArgs } from "../connection.ts";
import type { Context, Fields } from "../context.ts";
import { gid } from "../gid.ts";
import { moneyBag } from "../money.ts";
import { lineOf } from "./line-item.ts";
import type { RefundOf } from "./order.ts";
import { refundTransactions } from "./transaction.ts";

type RefundLineOf = { id: string; entry: RefundLine; order: Order };

/** "The total amount across all transactions": only successful transactions count. */
const paidBack = ({ amount, status = "success" }: Refund): number => (status === "success" ? toMillionths(amount) : 0);

function adjustments({ refund, order }: RefundOf, { shop }: Context) {
  return adjustmentsOf(refund).map((amount, at) => ({
    id: gid("OrderAdjustment", `${refund.id}6${at}`),
    amountSet: moneyBag(shop, order, amount),
    taxAmountSet: moneyBag(shop, order, 0),
    reason: "REFUND_DISCREPANCY",
  }));
}

export const refundFields: Fields = {
  id: ({ refund }: RefundOf) => gid("Refund", refund.id),
  legacyResourceId: ({ refund }: RefundOf) => refund.id,
  createdAt: ({ refund }: RefundOf) => refund.createdAt,
  processedAt: ({ refund }: RefundOf) => refund.createdAt,
  updatedAt: ({ refund }: RefundOf) => refund.updatedAt ?? refund.createdAt,
  duties: () => [],
  note: ({ refund }: RefundOf) => refund.note,
  order: ({ order }: RefundOf) => order,
  orderAdjustments: (of: RefundOf, args: PageArgs, context: Context) =>
    connectInOrder(context, adjustments(of, context), args),
  refundLineItems: ({ refund, order }: RefundOf, args: PageArgs, context: Context) =>
    connectInOrder(
      context,
      refund.lines.map((entry): RefundLineOf => ({ id: entry.id, entry, order })),
      args,
    ),
  refundShippingLines: (_: RefundOf, args: PageArgs, context: Context) => connectInOrder(context, [], args),
  return: () => null,
  staffMember: () => null,
  totalRefunded: ({ refund, order }: RefundOf, _args: never, { shop }: Context) =>
    moneyBag(shop, order, paidBack(refund), refund.rate).shopMoney,
  totalRefundedSet: ({ refund, order }: RefundOf, _args: never, { shop }: Context) =>
    moneyBag(shop, order, paidBack(refund), refund.rate),
  transactions: ({ refund, order }: RefundOf, args: PageArgs, context: Context) =>
    connectInOrder(context, refundTransactions(order, refund), args),
};

export const refundLineFields: Fields = {
  id: ({ entry }: RefundLineOf) => gid("RefundLineItem", entry.id),
  lineItem: ({ entry, order }: RefundLineOf) => {
    const line = order.lineItems.find((one) => one.id === entry.lineItemId);
    return line === undefined ? null : lineOf(order, line);
  },
  location: () => null,
  price: ({ entry }: RefundLineOf, _args: never, { shop }: Context) => toAmount(unitPrice(entry), shop.currency),
  priceSet: ({ entry, order }: RefundLineOf, _args: never, { shop }: Context) =>
    moneyBag(shop, order, unitPrice(entry)),
  quantity: ({ entry }: RefundLineOf) => entry.quantity,
  restockType: () => "NO_RESTOCK",
  restocked: () => false,
  subtotal: ({ entry }: RefundLineOf) => entry.subtotal,
  subtotalSet: ({ entry, order }: RefundLineOf, _args: never, { shop }: Context) =>
    moneyBag(shop, order, toMillionths(entry.subtotal)),
  totalTaxSet: ({ order }: RefundLineOf, _args: never, { shop }: Context) => moneyBag(shop, order, 0),
};

function unitPrice(entry: RefundLine): number {
  return entry.quantity === 0 ? 0 : Math.round(toMillionths(entry.subtotal) / entry.quantity);
}
