// Templates for new segments. Locale keys: segments.template.ID.name and segments.template.ID.why

export const TEMPLATES = [
  { id: "first_time", query: "number_of_orders = 1" },
  { id: "regulars", query: "number_of_orders >= 3 AND last_order_date >= -180d" },
  { id: "win_back", query: "number_of_orders >= 2 AND last_order_date < -120d" },
  { id: "big_spenders", query: "amount_spent > 500" },
  { id: "never_bought", query: "email_subscription_status = 'SUBSCRIBED' AND number_of_orders = 0" },
  { id: "new_customers", query: "customer_added_date >= -30d" },
  { id: "many_at_once", query: "products_purchased MATCHES (quantity >= 3, date >= -12m)" },
  { id: "often_lately", query: "orders_placed MATCHES (count >= 2, date >= -90d)" },
] as const;

export const templateOf = (id: string | null) => TEMPLATES.find((template) => template.id === id);
