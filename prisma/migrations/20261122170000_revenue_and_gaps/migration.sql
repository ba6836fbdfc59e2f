-- What a segment's members spent, added up by the worker.
ALTER TABLE "segment" ADD COLUMN "revenue" DECIMAL(20,4),
ADD COLUMN "revenue_share" DOUBLE PRECISION,
ADD COLUMN "revenue_at" TIMESTAMPTZ(3),
ADD COLUMN "revenue_stale" BOOLEAN NOT NULL DEFAULT true;

-- The clause is the app's own for a gap: a customer whose totals differ from the platform's.
CREATE INDEX "customer_gap" ON "customer" ("shop_id") WHERE "deleted_at" IS NULL AND "platform_orders" IS NOT NULL
  AND ("platform_orders" <> "number_of_orders" OR "platform_spent" <> "amount_spent");
