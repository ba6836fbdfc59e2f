-- A consent whose date was not told, or cannot be read, may withdraw and never grants.
ALTER TABLE "consent" ADD COLUMN "dated" BOOLEAN NOT NULL DEFAULT true,
DROP CONSTRAINT "consent_pkey",
ADD CONSTRAINT "consent_pkey" PRIMARY KEY ("shop_id", "customer_id", "channel", "at", "state", "dated");

-- An amount that cannot be read is not known, and nought is another amount.
ALTER TABLE "shop_order" ALTER COLUMN "subtotal" DROP NOT NULL,
ALTER COLUMN "discounts" DROP NOT NULL,
ALTER COLUMN "shipping" DROP NOT NULL,
ALTER COLUMN "tax" DROP NOT NULL;

ALTER TABLE "line_item" ALTER COLUMN "price" DROP NOT NULL,
ALTER COLUMN "discount" DROP NOT NULL;

-- What was stored without a detail is told on the sync page.
CREATE INDEX "inbox_noted" ON "inbox" ("shop_id", "seq") WHERE "state" = 'applied' AND "reason" IS NOT NULL;
