-- Which account was seen with which address or token.
CREATE TABLE "identifier" (
    "shop_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "first_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "identifier_pkey" PRIMARY KEY ("shop_id","kind","value","account")
);
CREATE INDEX "identifier_shop_id_customer_id_idx" ON "identifier"("shop_id", "customer_id");

GRANT SELECT, INSERT, UPDATE, DELETE ON "identifier" TO regulars_app;
ALTER TABLE "identifier" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identifier" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "identifier" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

-- What is held already was seen too.
INSERT INTO "identifier" ("shop_id", "kind", "value", "account", "customer_id")
SELECT "shop_id", 'email', lower("email"), "id", coalesce("merged_into", "id") FROM "customer" WHERE "email" LIKE '%_@_%'
UNION ALL
SELECT "shop_id", 'phone', "phone", "id", coalesce("merged_into", "id") FROM "customer" WHERE "phone" ~ '^\+[1-9][0-9]{6,14}$'
UNION ALL
SELECT "shop_id", 'checkout', "checkout_token", "customer_id", "customer_id" FROM "shop_order"
WHERE "customer_id" IS NOT NULL AND "checkout_token" IS NOT NULL
UNION ALL
SELECT "shop_id", 'cart', "cart_token", "customer_id", "customer_id" FROM "shop_order"
WHERE "customer_id" IS NOT NULL AND "cart_token" IS NOT NULL
ON CONFLICT DO NOTHING;
