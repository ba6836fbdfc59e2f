// The body of `orders/*` in version 2026-10: without checkout_id, with a slim customer, and with money as sets.

import { discountsOf, shippingAllocations, shippingRate } from "../discounts/used.ts";
import { fulfilmentFields } from "./fulfilment-payload.ts";
import type { Emission, Order, Refund, ShopState, Store } from "../model.ts";
import { sum, toAmount, toMillionths } from "../money.ts";
import {
  currentShipping,
  currentSubtotal,
  currentTax,
  currentTotal,
  adjustmentsOf,
  itemsWorth,
  netPayment,
  outstanding,
  received,
  refunded,
} from "../order-worth.ts";
import { orderAddress } from "./address-payload.ts";
import { slimCustomer } from "./customer-payload.ts";
import { allocationFields, lineItem } from "./line-item-payload.ts";
import { currencyOf, moneySet } from "./money-set.ts";
import { exact, exactOrNull, type RawJson } from "./serialise.ts";
import { shopTime, shopTimeOrNull } from "./shop-time.ts";

function find(shop: ShopState, id: string): Order {
  const order = shop.orders.get(id);
  if (order === undefined) throw new Error(`No order ${id} in ${shop.domain}.`);
  return order;
}

export function financialStatus(order: Order): string {
  if (refunded(order) > 0) return netPayment(order) <= 0 ? "refunded" : "partially_refunded";
  if (order.cancelledAt !== null) return "voided";
  if (received(order) === 0 && toMillionths(order.total) > 0) return "pending";
  return outstanding(order) > 0 ? "partially_paid" : "paid";
}

export function orderPayload(store: Store, shop: ShopState, { resourceId }: Emission): unknown {
  const order = find(shop, resourceId);
  const customer = order.customerId === null ? undefined : shop.customers.get(order.customerId);
  const token = order.checkoutToken ?? `order${order.id}`;
  const address = order.shippingAddress === null ? null : orderAddress(order.shippingAddress);
  return {
    id: exact(order.id),
    admin_graphql_api_id: `gid://shopify/Order/${order.id}`,
    app_id: exactOrNull(order.appId),
    browser_ip: null,
    buyer_accepts_marketing: customer?.emailConsent.state === "SUBSCRIBED",
    cancel_reason: order.cancelReason,
    cancelled_at: shopTimeOrNull(shop, order.cancelledAt),
    cart_token: order.cartToken,
    checkout_token: order.checkoutToken,
    client_details: null,
    closed_at: shopTimeOrNull(shop, order.cancelledAt),
    confirmation_number: `C${order.number}`,
    confirmed: true,
    contact_email: order.email,
    created_at: shopTime(shop, order.createdAt),
    currency: currencyOf(shop, order),
    ...moneyFields(store, shop, order),
    customer_locale: order.customerLocale,
    device_id: null,
    discount_codes: order.discountCodes,
    duties_included: false,
    email: order.email,
    estimated_taxes: false,
    financial_status: financialStatus(order),
    fulfillment_status: order.fulfilment ? "fulfilled" : null,
    landing_site: order.landingSite,
    landing_site_ref: null,
    location_id: exactOrNull(order.locationId),
    merchant_business_entity_id: "MTU0ODM4MDAwOQ",
    merchant_of_record_app_id: null,
    name: order.name,
    note: order.note,
    note_attributes: order.noteAttributes,
    number: order.number - 1000,
    order_number: order.number,
    order_status_url: `https://${shop.domain}/${shop.id}/orders/${token}/authenticate?key=${token}`,
    payment_gateway_names: [order.test ? "bogus" : "shopify_payments"],
    payment_terms: null,
    phone: null,
    po_number: null,
    presentment_currency: order.presentmentCurrency,
    processed_at: shopTime(shop, order.processedAt),
    reference: null,
    referring_site: order.referringSite,
    source_identifier: null,
    source_name: order.sourceName,
    source_url: null,
    tags: order.tags.join(", "),
    tax_exempt: false,
    tax_lines: taxLines(shop, order),
    taxes_included: false,
    test: order.test,
    token,
    total_weight: 0,
    updated_at: shopTime(shop, order.updatedAt),
    user_id: null,
    billing_address: address,
    customer: customer === undefined ? null : slimCustomer(shop, customer),
    discount_applications: discountApplications(order),
    fulfillments: order.fulfilment ? [fulfilmentFields(shop, order, order.fulfilment)] : [],
    line_items: order.lineItems.map((line) => lineItem(shop, order, line)),
    refunds: order.refunds.map((refund) => refundFields(shop, order, refund)),
    returns: [],
    line_item_groups: [],
    shipping_address: address,
    shipping_lines: shippingLines(shop, order),
  };
}

function moneyFields(store: Store, shop: ShopState, order: Order): Record<string, unknown> {
  const ours = currencyOf(shop, order);
  const [tax, shipping] = [toMillionths(order.tax), toMillionths(order.shipping)];
  const discounts = sum(order.lineItems.map((line) => line.discount));
  const set = (value: number): unknown => moneySet(shop, order, value);
  const both = (name: string, value: number): Record<string, unknown> => ({
    [name]: toAmount(value, ours),
    [`${name}_set`]: set(value),
  });
  return {
    current_shipping_price_set: set(currentShipping(order)),
    ...both("current_subtotal_price", currentSubtotal(order)),
    current_total_additional_fees_set: null,
    ...both("current_total_discounts", order.cancelledAt === null ? discounts : 0),
    current_total_duties_set: null,
    ...both("current_total_price", currentTotal(order, store.switches.currentTotalAfterReturnsAlone)),
    ...both("current_total_tax", currentTax(order)),
    original_total_additional_fees_set: null,
    original_total_duties_set: null,
    ...both("subtotal_price", itemsWorth(order)),
    total_cash_rounding_payment_adjustment_set: set(0),
    total_cash_rounding_refund_adjustment_set: set(0),
    ...both("total_discounts", discounts),
    ...both("total_line_items_price", itemsWorth(order) + discounts),
    total_outstanding: toAmount(outstanding(order), ours),
    ...both("total_price", toMillionths(order.total)),
    total_shipping_price_set: set(shipping),
    ...both("total_tax", tax),
    total_tip_received: toAmount(0, ours),
  };
}

function taxLines(shop: ShopState, order: Order): unknown[] {
  const tax = toMillionths(order.tax);
  if (tax === 0) return [];
  const price_set = moneySet(shop, order, tax);
  return [{ title: "Tax", price: toAmount(tax, currencyOf(shop, order)), price_set, rate: 0.2, channel_liable: false }];
}

function shippingLines(shop: ShopState, order: Order): unknown[] {
  if (order.shippingAddress === null) return [];
  const [rate, price] = [shippingRate(order), toMillionths(order.shipping)];
  const set = moneySet(shop, order, price);
  return [
    {
      id: exact(`${order.id}3`),
      carrier_identifier: null,
      code: "Standard",
      current_discounted_price_set: set,
      discounted_price: toAmount(price, currencyOf(shop, order)),
      discounted_price_set: set,
      is_removed: false,
      phone: null,
      price: toAmount(rate, currencyOf(shop, order)),
      price_set: moneySet(shop, order, rate),
      requested_fulfillment_service_id: null,
      source: "shopify",
      title: rate === 0 ? "Free delivery" : "Standard",
      tax_lines: [],
      discount_allocations: allocationFields(shop, order, shippingAllocations(order)),
    },
  ];
}

function discountApplications(order: Order): unknown[] {
  return discountsOf(order).map(({ code, title, type, amount }) => ({
    ...(type === "shipping"
      ? { target_type: "shipping_line", allocation_method: "each", value: "100.0", value_type: "percentage" }
      : { target_type: "line_item", allocation_method: "across", value: amount, value_type: valueType(code, type) }),
    target_selection: "all",
    ...(code === null ? { type: "automatic", title } : { type: "discount_code", code }),
  }));
}

/** The value of an automatic discount is what it took off. */
const valueType = (code: string | null, type: string): string =>
  code !== null && type === "percentage" ? "percentage" : "fixed_amount";

/** The resource is the refund. `data.orderId`: its order. */
export function refundPayload(_store: Store, shop: ShopState, { resourceId, data }: Emission): unknown {
  const order = find(shop, String(data?.["orderId"]));
  const refund = order.refunds.find((entry) => entry.id === resourceId);
  if (refund === undefined) throw new Error(`No refund ${resourceId} on order ${order.id}.`);
  return refundFields(shop, order, refund);
}

function refundFields(shop: ShopState, order: Order, refund: Refund): unknown {
  const amount = toMillionths(refund.amount);
  return {
    id: exact(refund.id),
    order_id: exact(order.id),
    created_at: shopTime(shop, refund.createdAt),
    note: refund.note,
    user_id: exact(`${shop.id}5`),
    processed_at: shopTime(shop, refund.createdAt),
    duties: [],
    total_duties_set: moneySet(shop, order, 0),
    return: null,
    refund_shipping_lines: [],
    restock: true,
    admin_graphql_api_id: `gid://shopify/Refund/${refund.id}`,
    order_adjustments: adjustments(shop, order, refund),
    refund_line_items: refund.lines.map((line, at) => refundLine(shop, order, line, at === 0 ? refund.tax : undefined)),
    transactions: amount === 0 ? [] : [refundTransaction(shop, order, refund)],
  };
}

function adjustments(shop: ShopState, order: Order, refund: Refund): unknown[] {
  const kinds = [
    { kind: "shipping_refund", reason: "Shipping refund", amount: -toMillionths(refund.shipping ?? "0") },
    ...adjustmentsOf(refund).map((amount) => ({ kind: "refund_discrepancy", reason: "Refund discrepancy", amount })),
  ];
  return kinds
    .filter(({ amount }) => amount !== 0)
    .map(({ kind, reason, amount }, at) => ({
      id: exact(`${refund.id}6${at}`),
      order_id: exact(order.id),
      refund_id: exact(refund.id),
      amount: toAmount(amount, currencyOf(shop, order)),
      amount_set: moneySet(shop, order, amount),
      kind,
      reason,
      tax_amount: toAmount(0, currencyOf(shop, order)),
      tax_amount_set: moneySet(shop, order, 0),
    }));
}

/** The first line has the tax. */
function refundLine(shop: ShopState, order: Order, line: Refund["lines"][number], tax = "0"): unknown {
  const item = order.lineItems.find((entry) => entry.id === line.lineItemId);
  const subtotal = toMillionths(line.subtotal);
  return {
    id: exact(line.id),
    quantity: line.quantity,
    line_item_id: exact(line.lineItemId),
    location_id: null,
    restock_type: "no_restock",
    subtotal: asNumber(toAmount(subtotal, currencyOf(shop, order))),
    total_tax: asNumber(toAmount(toMillionths(tax), currencyOf(shop, order))),
    subtotal_set: moneySet(shop, order, subtotal),
    total_tax_set: moneySet(shop, order, toMillionths(tax)),
    line_item: item === undefined ? null : lineItem(shop, order, item),
  };
}

/** Shopify writes these two amounts as JSON numbers. They are written digit by digit, without a float. */
function asNumber(amount: string): RawJson {
  return JSON.rawJSON(amount);
}

function refundTransaction(shop: ShopState, order: Order, refund: Refund): unknown {
  const none = { amount: "0.0", currency: currencyOf(shop, order) };
  // A payment is in the currency that the shopper paid with.
  const paid = moneySet(shop, order, toMillionths(refund.amount), refund.rate).presentment_money;
  return {
    id: exact(`${refund.id}4`),
    order_id: exact(order.id),
    kind: "refund",
    gateway: order.test ? "bogus" : "shopify_payments",
    status: refund.status ?? "success",
    message: null,
    created_at: shopTime(shop, refund.createdAt),
    test: order.test,
    authorization: null,
    location_id: null,
    user_id: null,
    parent_id: null,
    processed_at: shopTime(shop, refund.createdAt),
    device_id: null,
    error_code: null,
    source_name: order.sourceName,
    receipt: {},
    amount: paid.amount,
    currency: paid.currency_code,
    payment_id: `${order.name}.1`,
    total_unsettled_set: { presentment_money: none, shop_money: none },
    manual_payment_gateway: false,
    amount_rounding: null,
    admin_graphql_api_id: `gid://shopify/OrderTransaction/${refund.id}4`,
  };
}
