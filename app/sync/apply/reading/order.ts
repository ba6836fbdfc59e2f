import type { LineItemRow, OrderRow, RefundRow, Version } from "../entities.ts";
import { share, sumOf, sumOfKnown } from "../sum.ts";
import { eachOf, partOf, placesOf, type Body } from "./body.ts";
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
  moneyTold,
  presentedOf,
  shortTextOf,
  tagsOf,
  textOf,
  wordOf,
} from "./fields.ts";

type Seen = Pick<Version, "seenAt" | "rank">;

/** Every orders/* topic but orders/delete and orders/edited carries the whole order. */
export function readOrder(body: Body, seen: Seen): OrderRow {
  const currency = currencyNeeded(body, "currency");
  const total = moneyNeeded(body, "total_price");
  return {
    ...seen,
    id: idNeeded(body),
    updatedAt: momentOf(body, "updated_at"),
    customerId: idOf(partOf(body, "customer")),
    ...readOrigin(body),
    financialStatus: wordOf(body, "financial_status"),
    fulfillmentStatus: wordOf(body, "fulfillment_status"),
    currency,
    presentmentCurrency: currencyOf(body, "presentment_currency") ?? currency,
    subtotal: moneyOf(body, "subtotal_price"),
    discounts: moneyOf(body, "total_discounts"),
    shipping: moneyOf(body, "total_shipping_price"),
    tax: moneyOf(body, "total_tax"),
    total,
    presentmentTotal: moneyOf(body, "total_price", "presentment_money") ?? total,
    presentmentSubtotal: presentedOf(body, "subtotal_price"),
    presentmentDiscounts: presentedOf(body, "total_discounts"),
    presentmentShipping: presentedOf(body, "total_shipping_price"),
    presentmentTax: presentedOf(body, "total_tax"),
    test: flagOf(body, "test") === true,
    processedAt: momentOf(body, "processed_at"),
    createdAt: momentOf(body, "created_at"),
    cancelledAt: momentOf(body, "cancelled_at"),
    cancelReason: wordOf(body, "cancel_reason"),
    lineItems: readLineItems(body),
  };
}

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

function readLineItems(body: Body): LineItemRow[] {
  const applications = placesOf(body, "discount_applications");
  const lines = eachOf(body, "line_items", (line): LineItemRow => {
    const allocations = eachOf(line, "discount_allocations", (allocation) => {
      const application = partOf(applications, String(countOf(allocation, "discount_application_index") ?? ""));
      return {
        amount: moneyOf(allocation, "amount"),
        presentmentAmount: presentedOf(allocation, "amount"),
        type: textOf(application, "type"),
        code: textOf(application, "code"),
        title: textOf(application, "title"),
      };
    });
    return {
      id: idNeeded(line),
      productId: idOf(line, "product_id"),
      variantId: idOf(line, "variant_id"),
      title: textOf(line, "title"),
      sku: shortTextOf(line, "sku"),
      quantity: countNeeded(line, "quantity"),
      price: moneyOf(line, "price"),
      discount: sumOfKnown(allocations.map(({ amount }) => amount)),
      presentmentPrice: presentedOf(line, "price"),
      presentmentDiscount: sumOfKnown(allocations.map(({ presentmentAmount }) => presentmentAmount)),
      allocations,
    };
  });
  return [...new Map(lines.map((line) => [line.id, line])).values()];
}

/** refunds/create, and the refunds inside an order. Without an amount or a line that can be read there is no refund to keep. */
export function readRefund(body: Body, seenAt: string, shopCurrency: string, orderId?: string): RefundRow {
  return {
    id: idNeeded(body),
    orderId: orderId ?? idNeeded(body, "order_id"),
    ...readPaidBack(body, shopCurrency),
    note: textOf(body, "note"),
    at: momentOf(body, "processed_at") ?? momentOf(body, "created_at") ?? seenAt,
    lines: eachOf(body, "refund_line_items", (item) => ({
      lineItemId: idNeeded(item, "line_item_id"),
      quantity: countNeeded(item, "quantity"),
      subtotal: moneyTold(item, "subtotal") ?? "0",
      presentmentSubtotal: presentedOf(item, "subtotal"),
    })),
  };
}

/** A payment has one currency; the lines say what the other side of it is worth. */
function readPaidBack(body: Body, shopCurrency: string) {
  const transactions = eachOf(body, "transactions", (transaction) => transaction);
  const paid = transactions.filter(
    ({ fields: { kind, status } }) => kind === "refund" && (status === "success" || status === undefined),
  );
  const items = eachOf(body, "refund_line_items", (item) => item);
  const sum = sumOf(paid.map((transaction) => moneyTold(transaction, "amount") ?? "0"));
  const ours = sumOf(items.map((item) => moneyTold(item, "subtotal") ?? "0"));
  const theirs = sumOf(items.map((item) => moneyTold(item, "subtotal", "presentment_money") ?? "0"));
  const isForeign = paid.some(({ fields: { currency } }) => typeof currency === "string" && currency !== shopCurrency);
  return isForeign
    ? { amount: share(sum, ours, theirs), presentmentAmount: sum }
    : { amount: sum, presentmentAmount: share(sum, theirs, ours) };
}
