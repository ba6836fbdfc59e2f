-- What plugins' SQL reads: version 1 of the views. The tables behind them may change, the views keep their columns. A view
-- runs with the rights of who asks (security_invoker), so that row-level security holds it to one shop as it holds tables.
CREATE SCHEMA "api";

-- Customers who are there: neither deleted nor merged into others.
CREATE VIEW "api"."customers" WITH (security_invoker = true) AS
  SELECT "shop_id", "id", "first_name", "last_name", "email", "phone", "locale", "note", "account_status", "tags",
    "email_subscription_status", "sms_subscription_status", "number_of_orders", "amount_spent", "first_order_at",
    "last_order_at", "rfm_group", "predicted_spend_tier", "added_at"
  FROM "customer" WHERE "deleted_at" IS NULL AND "merged_into" IS NULL;

CREATE VIEW "api"."addresses" WITH (security_invoker = true) AS
  SELECT "shop_id", "customer_id", "id", "first_name", "last_name", "address1", "address2", "city", "region_code",
    "country_code", "zip", "phone", "is_default"
  FROM "customer_address";

-- Orders that count: neither tests nor deleted. "total" is gross, "current_total" what edits and returns have left of it.
CREATE VIEW "api"."orders" WITH (security_invoker = true) AS
  SELECT "shop_id", "id", "customer_id", "name", "source_name", "app_id", "location_id", "landing_site", "referring_site",
    "discount_codes", "note_attributes", "note", "tags", "financial_status", "fulfillment_status", "currency",
    "presentment_currency", "subtotal", "discounts", "shipping", "tax", "total", "current_total", "presentment_total",
    "ordered_at", "cancelled_at"
  FROM "shop_order" WHERE NOT "test" AND "deleted_at" IS NULL;

-- Lines of orders that count. "quantity" is what was bought: what an edit took off without a refund is not in it.
CREATE VIEW "api"."line_items" WITH (security_invoker = true) AS
  SELECT "shop_id", "order_id", "id", "customer_id", "product_id", "variant_id", "title", "sku",
    "quantity" - "removed" AS "quantity", "price", "discount", "ordered_at"
  FROM "line_item" WHERE "counts" AND ("removed" = 0 OR "removed" < "quantity");

CREATE VIEW "api"."refunds" WITH (security_invoker = true) AS
  SELECT "shop_id", "order_id", "id", "amount", "presentment_amount", "note", "at", "lines" FROM "refund";

CREATE VIEW "api"."products" WITH (security_invoker = true) AS
  SELECT "shop_id", "id", "title", "handle", "vendor", "product_type", "tags", "image_url", "status"
  FROM "product" WHERE "deleted_at" IS NULL;

CREATE VIEW "api"."answers" WITH (security_invoker = true) AS
  SELECT "shop_id", "response_id", "survey", "question", "position", "customer_id", "value_text", "value_number", "at"
  FROM "answer";

CREATE VIEW "api"."records" WITH (security_invoker = true) AS
  SELECT "shop_id", "plugin", "kind", "key", "customer_id", "data", "updated_at" FROM "plugin_record";

GRANT USAGE ON SCHEMA "api" TO regulars_app;
GRANT SELECT ON ALL TABLES IN SCHEMA "api" TO regulars_app;
