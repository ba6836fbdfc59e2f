-- Every code that an offer's discount ever had: an order names such a discount by its code. Kept when the offer is gone.
CREATE TABLE "discount_code" (
    "shop_id" TEXT NOT NULL,
    "offer_id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "to_at" TIMESTAMPTZ(3),

    CONSTRAINT "discount_code_pkey" PRIMARY KEY ("shop_id","offer_id","code","from_at")
);
CREATE INDEX "discount_code_shop_id_code_idx" ON "discount_code"("shop_id", "code");

GRANT SELECT, INSERT, UPDATE, DELETE ON "discount_code" TO regulars_app;
ALTER TABLE "discount_code" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "discount_code" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "discount_code" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));
