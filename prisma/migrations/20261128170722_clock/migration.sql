-- When the minute's tick has to look at a shop. Like the marks, it is no shop's own: it holds an id and an instant.
CREATE TABLE "clock" (
  "shop_id" TEXT NOT NULL,
  "id" BIGSERIAL NOT NULL,
  "due_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "clock_pkey" PRIMARY KEY ("shop_id", "id")
);
CREATE INDEX "clock_due_at_idx" ON "clock"("due_at");
GRANT SELECT, INSERT, DELETE ON "clock" TO regulars_app;
GRANT USAGE ON SEQUENCE "clock_id_seq" TO regulars_app;
-- What counts of orders is the orders' own to say.
CREATE OR REPLACE VIEW "api"."orders" WITH (security_invoker = true) AS
  SELECT "shop_id", "id", "customer_id", "name", "source_name", "app_id", "location_id", "landing_site", "referring_site",
    "discount_codes", "note_attributes", "note", "tags", "financial_status", "fulfillment_status", "currency",
    "presentment_currency", "subtotal", "discounts", "shipping", "tax", "total", "current_total", "presentment_total",
    "ordered_at", "cancelled_at"
  FROM "shop_order" WHERE "counts";
