// The transactions of an order, derived from the stored amounts.

import type { Order, Refund } from "../../model.ts";
import { toMillionths } from "../../money.ts";
import { received } from "../../order-worth.ts";
import type { Context, Fields } from "../context.ts";
import { gid } from "../gid.ts";
import { moneyBag } from "../money.ts";

export type TransactionOf = {
  id: string;
  order: Order;
  kind: "SALE" | "REFUND";
  amount: number;
  at: string;
  status?: string;
  rate?: string;
};

function saleOf(order: Order): TransactionOf {
  return { id: `${order.id}7`, order, kind: "SALE", amount: received(order), at: order.processedAt };
}

export function refundTransactions(order: Order, refund: Refund): TransactionOf[] {
  const amount = toMillionths(refund.amount);
  if (amount === 0) return [];
  const { status = "success", rate = order.presentmentRate, createdAt: at } = refund;
  return [{ id: `${refund.id}4`, order, kind: "REFUND", amount, at, status: status.toUpperCase(), rate }];
}

export function transactionsOf(order: Order): TransactionOf[] {
  return [
    ...(order.received === undefined || received(order) > 0 ? [saleOf(order)] : []),
    ...order.refunds.flatMap((refund) => refundTransactions(order, refund)),
  ];
}

export const transactionFields: Fields = {
  id: ({ id }: TransactionOf) => gid("OrderTransaction", id),
  accountNumber: () => null,
  amountSet: ({ order, amount, rate }: TransactionOf, _args: never, { shop }: Context) =>
    moneyBag(shop, order, amount, rate),
  amountV2: ({ order, amount, rate }: TransactionOf, _args: never, { shop }: Context) =>
    moneyBag(shop, order, amount, rate).presentmentMoney,
  createdAt: ({ at }: TransactionOf) => at,
  processedAt: ({ at }: TransactionOf) => at,
  errorCode: () => null,
  fees: () => [],
  formattedGateway: ({ order }: TransactionOf) => (order.test ? "Bogus" : "Shopify payments"),
  gateway: ({ order }: TransactionOf) => (order.test ? "bogus" : "shopify_payments"),
  kind: ({ kind }: TransactionOf) => kind,
  manualPaymentGateway: () => false,
  manuallyCapturable: () => false,
  multiCapturable: () => false,
  order: ({ order }: TransactionOf) => order,
  parentTransaction: ({ order, kind }: TransactionOf) => (kind === "SALE" ? null : saleOf(order)),
  paymentId: ({ order }: TransactionOf) => `${order.name}.1`,
  status: ({ status }: TransactionOf) => status ?? "SUCCESS",
  test: ({ order }: TransactionOf) => order.test,
  totalUnsettledSet: ({ order }: TransactionOf, _args: never, { shop }: Context) => moneyBag(shop, order, 0),
};
