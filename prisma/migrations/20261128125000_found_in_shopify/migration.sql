-- What a look into Shopify found of an offer's discount, as sentences for the merchant; withdrawn: the discount does not
-- grant what the offer promises, so the offer is promised to nobody until it is mended.
ALTER TABLE "offer" ADD COLUMN "found" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN "withdrawn" BOOLEAN NOT NULL DEFAULT false;

-- Every title that an offer's automatic discount ever had: an order names such a discount by its title alone. Kept when the
-- offer is gone.
CREATE TABLE "discount_title" (
    "shop_id" TEXT NOT NULL,
    "offer_id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "to_at" TIMESTAMPTZ(3),
    "discount_id" TEXT,

    CONSTRAINT "discount_title_pkey" PRIMARY KEY ("shop_id","offer_id","title","from_at")
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "discount_title" TO regulars_app;
ALTER TABLE "discount_title" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "discount_title" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "discount_title" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));
