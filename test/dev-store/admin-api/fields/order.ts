import type { GraphQLResolveInfo } from "graphql";
import { shippingAllocations, shippingRate } from "../../discounts/used.ts";
import type { Customer, Order, Refund } from "../../model.ts";
import { toMillionths } from "../../money.ts";
import { outstanding, received, unitsLeft } from "../../order-worth.ts";
import { currencyOf } from "../../webhooks/money-set.ts";
import { financialStatus } from "../../webhooks/order-payload.ts";
import { connectInOrder, type PageArgs } from "../connection.ts";
import type { Context, Fields } from "../context.ts";
import { gid, idOf } from "../gid.ts";
import { moneyBag } from "../money.ts";
import { named } from "../named.ts";
import { countOf } from "./count.ts";
import { lineOf } from "./line-item.ts";
import { metafieldOwner } from "./metafield.ts";
import { isVisible, orderConnection, visibleOrders, type OrdersArgs } from "./order-list.ts";
import { orderMoneyFields } from "./order-money.ts";
import { allocationsOf, discountApplications } from "./order-discounts.ts";
import { transactionsOf } from "./transaction.ts";

export type RefundOf = { refund: Refund; order: Order };

export const orderFields: Fields = {
  ...metafieldOwner((order: Order) => gid("Order", order.id)),
  ...orderMoneyFields,
  id: (order: Order) => gid("Order", order.id),
  legacyResourceId: (order: Order) => order.id,
  name: (order: Order) => order.name,
  number: (order: Order) => order.number,
  additionalFees: () => [],
  alerts: () => [],
  app: (order: Order) => (order.appId === null ? null : { id: gid("App", order.appId), name: order.sourceName }),
  attribution: (order: Order) => ({ displayName: channelName(order), handle: order.sourceName, icon: null }),
  billingAddress: (order: Order) => order.shippingAddress,
  billingAddressMatchesShippingAddress: () => true,
  canMarkAsPaid: () => false,
  canNotifyCustomer: (order: Order) => order.email !== null,
  cancelReason: (order: Order) => order.cancelReason?.toUpperCase() ?? null,
  cancellation: (order: Order) => (order.cancelledAt === null ? null : { staffNote: null }),
  cancelledAt: (order: Order) => order.cancelledAt,
  capturable: () => false,
  cartToken: (order: Order) => order.cartToken,
  channelInformation: () => null,
  checkoutToken: (order: Order) => order.checkoutToken,
  clientIp: () => null,
  closed: (order: Order) => order.cancelledAt !== null,
  closedAt: (order: Order) => order.cancelledAt,
  confirmationNumber: (order: Order) => `C${order.number}`,
  confirmed: () => true,
  createdAt: (order: Order) => order.createdAt,
  currencyCode: (order: Order, _args: never, { shop }: Context) => currencyOf(shop, order),
  currentSubtotalLineItemsQuantity: (order: Order) =>
    order.lineItems.reduce((total, line) => total + unitsLeft(order, line), 0),
  currentTotalWeight: () => "0",
  customAttributes: (order: Order) => order.noteAttributes.map(({ name, value }) => ({ key: name, value })),
  customer: customerOf,
  customerAcceptsMarketing: (order: Order, args: never, context: Context) =>
    customerOf(order, args, context)?.emailConsent.state === "SUBSCRIBED",
  customerJourneySummary: (order: Order) => journeyOf(order),
  customerLocale: (order: Order) => order.customerLocale,
  discountApplications: (order: Order, args: PageArgs, context: Context) =>
    connectInOrder(context, discountApplications(context.shop, order), args),
  discountCode: (order: Order) => order.discountCodes[0]?.code ?? null,
  discountCodes: (order: Order) => order.discountCodes.map((discount) => discount.code),
  displayAddress: (order: Order) => order.shippingAddress,
  displayFinancialStatus: (order: Order) => financialStatus(order).toUpperCase(),
  displayFulfillmentStatus: (order: Order) => (order.fulfilment ? "FULFILLED" : "UNFULFILLED"),
  disputes: () => [],
  dutiesIncluded: () => false,
  edited: (order: Order) => order.lineItems.some((line) => line.removed !== undefined),
  email: (order: Order) => order.email,
  estimatedTaxes: () => false,
  fulfillable: (order: Order) => order.cancelledAt === null,
  fulfillmentOrders: (_: Order, args: PageArgs, context: Context) => connectInOrder(context, [], args),
  fulfillments: fulfilmentsOf,
  fulfillmentsCount: (order: Order) => countOf(fulfilmentsOf(order).length, null),
  fullyPaid: (order: Order) => outstanding(order) <= 0,
  hasTimelineComment: () => false,
  landingPageDisplayText: (order: Order) => order.landingSite,
  landingPageUrl: (order: Order) => order.landingSite,
  lineItems: (order: Order, args: PageArgs, context: Context) =>
    connectInOrder(
      context,
      order.lineItems.map((line) => lineOf(order, line)),
      args,
    ),
  localizationExtensions: (_: Order, args: PageArgs, context: Context) => connectInOrder(context, [], args),
  localizedFields: (_: Order, args: PageArgs, context: Context) => connectInOrder(context, [], args),
  merchantEditable: (order: Order) => order.cancelledAt === null,
  merchantEditableErrors: () => [],
  merchantOfRecordApp: () => null,
  nonFulfillableLineItems: (_: Order, args: PageArgs, context: Context) => connectInOrder(context, [], args),
  note: (order: Order) => order.note,
  paymentGatewayNames: (order: Order) => [order.test ? "bogus" : "shopify_payments"],
  paymentTerms: () => null,
  phone: () => null,
  poNumber: () => null,
  presentmentCurrencyCode: (order: Order) => order.presentmentCurrency,
  processedAt: (order: Order) => order.processedAt,
  publication: () => null,
  purchasingEntity: (order: Order, args: never, context: Context) => {
    const customer = customerOf(order, args, context);
    return customer === null ? null : named("Customer", customer);
  },
  referrerDisplayText: (order: Order) => order.referringSite,
  referrerUrl: (order: Order) => order.referringSite,
  refundable: (order: Order) => order.cancelledAt === null,
  refunds: (order: Order, { first }: { first?: number | null }) =>
    order.refunds.slice(0, first ?? order.refunds.length).map((refund): RefundOf => ({ refund, order })),
  registeredSourceUrl: () => null,
  requiresShipping: () => true,
  restockable: () => true,
  retailLocation: (order: Order) =>
    order.locationId === null ? null : { id: gid("Location", order.locationId), legacyResourceId: order.locationId },
  returns: (_: Order, args: PageArgs, context: Context) => connectInOrder(context, [], args),
  returnStatus: () => "NO_RETURN",
  riskLevel: () => "LOW",
  risks: () => [],
  shippingAddress: (order: Order) => order.shippingAddress,
  shippingLine: (order: Order, _args: never, context: Context) => shippingLines(order, context)[0] ?? null,
  shippingLines: (order: Order, args: PageArgs, context: Context) =>
    connectInOrder(context, shippingLines(order, context), args),
  shopifyProtect: () => null,
  sourceIdentifier: () => null,
  sourceName: (order: Order) => order.sourceName,
  staffMember: () => null,
  statusPageUrl: (order: Order, _args: never, { shop }: Context) =>
    `https://${shop.domain}/${shop.id}/orders/${order.checkoutToken ?? `order${order.id}`}/authenticate`,
  subtotalLineItemsQuantity: (order: Order) => order.lineItems.reduce((total, line) => total + line.quantity, 0),
  tags: (order: Order) => [...order.tags].sort(),
  taxExempt: () => false,
  taxLines: (order: Order, _args: never, context: Context) => taxLines(order, context),
  currentTaxLines: (order: Order, _args: never, context: Context) => taxLines(order, context),
  taxesIncluded: () => false,
  test: (order: Order) => order.test,
  totalWeight: () => "0",
  transactions: (order: Order, { first }: { first?: number | null }) =>
    transactionsOf(order).slice(0, first ?? undefined),
  transactionsCount: (order: Order) => countOf(transactionsOf(order).length, null),
  unpaid: (order: Order) => received(order) === 0 && outstanding(order) > 0,
  updatedAt: (order: Order) => order.updatedAt,
};

function customerOf(order: Order, _args: never, { shop }: Context): Customer | null {
  return order.customerId === null ? null : (shop.customers.get(order.customerId) ?? null);
}

function fulfilmentsOf({ fulfilment, name }: Order) {
  if (!fulfilment) return [];
  const { id, createdAt, updatedAt, deliveredAt } = fulfilment;
  const displayStatus = deliveredAt === null ? "FULFILLED" : "DELIVERED";
  return [
    { id: gid("Fulfillment", id), legacyResourceId: id, name: `${name}.1`, status: "SUCCESS", displayStatus, createdAt, updatedAt, deliveredAt }, // prettier-ignore
  ];
}

function channelName({ sourceName }: Order): string {
  return sourceName === "web" ? "Online Store" : sourceName === "pos" ? "Point of Sale" : sourceName;
}

function journeyOf(order: Order): Record<string, unknown> {
  const visit =
    order.landingSite === null && order.referringSite === null
      ? null
      : {
          id: gid("CustomerVisit", order.id),
          landingPage: order.landingSite,
          occurredAt: order.createdAt,
          referralCode: null,
          referrerUrl: order.referringSite,
          source: order.referringSite === null ? "direct" : order.referringSite,
          sourceDescription: null,
          sourceType: null,
          utmParameters: utmOf(order.landingSite),
        };
  return {
    customerOrderIndex: null,
    daysToConversion: null,
    firstVisit: visit,
    lastVisit: visit,
    momentsCount: countOf(visit === null ? 0 : 1, null),
    ready: true,
  };
}

function utmOf(landingSite: string | null): Record<string, string | null> | null {
  const search = new URLSearchParams(landingSite?.split("?")[1] ?? "");
  const names = ["campaign", "content", "medium", "source", "term"];
  if (!names.some((name) => search.has(`utm_${name}`))) return null;
  return Object.fromEntries(names.map((name) => [name, search.get(`utm_${name}`)]));
}

type ShippingLine = { id: string } & Record<string, unknown>;

function shippingLines(order: Order, { shop }: Context): ShippingLine[] {
  if (order.shippingAddress === null) return [];
  const rate = shippingRate(order);
  const bag = moneyBag(shop, order, toMillionths(order.shipping));
  return [
    {
      id: gid("ShippingLine", `${order.id}3`),
      carrierIdentifier: null,
      code: "Standard",
      currentDiscountedPriceSet: bag,
      custom: false,
      deliveryCategory: null,
      discountAllocations: allocationsOf(shop, order, shippingAllocations(order)),
      discountedPriceSet: bag,
      isRemoved: false,
      originalPriceSet: moneyBag(shop, order, rate),
      phone: null,
      shippingRateHandle: null,
      source: "shopify",
      taxLines: [],
      title: rate === 0 ? "Free delivery" : "Standard",
    },
  ];
}

function taxLines(order: Order, { shop }: Context): unknown[] {
  const tax = toMillionths(order.tax);
  if (tax === 0) return [];
  const line = { title: "Tax", channelLiable: false, rate: 0.2, ratePercentage: 20, source: null };
  return [{ ...line, priceSet: moneyBag(shop, order, tax) }];
}

export const orderQueries: Fields = {
  order: (_: unknown, { id }: { id: string }, context: Context) => {
    const order = context.shop.orders.get(idOf("Order", id) ?? "");
    return order === undefined || !isVisible(context, order) ? null : order;
  },
  refund: (_: unknown, { id }: { id: string }, context: Context): RefundOf | null => {
    const refundId = idOf("Refund", id);
    for (const order of context.shop.orders.values()) {
      const refund = order.refunds.find((one) => one.id === refundId);
      if (refund) return isVisible(context, order) ? { refund, order } : null;
    }
    return null;
  },
  orders: (_: unknown, args: OrdersArgs, context: Context, info: GraphQLResolveInfo) =>
    orderConnection(context, info, context.shop.orders.values(), args),
  ordersCount: (
    _: unknown,
    args: { query?: string | null; limit?: number | null },
    context: Context,
    info: GraphQLResolveInfo,
  ) => countOf(visibleOrders(context, info, context.shop.orders.values(), args.query).length, args.limit),
};
