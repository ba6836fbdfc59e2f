import type { LineItemRow, OrderRow, RefundRow, Version } from "../entities.ts";
import { share, sumOf, sumOfKnown } from "../sum.ts";
import {
  capitalsOf,
  decimalOf,
  idNeeded,
  idOf,
  integerOf,
  momentOf,
  moneyOf,
  objectOf,
  objectsOf,
  presentedOf,
  shortTextOf,
  tagsOf,
  textOf,
  type Json,
} from "./fields.ts";

type Seen = Pick<Version, "seenAt" | "rank">;

/** Every orders/* topic but orders/delete and orders/edited carries the whole order. */
export function readOrder(body: Json, seen: Seen, shopCurrency: string): OrderRow {
  const currency = shortTextOf(body["currency"]) ?? shopCurrency;
  const total = moneyOf(body, "total_price") ?? "0";
  return {
    ...seen,
    id: idNeeded(body, "id"),
    updatedAt: momentOf(body["updated_at"], "updated_at"),
    customerId: idOf(objectOf(body["customer"])["id"]),
    ...readOrigin(body),
    financialStatus: capitalsOf(body["financial_status"]),
    fulfillmentStatus: capitalsOf(body["fulfillment_status"]),
    currency,
    presentmentCurrency: shortTextOf(body["presentment_currency"]) ?? currency,
    subtotal: moneyOf(body, "subtotal_price") ?? "0",
    discounts: moneyOf(body, "total_discounts") ?? "0",
    shipping: moneyOf(body, "total_shipping_price") ?? "0",
    tax: moneyOf(body, "total_tax") ?? "0",
    total,
    presentmentTotal: moneyOf(body, "total_price", "presentment_money") ?? total,
    presentmentSubtotal: presentedOf(body, "subtotal_price"),
    presentmentDiscounts: presentedOf(body, "total_discounts"),
    presentmentShipping: presentedOf(body, "total_shipping_price"),
    presentmentTax: presentedOf(body, "total_tax"),
    test: body["test"] === true,
    processedAt: momentOf(body["processed_at"], "processed_at"),
    createdAt: momentOf(body["created_at"], "created_at"),
    cancelledAt: momentOf(body["cancelled_at"], "cancelled_at"),
    cancelReason: capitalsOf(body["cancel_reason"]),
    lineItems: readLineItems(body),
  };
}

function readOrigin(body: Json) {
  return {
    name: shortTextOf(body["name"]),
    email: shortTextOf(body["email"]),
    phone: shortTextOf(body["phone"]),
    sourceName: shortTextOf(body["source_name"]),
    appId: idOf(body["app_id"]),
    locationId: idOf(body["location_id"]),
    landingSite: textOf(body["landing_site"]),
    referringSite: textOf(body["referring_site"]),
    discountCodes: objectsOf(body["discount_codes"]).map((code) => ({
      code: textOf(code["code"]) ?? "",
      amount: decimalOf(code["amount"], "discount_codes.amount"),
      type: textOf(code["type"]),
    })),
    noteAttributes: objectsOf(body["note_attributes"]).map((attribute) => ({
      name: textOf(attribute["name"]) ?? "",
      value: textOf(attribute["value"]) ?? "",
    })),
    note: textOf(body["note"]),
    tags: tagsOf(body["tags"]),
    customerLocale: shortTextOf(body["customer_locale"]),
    checkoutToken: shortTextOf(body["checkout_token"]),
    cartToken: shortTextOf(body["cart_token"]),
  };
}

function readLineItems(body: Json): LineItemRow[] {
  const applications = objectsOf(body["discount_applications"]);
  const lines = objectsOf(body["line_items"]).map((line): LineItemRow => {
    const allocations = objectsOf(line["discount_allocations"]).map((allocation) => {
      const application =
        applications[integerOf(allocation["discount_application_index"], "discount_allocations")] ?? {};
      return {
        amount: moneyOf(allocation, "amount") ?? "0",
        presentmentAmount: presentedOf(allocation, "amount"),
        type: textOf(application["type"]),
        code: textOf(application["code"]),
        title: textOf(application["title"]),
      };
    });
    return {
      id: idNeeded(line, "id"),
      productId: idOf(line["product_id"]),
      variantId: idOf(line["variant_id"]),
      title: textOf(line["title"]),
      sku: shortTextOf(line["sku"]),
      quantity: integerOf(line["quantity"], "line_items.quantity"),
      price: moneyOf(line, "price") ?? "0",
      discount: sumOf(allocations.map(({ amount }) => amount)),
      presentmentPrice: presentedOf(line, "price"),
      presentmentDiscount: sumOfKnown(allocations.map(({ presentmentAmount }) => presentmentAmount)),
      allocations,
    };
  });
  return [...new Map(lines.map((line) => [line.id, line])).values()];
}

/** refunds/create, and the refunds inside an order. */
export function readRefund(body: Json, seenAt: string, shopCurrency: string, order: Json = {}): RefundRow {
  const items = objectsOf(body["refund_line_items"]);
  return {
    id: idNeeded(body, "id"),
    orderId: idOf(order["id"]) ?? idNeeded(body, "order_id"),
    ...readPaidBack(body, items, shopCurrency),
    note: textOf(body["note"]),
    at: momentOf(body["processed_at"], "processed_at") ?? momentOf(body["created_at"], "created_at") ?? seenAt,
    lines: items.map((item) => ({
      lineItemId: idNeeded(item, "line_item_id"),
      quantity: integerOf(item["quantity"], "refund_line_items.quantity"),
      subtotal: moneyOf(item, "subtotal") ?? "0",
      presentmentSubtotal: presentedOf(item, "subtotal"),
    })),
  };
}

/** A payment has one currency; the lines say what the other side of it is worth. */
function readPaidBack(body: Json, items: Json[], shopCurrency: string) {
  const paid = objectsOf(body["transactions"]).filter(
    ({ kind, status }) => kind === "refund" && (status === "success" || status === undefined),
  );
  const sum = sumOf(paid.map((transaction) => moneyOf(transaction, "amount") ?? "0"));
  const ours = sumOf(items.map((item) => moneyOf(item, "subtotal") ?? "0"));
  const theirs = sumOf(items.map((item) => moneyOf(item, "subtotal", "presentment_money") ?? "0"));
  const isForeign = paid.some(({ currency }) => typeof currency === "string" && currency !== shopCurrency);
  return isForeign
    ? { amount: share(sum, ours, theirs), presentmentAmount: sum }
    : { amount: sum, presentmentAmount: share(sum, theirs, ours) };
}
