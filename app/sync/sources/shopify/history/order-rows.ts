// Reads an order of the Admin API, with its lines and refunds, into entities for applyFacts.
import type { Entities, LineItemRow, OrderRow, RefundRow } from "../../../../customers/facts/entities.ts";
import { currentTotal } from "../../../../customers/facts/money/current-total.ts";
import { UNDATED_AT } from "../../../../customers/facts/version.ts";
import { eachOf, partOf, type Body } from "../../../reading/body.ts";
import {
  countNeeded,
  countOf,
  currencyNeeded,
  currencyOf,
  decimalNeeded,
  decimalOf,
  exactTextOf,
  flagOf,
  idNeeded,
  idOf,
  momentOf,
  shortTextOf,
  tagsOf,
  textOf,
  wordOf,
} from "../reading/fields.ts";
import { presentedTotal, refundedUnits, unitsRemoved } from "../reading/order.ts";
import { isZero, sumOf, sumOfKnown } from "../../../../customers/facts/money/sum.ts";
import { nodeOf, type Reading } from "./rows.ts";

const moneyOf = (body: Body, field: string, side = "shopMoney") =>
  decimalOf(partOf(partOf(body, field), side), "amount");
const moneyNeeded = (body: Body, field: string) => decimalNeeded(partOf(partOf(body, field), "shopMoney"), "amount");
const presentedOf = (body: Body, field: string) => moneyOf(body, field, "presentmentMoney");

/** `{ node, lineItems, shippingLines, refundLines }`: `refundLines` is the answer of REFUND_LINES for the order. */
export function readOrderNode({ body, seenAt }: Reading, into: Entities): void {
  const { node, id } = nodeOf(body, "Order");
  const details = new Map(eachOf(body, "refundLines", (refund) => [idOf(refund), refund] as const));
  const version = { orderId: id, updatedAt: momentOf(node, "updatedAt") ?? UNDATED_AT, seenAt };
  const refunds = eachOf(node, "refunds", (refund) =>
    readRefund(refund, details.get(idOf(refund)) ?? { ...refund, fields: {} }, version),
  );
  const order = readOrder(id, node, seenAt);
  const refunded = refundedUnits(order.cancelledAt === null ? refunds : null);
  const lineItems = eachOf(body, "lineItems", (line) => readLineItem(line, refunded));
  const shippingAllocations = eachOf(body, "shippingLines", readAllocations).flat();
  const currentTotal = readCurrentTotal(node, order.total, refunds);
  into.orders.push({ ...order, currentTotal, lineItems, shippingAllocations });
  into.refunds.push(...refunds);
}

/** Shopify gives the refund's amount in both currencies. */
function readRefund(
  refund: Body,
  details: Body,
  { updatedAt, ...version }: Pick<RefundRow, "orderId" | "updatedAt" | "seenAt"> & { seenAt: string },
): RefundRow {
  const amount = moneyNeeded(refund, "totalRefundedSet");
  return {
    ...version,
    id: idNeeded(refund),
    updatedAt: momentOf(refund, "updatedAt") ?? updatedAt ?? null,
    amount,
    presentmentAmount: presentedOf(refund, "totalRefundedSet"),
    own: true,
    adjusted: isZero(amount) ? "0" : readAdjusted(details),
    note: textOf(refund, "note"),
    at: momentOf(refund, "createdAt") ?? momentOf(refund, "processedAt") ?? version.seenAt,
    lines: eachOf(partOf(details, "refundLineItems"), "nodes", readRefundLine).flat(),
  };
}

/** Reasons for money that the merchant does not keep: money still to be paid back, or set against a new item. */
const UNSETTLED = new Set(["PENDING_REFUND_DISCREPANCY", "BALANCE_ADJUSTMENT", "FULL_RETURN_BALANCING_ADJUSTMENT"]);

function readAdjusted(details: Body): string {
  const adjustments = eachOf(partOf(details, "orderAdjustments"), "nodes", (adjustment) =>
    UNSETTLED.has(wordOf(adjustment, "reason") ?? "")
      ? []
      : [moneyOf(adjustment, "amountSet") ?? "0", moneyOf(adjustment, "taxAmountSet") ?? "0"],
  );
  return sumOf(adjustments.flat());
}

function readCurrentTotal(node: Body, total: string, refunds: RefundRow[]): OrderRow["currentTotal"] {
  const part = (then: string, now: string) => ({ then: moneyOf(node, then), now: moneyOf(node, now) });
  return currentTotal({
    total,
    current: moneyOf(node, "currentTotalPriceSet"),
    subtotal: part("subtotalPriceSet", "currentSubtotalPriceSet"),
    others: [
      ...(flagOf(node, "taxesIncluded") ? [] : [part("totalTaxSet", "currentTotalTaxSet")]),
      part("totalShippingPriceSet", "currentShippingPriceSet"),
    ],
    adjusted: sumOf(refunds.map(({ adjusted }) => adjusted ?? "0")),
  });
}

/** Empty where the refunded line no longer exists. */
function readRefundLine(line: Body): RefundRow["lines"] {
  if (line.fields["lineItem"] === null) return [];
  return [
    {
      lineItemId: idNeeded(partOf(line, "lineItem")),
      quantity: countNeeded(line, "quantity"),
      subtotal: moneyNeeded(line, "subtotalSet"),
      presentmentSubtotal: presentedOf(line, "subtotalSet"),
    },
  ];
}

function readOrder(id: string, node: Body, seenAt: string): Omit<OrderRow, "lineItems"> {
  const visit = partOf(partOf(node, "customerJourneySummary"), "lastVisit");
  const currency = currencyNeeded(node, "currencyCode");
  const presentmentCurrency = currencyOf(node, "presentmentCurrencyCode") ?? currency;
  const total = moneyNeeded(node, "totalPriceSet");
  return {
    id,
    updatedAt: momentOf(node, "updatedAt"),
    seenAt,
    customerId: idOf(partOf(node, "customer")),
    name: shortTextOf(node, "name"),
    email: exactTextOf(node, "email"),
    phone: exactTextOf(node, "phone"),
    sourceName: shortTextOf(node, "sourceName"),
    appId: idOf(partOf(node, "app")),
    locationId: null,
    landingSite: textOf(visit, "landingPage"),
    referringSite: textOf(visit, "referrerUrl"),
    discountCodes: readCodes(node),
    noteAttributes: eachOf(node, "customAttributes", (attribute) => ({
      name: textOf(attribute, "key") ?? "",
      value: textOf(attribute, "value") ?? "",
    })),
    note: textOf(node, "note"),
    tags: tagsOf(node),
    customerLocale: shortTextOf(node, "customerLocale"),
    checkoutToken: exactTextOf(node, "checkoutToken"),
    cartToken: exactTextOf(node, "cartToken"),
    financialStatus: wordOf(node, "displayFinancialStatus"),
    fulfillmentStatus: wordOf(node, "displayFulfillmentStatus"),
    currency,
    presentmentCurrency,
    subtotal: moneyOf(node, "subtotalPriceSet"),
    discounts: moneyOf(node, "totalDiscountsSet"),
    shipping: moneyOf(node, "totalShippingPriceSet"),
    tax: moneyOf(node, "totalTaxSet"),
    total,
    presentmentTotal: presentedTotal(presentedOf(node, "totalPriceSet"), total, { currency, presentmentCurrency }),
    presentmentSubtotal: presentedOf(node, "subtotalPriceSet"),
    presentmentDiscounts: presentedOf(node, "totalDiscountsSet"),
    presentmentShipping: presentedOf(node, "totalShippingPriceSet"),
    presentmentTax: presentedOf(node, "totalTaxSet"),
    test: flagOf(node, "test") ?? false,
    processedAt: momentOf(node, "processedAt"),
    createdAt: momentOf(node, "createdAt"),
    cancelledAt: momentOf(node, "cancelledAt"),
    cancelReason: wordOf(node, "cancelReason"),
  };
}

/** The Admin API gives codes as a list of strings, without amounts. */
const readCodes = (node: Body): OrderRow["discountCodes"] =>
  tagsOf(node, "discountCodes").map((code) => ({ code, amount: null, type: null }));

/** The names of discount types in webhooks. */
const APPLICATIONS: Record<string, string> = {
  DiscountCodeApplication: "discount_code",
  AutomaticDiscountApplication: "automatic",
  ManualDiscountApplication: "manual",
  ScriptDiscountApplication: "script",
};

/** Of a line item or a shipping line. */
const readAllocations = (line: Body) =>
  eachOf(line, "discountAllocations", (allocation) => {
    const application = partOf(allocation, "discountApplication");
    return {
      amount: moneyOf(allocation, "allocatedAmountSet"),
      presentmentAmount: presentedOf(allocation, "allocatedAmountSet"),
      type: APPLICATIONS[textOf(application, "__typename") ?? ""] ?? null,
      code: textOf(application, "code"),
      title: textOf(application, "title"),
    };
  });

/** `refunded` is null for a cancelled order. */
function readLineItem(line: Body, refunded: Map<string, number> | null): LineItemRow {
  const id = idNeeded(line);
  const quantity = countNeeded(line, "quantity");
  const allocations = readAllocations(line);
  return {
    id,
    productId: idOf(partOf(line, "product")),
    variantId: idOf(partOf(line, "variant")),
    title: textOf(line, "title"),
    sku: shortTextOf(line, "sku"),
    quantity,
    removed: unitsRemoved({ id, quantity, current: countOf(line, "currentQuantity") }, refunded),
    price: moneyOf(line, "originalUnitPriceSet"),
    discount: sumOfKnown(allocations.map(({ amount }) => amount)),
    presentmentPrice: presentedOf(line, "originalUnitPriceSet"),
    presentmentDiscount: sumOfKnown(allocations.map(({ presentmentAmount }) => presentmentAmount)),
    allocations,
  };
}
