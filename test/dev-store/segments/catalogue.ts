// The filters of the segment language in this store: each filter's type, and a function's parameters.

import type { ShopState } from "../model.ts";

export type FilterType = "date" | "enum" | "float" | "integer" | "string" | "boolean" | "list" | "id_list" | "function";
export type Filter = {
  type: FilterType;
  values?: readonly string[];
  nullable?: boolean;
  /** A function's parameters. */
  parameters?: Record<string, "id" | "string" | "date" | "integer" | "money" | "tuple">;
  /** Set for a customer metafield: its namespace, key and type. */
  metafield?: { namespace: string; key: string; type: string };
};

const SUBSCRIPTION = ["SUBSCRIBED", "NOT_SUBSCRIBED", "PENDING", "UNSUBSCRIBED", "REDACTED"] as const;
export const RFM_GROUPS = [
  "CHAMPIONS",
  "LOYAL",
  "ACTIVE",
  "NEW",
  "PROMISING",
  "NEEDS_ATTENTION",
  "ALMOST_LOST",
  "AT_RISK",
  "PREVIOUSLY_LOYAL",
  "DORMANT",
  "PROSPECTS",
] as const;

const mailEvent: Filter = {
  type: "function",
  nullable: true,
  parameters: { activity_id: "id", count: "integer", date: "date" },
};
const storefrontEvent: Filter = {
  type: "function",
  nullable: true,
  parameters: { id: "id", tag: "string", count: "integer", date: "date" },
};

export const FILTERS: Record<string, Filter> = {
  abandoned_checkout_date: { type: "date", nullable: true },
  amount_spent: { type: "float" },
  companies: { type: "id_list", nullable: true },
  created_by_app_id: { type: "integer" },
  customer_account_status: { type: "enum", values: ["DECLINED", "DISABLED", "ENABLED", "INVITED"] },
  customer_added_date: { type: "date", nullable: true },
  customer_cities: { type: "list", nullable: true },
  customer_countries: { type: "list", nullable: true },
  customer_email_domain: { type: "string", nullable: true },
  customer_language: { type: "string" },
  customer_regions: { type: "list", nullable: true },
  customer_tags: { type: "list", nullable: true },
  email_subscription_status: { type: "enum", values: [...SUBSCRIPTION, "INVALID"] },
  first_order_date: { type: "date", nullable: true },
  last_order_date: { type: "date", nullable: true },
  number_of_orders: { type: "integer" },
  predicted_spend_tier: { type: "enum", values: ["HIGH", "MEDIUM", "LOW"], nullable: true },
  product_subscription_status: {
    type: "enum",
    values: ["SUBSCRIBED", "CANCELED", "EXPIRED", "FAILED", "NEVER_SUBSCRIBED", "PAUSED", "SUBSCRIBER"],
  },
  rfm_group: { type: "enum", values: RFM_GROUPS },
  sms_subscription_status: { type: "enum", values: SUBSCRIPTION },
  customer_within_distance: {
    type: "function",
    parameters: { coordinates: "tuple", distance_km: "money", distance_mi: "money" },
  },
  orders_placed: {
    type: "function",
    nullable: true,
    parameters: {
      amount: "money",
      app_id: "id",
      count: "integer",
      date: "date",
      location_id: "id",
      sum_amount: "money",
    },
  },
  products_purchased: {
    type: "function",
    nullable: true,
    parameters: {
      category: "string",
      count: "integer",
      date: "date",
      id: "id",
      quantity: "integer",
      sum_quantity: "integer",
      tag: "string",
    },
  },
  "shopify_email.bounced": mailEvent,
  "shopify_email.clicked": mailEvent,
  "shopify_email.delivered": mailEvent,
  "shopify_email.marked_as_spam": mailEvent,
  "shopify_email.opened": mailEvent,
  "shopify_email.unsubscribed": mailEvent,
  "storefront.collection_viewed": storefrontEvent,
  "storefront.product_viewed": storefrontEvent,
  "storefront_event.collection_viewed": storefrontEvent,
  "storefront_event.product_viewed": storefrontEvent,
  store_credit_accounts: {
    type: "function",
    nullable: true,
    parameters: { balance: "money", currency: "string", last_credit_date: "date", next_expiry_date: "date" },
  },
};

/** `namespaceOf` turns `$app` into the app's reserved namespace. */
export function findFilter(shop: ShopState, name: string, namespaceOf: (namespace: string) => string): Filter | null {
  const own = FILTERS[name];
  if (own !== undefined) return own;
  for (const definition of shop.metafieldDefinitions.values()) {
    if (definition.ownerType !== "CUSTOMER" || !definition.adminFilterable) continue;
    if (!spells(name, definition.namespace, definition.key, namespaceOf)) continue;
    const type = metafieldFilterType(definition.type);
    if (type === null) return null;
    const { namespace, key } = definition;
    return { type, nullable: true, metafield: { namespace, key, type: definition.type } };
  }
  return null;
}

/** `metafields.ns.key`, `customer.metafields.ns.key` or `customer.ns_key`. */
export function spells(
  name: string,
  namespace: string,
  key: string,
  namespaceOf: (namespace: string) => string,
): boolean {
  if (name === `customer.${namespace}_${key}`) return true;
  const path = /^(?:customer\.)?metafields\.(.+)\.([^.]+)$/.exec(name);
  return path?.[1] !== undefined && path[2] === key && namespaceOf(path[1]) === namespace;
}

function metafieldFilterType(type: string): FilterType | null {
  switch (type) {
    case "date":
    case "date_time":
      return "date";
    case "number_integer":
      return "integer";
    case "number_decimal":
      return "float";
    case "single_line_text_field":
      return "string";
    case "boolean":
      return "boolean";
    case "list.single_line_text_field":
    case "list.number_integer":
    case "list.number_decimal":
      return "list";
    default:
      return null;
  }
}
