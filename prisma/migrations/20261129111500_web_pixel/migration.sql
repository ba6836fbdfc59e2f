-- The shop's web pixel in Shopify.
CREATE TABLE "web_pixel" (
    "shop_id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "active_at" TIMESTAMPTZ(3),
    "asked_at" TIMESTAMPTZ(3),
    "fault" TEXT,
    "event_at" TIMESTAMPTZ(3),

    CONSTRAINT "web_pixel_pkey" PRIMARY KEY ("shop_id"),
    CONSTRAINT "web_pixel_fault" CHECK ("fault" IN ('scope', 'refused'))
);
GRANT SELECT, INSERT, UPDATE, DELETE ON "web_pixel" TO regulars_app;
ALTER TABLE "web_pixel" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "web_pixel" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "web_pixel" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

-- A browser that completed the checkout of a customer's order is an identifier of the customer.
ALTER TABLE "identifier" DROP CONSTRAINT "identifier_kind";
ALTER TABLE "identifier" ADD CONSTRAINT "identifier_kind" CHECK ("kind" IN ('email', 'phone', 'checkout', 'cart', 'client'));

-- The completed checkouts whose order is not known yet.
CREATE INDEX "activity_unjoined" ON "activity" ("shop_id", "at") WHERE "kind" = 'checkout.completed' AND "customer_id" IS NULL;
