-- Shopify's RFM group comes with the imports alone, so the group has a time of its own.
ALTER TABLE "customer" ADD COLUMN "rfm_at" TIMESTAMPTZ(3);
