// Lists of orders at the root and of a customer: access, search, sorting and pages.

import type { GraphQLResolveInfo } from "graphql";
import type { Order as ShopOrder } from "../../model.ts";
import { toAmount, toMillionths } from "../../money.ts";
import { currentTotal } from "../../order-worth.ts";
import { financialStatus } from "../../webhooks/order-payload.ts";
import { connect, type Connection, type Order, type PageArgs } from "../connection.ts";
import { orderHorizon, type Context } from "../context.ts";
import { search, type Searchable } from "../search/search.ts";

export type OrdersArgs = PageArgs & { query?: string | null; sortKey?: string };

export function isVisible(context: Context, order: ShopOrder): boolean {
  const horizon = orderHorizon(context);
  return horizon === null || order.createdAt >= horizon;
}

export function visibleOrders(
  context: Context,
  info: GraphQLResolveInfo,
  orders: Iterable<ShopOrder>,
  query: string | null | undefined,
): ShopOrder[] {
  const seen = [...orders].filter((order) => isVisible(context, order));
  return search(context, info, seen, query, searchableIn(context));
}

export function orderConnection(
  context: Context,
  info: GraphQLResolveInfo,
  orders: Iterable<ShopOrder>,
  args: OrdersArgs,
): Connection<ShopOrder> {
  const value = ORDERS[args.sortKey ?? "ID"] ?? ((order: ShopOrder) => BigInt(order.id));
  return connect(context, visibleOrders(context, info, orders, args.query), args, { id: (one) => one.id, value });
}

const ORDERS: Record<string, Order<ShopOrder>["value"]> = {
  CREATED_AT: (one) => Date.parse(one.createdAt),
  CURRENT_TOTAL_PRICE: (one) => currentTotal(one),
  CUSTOMER_NAME: (one) => `${one.shippingAddress?.lastName ?? ""}, ${one.shippingAddress?.firstName ?? ""}`,
  DESTINATION: (one) => `${one.shippingAddress?.countryCode ?? ""} ${one.shippingAddress?.city ?? ""}`,
  FINANCIAL_STATUS: (one) => financialStatus(one),
  ORDER_NUMBER: (one) => one.number,
  PROCESSED_AT: (one) => Date.parse(one.processedAt),
  TOTAL_ITEMS_QUANTITY: (one) => one.lineItems.reduce((total, line) => total + line.quantity, 0),
  TOTAL_PRICE: (one) => toMillionths(one.total),
  UPDATED_AT: (one) => Date.parse(one.updatedAt),
};

function searchableIn({ shop }: Context): Searchable<ShopOrder> {
  return {
    words: (one) => [one.name, one.email, one.note, ...one.tags, ...one.lineItems.map((line) => line.title)],
    filters: {
      cart_token: { type: "word", of: (one) => one.cartToken },
      channel: { type: "word", of: (one) => one.sourceName },
      checkout_token: { type: "word", of: (one) => one.checkoutToken },
      confirmation_number: { type: "word", of: (one) => `C${one.number}` },
      created_at: { type: "time", of: (one) => one.createdAt },
      current_total_price: {
        type: "money",
        of: (one) => toAmount(currentTotal(one), shop.currency),
      },
      customer_id: { type: "id", of: (one) => one.customerId },
      discount_code: { type: "word", of: (one) => one.discountCodes[0]?.code ?? null },
      email: { type: "text", of: (one) => one.email },
      financial_status: { type: "word", of: (one) => financialStatus(one) },
      fulfillment_status: {
        type: "word",
        of: (one) => (one.fulfilment ? ["shipped", "fulfilled"] : ["unshipped", "unfulfilled"]),
      },
      id: { type: "id", of: (one) => one.id },
      location_id: { type: "id", of: (one) => one.locationId },
      name: { type: "text", of: (one) => [one.name, one.name.replace(/^#/, "")] },
      processed_at: { type: "time", of: (one) => one.processedAt },
      sku: { type: "word", of: (one) => one.lineItems.map((line) => line.sku) },
      source_name: { type: "word", of: (one) => one.sourceName },
      status: {
        type: "word",
        of: (one) => (one.cancelledAt === null ? ["open", "not_closed"] : ["cancelled", "closed"]),
      },
      tag: { type: "word", of: (one) => one.tags },
      test: { type: "flag", of: (one) => one.test },
      updated_at: { type: "time", of: (one) => one.updatedAt },
    },
  };
}
