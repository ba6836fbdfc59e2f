-- What is left of an order's total after edits, returns and cancelling. Null: the platform did not say.
ALTER TABLE "shop_order" ADD COLUMN "current_total" DECIMAL(20,4);

-- Units that an edit took off a line without a refund.
ALTER TABLE "line_item" ADD COLUMN "removed" INTEGER NOT NULL DEFAULT 0;

-- A refund has versions; its amount is the platform's own or derived, and not known where no rate is.
ALTER TABLE "refund" ALTER COLUMN "amount" DROP NOT NULL,
ALTER COLUMN "presentment_amount" DROP NOT NULL,
ADD COLUMN "adjusted" DECIMAL(20,4) NOT NULL DEFAULT 0,
ADD COLUMN "own" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN "told" JSONB,
ADD COLUMN "updated_at" TIMESTAMPTZ(3),
ADD COLUMN "tie" BIGINT NOT NULL DEFAULT 0;

-- Money of another currency than the shop's, for which no rate is known, is left out of sums and shown.
ALTER TABLE "customer" ADD COLUMN "uncounted_orders" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN "opening_currency" TEXT,
ADD COLUMN "platform_currency" TEXT;

-- The clause is the app's own for a gap: a customer whose totals differ from the platform's, or leave orders out.
DROP INDEX "customer_gap";
CREATE INDEX "customer_gap" ON "customer" ("shop_id") WHERE "deleted_at" IS NULL AND ("uncounted_orders" > 0
  OR "platform_orders" IS NOT NULL AND ("platform_orders" <> "number_of_orders" OR "platform_spent" <> "amount_spent"));
