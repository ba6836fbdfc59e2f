import type { LineItemRow, OrderRow, RefundRow, Version } from "../../../../customers/facts/entities.ts";
import { currentTotal } from "../../../../customers/facts/money/current-total.ts";
import type { OrderMoney } from "../../../../customers/facts/money/refund-figure.ts";
import { sumOf, sumOfKnown } from "../../../../customers/facts/money/sum.ts";
import { UNDATED_AT } from "../../../../customers/facts/version.ts";
import { eachOf, partOf, indexedOf, type Body } from "../../../reading/body.ts";
import {
  countNeeded,
  countOf,
  currencyNeeded,
  currencyOf,
  decimalOf,
  exactTextOf,
  flagOf,
  idNeeded,
  idOf,
  momentOf,
  moneyNeeded,
  moneyOf,
  presentedOf,
  shortTextOf,
  tagsOf,
  textOf,
  wordOf,
} from "./fields.ts";
import { readRefund, type Carrier } from "./refund.ts";

type Seen = Pick<Version, "seenAt" | "rank">;

/** Every orders/* topic except orders/delete and orders/edited has the whole order, with its refunds. */
export function readOrder(body: Body, seen: Seen): { order: OrderRow; refunds: RefundRow[] } {
  const version = { ...seen, id: idNeeded(body), updatedAt: momentOf(body, "updated_at") };
  const money = readMoney(body);
  const carrier: Carrier = {
    id: version.id,
    updatedAt: version.updatedAt ?? UNDATED_AT,
    money,
    taxesIncluded: flagOf(body, "taxes_included"),
  };
  const refunds = eachOf(body, "refunds", (refund) => readRefund(refund, seen, money.currency, carrier));
  const order = readRow(body, version, money);
  const applications = indexedOf(body, "discount_applications");
  return {
    order: {
      ...order,
      currentTotal: readCurrentTotal(body, order.total, refunds),
      lineItems: readLineItems(body, applications, order.cancelledAt === null ? refunds : null),
      shippingAllocations: eachOf(body, "shipping_lines", (line) => readAllocations(line, applications)).flat(),
    },
    refunds,
  };
}

const RATES = ["total_price", "subtotal_price", "total_line_items_price", "total_tax", "total_shipping_price"];

function readMoney(body: Body): OrderMoney {
  const currency = currencyNeeded(body, "currency");
  const presented = partOf(partOf(body, "total_price_set"), "presentment_money");
  return {
    currency,
    presentmentCurrency: currencyOf(body, "presentment_currency") ?? currencyOf(presented, "currency_code") ?? currency,
    rates: RATES.map((field) => ({ shop: moneyOf(body, field) ?? "0", presentment: presentedOf(body, field) })),
  };
}

function readCurrentTotal(body: Body, total: string, refunds: RefundRow[]): string | null {
  const part = (then: string, now: string) => ({ then: moneyOf(body, then), now: moneyOf(body, now) });
  return currentTotal({
    total,
    current: moneyOf(body, "current_total_price"),
    subtotal: part("subtotal_price", "current_subtotal_price"),
    others: [
      ...(flagOf(body, "taxes_included") ? [] : [part("total_tax", "current_total_tax")]),
      part("total_shipping_price", "current_shipping_price"),
      part("original_total_duties", "current_total_duties"),
    ],
    adjusted: sumOf(refunds.map(({ adjusted }) => adjusted ?? "0")),
  });
}

function readRow(body: Body, version: Version & { id: string }, money: OrderMoney): Omit<OrderRow, "lineItems"> {
  const total = moneyNeeded(body, "total_price");
  return {
    ...version,
    customerId: idOf(partOf(body, "customer")),
    ...readOrigin(body),
    financialStatus: wordOf(body, "financial_status"),
    fulfillmentStatus: wordOf(body, "fulfillment_status"),
    currency: money.currency,
    presentmentCurrency: money.presentmentCurrency,
    subtotal: moneyOf(body, "subtotal_price"),
    discounts: moneyOf(body, "total_discounts"),
    shipping: moneyOf(body, "total_shipping_price"),
    tax: moneyOf(body, "total_tax"),
    total,
    presentmentTotal: presentedTotal(presentedOf(body, "total_price"), total, money),
    presentmentSubtotal: presentedOf(body, "subtotal_price"),
    presentmentDiscounts: presentedOf(body, "total_discounts"),
    presentmentShipping: presentedOf(body, "total_shipping_price"),
    presentmentTax: presentedOf(body, "total_tax"),
    test: flagOf(body, "test") === true,
    processedAt: momentOf(body, "processed_at"),
    createdAt: momentOf(body, "created_at"),
    cancelledAt: momentOf(body, "cancelled_at"),
    cancelReason: wordOf(body, "cancel_reason"),
  };
}

type Currencies = Pick<OrderMoney, "currency" | "presentmentCurrency">;

/**
 * The order's total in the shopper's currency. Zero where the body lacks it and the currencies differ: the two totals give the
 * order's exchange rate, and two equal totals would give a rate of 1.
 */
export const presentedTotal = (sent: string | null, total: string, { currency, presentmentCurrency }: Currencies) =>
  sent ?? (presentmentCurrency === currency ? total : "0");

function readOrigin(body: Body) {
  return {
    name: shortTextOf(body, "name"),
    email: exactTextOf(body, "email"),
    phone: exactTextOf(body, "phone"),
    sourceName: shortTextOf(body, "source_name"),
    appId: idOf(body, "app_id"),
    locationId: idOf(body, "location_id"),
    landingSite: textOf(body, "landing_site"),
    referringSite: textOf(body, "referring_site"),
    discountCodes: eachOf(body, "discount_codes", (code) => ({
      code: textOf(code, "code") ?? "",
      amount: decimalOf(code, "amount"),
      type: textOf(code, "type"),
    })),
    noteAttributes: eachOf(body, "note_attributes", (attribute) => ({
      name: textOf(attribute, "name") ?? "",
      value: textOf(attribute, "value") ?? "",
    })),
    note: textOf(body, "note"),
    tags: tagsOf(body),
    customerLocale: shortTextOf(body, "customer_locale"),
    checkoutToken: exactTextOf(body, "checkout_token"),
    cartToken: exactTextOf(body, "cart_token"),
  };
}

/** Of a line item or a shipping line. */
const readAllocations = (line: Body, applications: Body) =>
  eachOf(line, "discount_allocations", (allocation) => {
    const application = partOf(applications, String(countOf(allocation, "discount_application_index") ?? ""));
    return {
      amount: moneyOf(allocation, "amount"),
      presentmentAmount: presentedOf(allocation, "amount"),
      type: textOf(application, "type"),
      code: textOf(application, "code"),
      title: textOf(application, "title"),
    };
  });

/** `refunds` is null for a cancelled order. */
function readLineItems(body: Body, applications: Body, refunds: RefundRow[] | null): LineItemRow[] {
  const refunded = refundedUnits(refunds);
  const lines = eachOf(body, "line_items", (line): LineItemRow => {
    const allocations = readAllocations(line, applications);
    const id = idNeeded(line);
    const quantity = countNeeded(line, "quantity");
    return {
      id,
      productId: idOf(line, "product_id"),
      variantId: idOf(line, "variant_id"),
      title: textOf(line, "title"),
      sku: shortTextOf(line, "sku"),
      quantity,
      removed: unitsRemoved({ id, quantity, current: countOf(line, "current_quantity") }, refunded),
      price: moneyOf(line, "price"),
      discount: sumOfKnown(allocations.map(({ amount }) => amount)),
      presentmentPrice: presentedOf(line, "price"),
      presentmentDiscount: sumOfKnown(allocations.map(({ presentmentAmount }) => presentmentAmount)),
      allocations,
    };
  });
  return [...new Map(lines.map((line) => [line.id, line])).values()];
}

/** By line item, the units that refunds took off. `refunds` is null for a cancelled order. */
export function refundedUnits(refunds: RefundRow[] | null): Map<string, number> | null {
  if (refunds === null) return null;
  const units = new Map<string, number>();
  for (const { lines } of refunds)
    for (const { lineItemId, quantity } of lines) units.set(lineItemId, (units.get(lineItemId) ?? 0) + quantity);
  return units;
}

type Units = { id: string; quantity: number; current: number | null };

/**
 * The units that an edit removed without a refund. `refunded` is null for a cancelled order: its lines have no current units,
 * although no edit removed a unit.
 */
export function unitsRemoved({ id, quantity, current }: Units, refunded: Map<string, number> | null): number {
  if (current === null || refunded === null) return 0;
  return Math.max(0, quantity - current - (refunded.get(id) ?? 0));
}
