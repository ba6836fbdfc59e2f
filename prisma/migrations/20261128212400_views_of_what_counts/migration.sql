-- Plugins read only what counts: refunds of orders that count, answers of responses that count, and facts of customers who are
-- neither deleted nor merged.
CREATE OR REPLACE VIEW "api"."refunds" WITH (security_invoker = true) AS
  SELECT r."shop_id", r."order_id", r."id", r."amount", r."presentment_amount", r."note", r."at", r."lines"
  FROM "refund" r JOIN "shop_order" o ON o."shop_id" = r."shop_id" AND o."id" = r."order_id" AND o."counts";

CREATE OR REPLACE VIEW "api"."answers" WITH (security_invoker = true) AS
  SELECT a."shop_id", a."response_id", a."survey", a."question", a."position", a."customer_id", a."value_text",
    a."value_number", a."at"
  FROM "answer" a
  JOIN "survey_response" r ON r."shop_id" = a."shop_id" AND r."id" = a."response_id" AND r."counts";

CREATE OR REPLACE VIEW "api"."addresses" WITH (security_invoker = true) AS
  SELECT a."shop_id", a."customer_id", a."id", a."first_name", a."last_name", a."address1", a."address2", a."city",
    a."region_code", a."country_code", a."zip", a."phone", a."is_default"
  FROM "customer_address" a
  JOIN "customer" c ON c."shop_id" = a."shop_id" AND c."id" = a."customer_id"
    AND c."deleted_at" IS NULL AND c."merged_into" IS NULL;

CREATE OR REPLACE VIEW "api"."metafields" WITH (security_invoker = true) AS
  SELECT m."shop_id", m."customer_id", m."namespace", m."key", m."type", m."value", m."updated_at"
  FROM "customer_metafield" m
  JOIN "customer" c ON c."shop_id" = m."shop_id" AND c."id" = m."customer_id"
    AND c."deleted_at" IS NULL AND c."merged_into" IS NULL;
