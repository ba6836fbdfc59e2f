// Topics that plugins may react to and the shapes of their bodies, as far as they promise anything. Ids are text: they
// exceed 2^53. Money is text too.

type MoneySet = {
  shop_money: { amount: string; currency_code: string };
  presentment_money: { amount: string; currency_code: string };
};

export type CustomerPayload = {
  id: string;
  first_name?: string | null;
  last_name?: string | null;
  email?: string | null;
  phone?: string | null;
  created_at?: string;
  updated_at?: string;
};

export type LineItemPayload = {
  id: string;
  product_id?: string | null;
  variant_id?: string | null;
  title?: string;
  quantity: number;
  price?: string;
};

export type OrderPayload = {
  id: string;
  name?: string;
  customer?: CustomerPayload | null;
  line_items?: LineItemPayload[];
  currency?: string;
  presentment_currency?: string;
  /** Gross. */
  total_price?: string;
  total_price_set?: MoneySet;
  /** What is left of it after edits and returns. */
  current_total_price?: string;
  current_total_price_set?: MoneySet;
  test?: boolean;
  created_at?: string;
  updated_at?: string;
  processed_at?: string | null;
};

export type RefundPayload = {
  id: string;
  order_id: string;
  note?: string | null;
  created_at?: string;
  refund_line_items?: { id: string; line_item_id: string; quantity: number; subtotal?: string }[];
  /** `amount` is in the currency that the shopper paid with. */
  transactions?: { id: string; kind: string; status: string; amount: string; currency?: string }[];
};

export type ProductPayload = {
  id: string;
  title?: string;
  handle?: string;
  vendor?: string | null;
  product_type?: string | null;
  /** One text with commas. */
  tags?: string;
  status?: string;
};

/** `customerId` is a gid. */
export type TagsPayload = { customerId: string; tags: string[]; occurredAt?: string };

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
