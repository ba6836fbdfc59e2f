// The order of `orders/*` as 2026-10 sends it: no checkout_id, a slim customer, money as sets.

import { fulfilmentFields } from "./fulfilment-payload.ts";
import type { Emission, Order, Refund, ShopState, Store } from "../model.ts";
import { sum, toAmount, toMillionths } from "../money.ts";
import { orderAddress } from "./address-payload.ts";
import { slimCustomer } from "./customer-payload.ts";
import { lineItem } from "./line-item-payload.ts";
import { moneySet } from "./money-set.ts";
import { exact, exactOrNull, type RawJson } from "./serialise.ts";
import { shopTime, shopTimeOrNull } from "./shop-time.ts";

function find(shop: ShopState, id: string): Order {
  const order = shop.orders.get(id);
  if (order === undefined) throw new Error(`No order ${id} in ${shop.domain}.`);
  return order;
}

type Totals = Record<"items" | "discounts" | "subtotal" | "refundedLines" | "refunded" | "total", number>;

function totalsOf(order: Order): Totals {
  const items = order.lineItems.reduce((total, line) => total + toMillionths(line.price) * line.quantity, 0);
  const discounts = sum(order.lineItems.map((line) => line.discount));
  return {
    items,
    discounts,
    subtotal: items - discounts,
    refundedLines: sum(order.refunds.flatMap((refund) => refund.lines.map((line) => line.subtotal))),
    refunded: sum(order.refunds.map((refund) => refund.amount)),
    total: toMillionths(order.total),
  };
}

export function financialStatus(order: Order): string {
  const { refunded, total } = totalsOf(order);
  if (refunded > 0) return refunded >= total ? "refunded" : "partially_refunded";
  return order.cancelledAt === null ? "paid" : "voided";
}

export function orderPayload(_store: Store, shop: ShopState, { resourceId }: Emission): unknown {
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
    currency: shop.currency,
    ...moneyFields(shop, order),
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

function moneyFields(shop: ShopState, order: Order): Record<string, unknown> {
  const totals = totalsOf(order);
  const [tax, shipping] = [toMillionths(order.tax), toMillionths(order.shipping)];
  const cancelled = order.cancelledAt !== null && totals.refunded === 0;
  const set = (value: number): unknown => moneySet(shop, order, value);
  const both = (name: string, value: number): Record<string, unknown> => ({
    [name]: toAmount(value, shop.currency),
    [`${name}_set`]: set(value),
  });
  return {
    current_shipping_price_set: set(shipping),
    ...both("current_subtotal_price", cancelled ? 0 : totals.subtotal - totals.refundedLines),
    current_total_additional_fees_set: null,
    ...both("current_total_discounts", cancelled ? 0 : totals.discounts),
    current_total_duties_set: null,
    ...both("current_total_price", cancelled ? 0 : totals.total - totals.refunded),
    ...both("current_total_tax", cancelled ? 0 : tax),
    original_total_additional_fees_set: null,
    original_total_duties_set: null,
    ...both("subtotal_price", totals.subtotal),
    total_cash_rounding_payment_adjustment_set: set(0),
    total_cash_rounding_refund_adjustment_set: set(0),
    ...both("total_discounts", totals.discounts),
    ...both("total_line_items_price", totals.items),
    total_outstanding: toAmount(0, shop.currency),
    ...both("total_price", totals.total),
    total_shipping_price_set: set(shipping),
    ...both("total_tax", tax),
    total_tip_received: toAmount(0, shop.currency),
  };
}

function taxLines(shop: ShopState, order: Order): unknown[] {
  const tax = toMillionths(order.tax);
  if (tax === 0) return [];
  const price_set = moneySet(shop, order, tax);
  return [{ title: "Tax", price: toAmount(tax, shop.currency), price_set, rate: 0.2, channel_liable: false }];
}

function shippingLines(shop: ShopState, order: Order): unknown[] {
  if (order.shippingAddress === null) return [];
  const price = toMillionths(order.shipping);
  const set = moneySet(shop, order, price);
  return [
    {
      id: exact(`${order.id}3`),
      carrier_identifier: null,
      code: "Standard",
      current_discounted_price_set: set,
      discounted_price: toAmount(price, shop.currency),
      discounted_price_set: set,
      is_removed: false,
      phone: null,
      price: toAmount(price, shop.currency),
      price_set: set,
      requested_fulfillment_service_id: null,
      source: "shopify",
      title: price === 0 ? "Free delivery" : "Standard",
      tax_lines: [],
      discount_allocations: [],
    },
  ];
}

function discountApplications(order: Order): unknown[] {
  const same = { target_type: "line_item", allocation_method: "across", target_selection: "all" };
  if (order.discountCodes.length > 0) {
    return order.discountCodes.map((discount) => ({
      ...same,
      type: "discount_code",
      value: discount.amount,
      value_type: discount.type === "percentage" ? "percentage" : "fixed_amount",
      code: discount.code,
    }));
  }
  const off = sum(order.lineItems.map((line) => line.discount));
  if (off === 0) return [];
  return [
    { ...same, type: "automatic", value: toAmount(off), value_type: "fixed_amount", title: "Automatic discount" },
  ];
}

/** The emission's resource is the refund, `data.orderId` its order. */
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
    order_adjustments: [],
    refund_line_items: refund.lines.map((line) => refundLine(shop, order, line)),
    transactions: amount === 0 ? [] : [refundTransaction(shop, order, refund)],
  };
}

function refundLine(shop: ShopState, order: Order, line: Refund["lines"][number]): unknown {
  const item = order.lineItems.find((entry) => entry.id === line.lineItemId);
  const subtotal = toMillionths(line.subtotal);
  return {
    id: exact(line.id),
    quantity: line.quantity,
    line_item_id: exact(line.lineItemId),
    location_id: null,
    restock_type: "no_restock",
    subtotal: asNumber(toAmount(subtotal, shop.currency)),
    total_tax: 0,
    subtotal_set: moneySet(shop, order, subtotal),
    total_tax_set: moneySet(shop, order, 0),
    line_item: item === undefined ? null : lineItem(shop, order, item),
  };
}

/** Shopify writes these two amounts as JSON numbers; digit by digit, no float. */
function asNumber(amount: string): RawJson {
  return JSON.rawJSON(amount);
}

function refundTransaction(shop: ShopState, order: Order, refund: Refund): unknown {
  const none = { amount: "0.0", currency: shop.currency };
  return {
    id: exact(`${refund.id}4`),
    order_id: exact(order.id),
    kind: "refund",
    gateway: order.test ? "bogus" : "shopify_payments",
    status: "success",
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
    amount: refund.amount,
    currency: shop.currency,
    payment_id: `${order.name}.1`,
    total_unsettled_set: { presentment_money: none, shop_money: none },
    manual_payment_gateway: false,
    amount_rounding: null,
    admin_graphql_api_id: `gid://shopify/OrderTransaction/${refund.id}4`,
  };
}
