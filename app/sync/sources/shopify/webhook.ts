// The topics that plugins may handle, and the fields of their bodies that plugins may rely on. Ids are strings, since they
// exceed 2^53. Money is a string too. A plugin adds further fields and topics from its own folder by `declare module`.

type MoneySet = {
  shop_money: { amount: string; currency_code: string };
  presentment_money: { amount: string; currency_code: string };
};

export interface AddressPayload {
  first_name?: string | null;
  last_name?: string | null;
  company?: string | null;
  address1?: string | null;
  address2?: string | null;
  city?: string | null;
  province_code?: string | null;
  country_code?: string | null;
  zip?: string | null;
  phone?: string | null;
}

export interface CustomerPayload {
  id: string;
  first_name?: string | null;
  last_name?: string | null;
  email?: string | null;
  phone?: string | null;
  note?: string | null;
  state?: string;
  verified_email?: boolean;
  tax_exempt?: boolean;
  currency?: string;
  default_address?: AddressPayload;
  addresses?: AddressPayload[];
  created_at?: string;
  updated_at?: string;
}

export interface LineItemPayload {
  id: string;
  product_id?: string | null;
  variant_id?: string | null;
  title?: string;
  variant_title?: string | null;
  vendor?: string | null;
  sku?: string | null;
  quantity: number;
  price?: string;
  total_discount?: string;
  gift_card?: boolean;
  properties?: { name: string; value: unknown }[];
}

export interface OrderPayload {
  id: string;
  name?: string;
  email?: string | null;
  phone?: string | null;
  note?: string | null;
  /** One text with commas. */
  tags?: string;
  /** `web`, `pos`, … */
  source_name?: string;
  /** The location of the physical store that sold the order; null online. */
  location_id?: string | null;
  app_id?: string | null;
  /** The member of staff who took the order. */
  user_id?: string | null;
  landing_site?: string | null;
  referring_site?: string | null;
  customer_locale?: string | null;
  cart_token?: string | null;
  checkout_token?: string | null;
  note_attributes?: { name: string; value: unknown }[];
  discount_codes?: { code: string; amount: string; type: string }[];
  customer?: CustomerPayload | null;
  billing_address?: AddressPayload | null;
  shipping_address?: AddressPayload | null;
  line_items?: LineItemPayload[];
  currency?: string;
  presentment_currency?: string;
  financial_status?: string | null;
  fulfillment_status?: string | null;
  subtotal_price?: string;
  total_discounts?: string;
  total_tax?: string;
  /** Gross: before returns. An edit may raise the total and never lowers it. */
  total_price?: string;
  total_price_set?: MoneySet;
  /** `total_price` after edits, returns and cancelling. */
  current_total_price?: string;
  current_total_price_set?: MoneySet;
  test?: boolean;
  created_at?: string;
  updated_at?: string;
  processed_at?: string | null;
  cancelled_at?: string | null;
  cancel_reason?: string | null;
}

export interface RefundPayload {
  id: string;
  order_id: string;
  note?: string | null;
  created_at?: string;
  user_id?: string | null;
  refund_line_items?: { id: string; line_item_id: string; quantity: number; subtotal?: string }[];
  /** `amount` is in the currency that the shopper paid with. */
  transactions?: { id: string; kind: string; status: string; amount: string; currency?: string }[];
}

export interface ProductPayload {
  id: string;
  title?: string;
  handle?: string;
  body_html?: string | null;
  vendor?: string | null;
  product_type?: string | null;
  /** One text with commas. */
  tags?: string;
  status?: string;
  published_at?: string | null;
  variants?: { id: string; title?: string; sku?: string | null; price?: string; inventory_quantity?: number }[];
}

/** `customerId` is a gid. */
export interface TagsPayload {
  customerId: string;
  tags: string[];
  occurredAt?: string;
}

/** An interface, so that a plugin which needs another topic can add it from its own folder (`declare module`). */
export interface Payloads {
  "orders/create": OrderPayload;
  "orders/updated": OrderPayload;
  "orders/paid": OrderPayload;
  "orders/cancelled": OrderPayload;
  "orders/delete": { id: string };
  "refunds/create": RefundPayload;
  "customers/create": CustomerPayload;
  "customers/update": CustomerPayload;
  "customers/delete": { id: string };
  "customer.tags_added": TagsPayload;
  "customer.tags_removed": TagsPayload;
  "products/create": ProductPayload;
  "products/update": ProductPayload;
  "products/delete": { id: string };
}
