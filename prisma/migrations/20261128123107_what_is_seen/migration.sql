-- Where our blocks stand in the store, and when a shopper's page last had one.
CREATE TABLE "store_block" (
    "shop_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "places" TEXT[],
    "told_at" TIMESTAMPTZ(3),
    "seen_at" TIMESTAMPTZ(3),

    CONSTRAINT "store_block_pkey" PRIMARY KEY ("shop_id","name")
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "store_block" TO regulars_app;
ALTER TABLE "store_block" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "store_block" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "store_block" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

-- Which version of an offer the store has.
ALTER TABLE "offer" ADD COLUMN "shown_version" TIMESTAMPTZ(3);

-- What a comparison with Shopify found, by kind.
ALTER TABLE "backfill" ADD COLUMN "found" JSONB;

-- From when on a segment's size is followed: what came before is no growth.
ALTER TABLE "segment" ADD COLUMN "counted_since" TIMESTAMPTZ(3);
