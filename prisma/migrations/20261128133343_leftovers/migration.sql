-- Discounts of an earlier installation that were found running in Shopify and ended, to be shown to the merchant.
CREATE TABLE "offer_leftover" (
    "shop_id" TEXT NOT NULL,
    "discount_id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "ended_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "offer_leftover_pkey" PRIMARY KEY ("shop_id","discount_id")
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "offer_leftover" TO regulars_app;
ALTER TABLE "offer_leftover" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "offer_leftover" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "offer_leftover" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));
