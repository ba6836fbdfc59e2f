// Topics that the app takes and the shapes of their bodies, as far as it reads them. Ids are text: they exceed 2^53.

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
  total_price?: string;
  total_price_set?: MoneySet;
  test?: boolean;
  created_at?: string;
  updated_at?: string;
  processed_at?: string | null;
};

export type Payloads = {
  "orders/create": OrderPayload;
  "orders/updated": OrderPayload;
  "orders/cancelled": OrderPayload;
  "orders/delete": { id: string };
  "refunds/create": { id: string; order_id: string };
  "customers/create": CustomerPayload;
  "customers/update": CustomerPayload;
  "customers/delete": { id: string };
};
