-- Metafields of orders and of products that plugins declare. Whose order it is, the order says: a merge moves that.
CREATE TABLE "order_metafield" (
    "shop_id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "order_metafield_pkey" PRIMARY KEY ("shop_id","order_id","namespace","key")
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "order_metafield" TO regulars_app;
ALTER TABLE "order_metafield" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "order_metafield" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "order_metafield" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

CREATE TABLE "product_metafield" (
    "shop_id" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "product_metafield_pkey" PRIMARY KEY ("shop_id","product_id","namespace","key")
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "product_metafield" TO regulars_app;
ALTER TABLE "product_metafield" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "product_metafield" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "product_metafield" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

-- Of orders that count, with the order's customer.
CREATE VIEW "api"."order_metafields" WITH (security_invoker = true) AS
  SELECT m."shop_id", m."order_id", o."customer_id", m."namespace", m."key", m."type", m."value", m."updated_at"
  FROM "order_metafield" m JOIN "shop_order" o ON o."shop_id" = m."shop_id" AND o."id" = m."order_id" AND o."counts";

CREATE VIEW "api"."product_metafields" WITH (security_invoker = true) AS
  SELECT m."shop_id", m."product_id", m."namespace", m."key", m."type", m."value", m."updated_at"
  FROM "product_metafield" m
  JOIN "product" p ON p."shop_id" = m."shop_id" AND p."id" = m."product_id" AND p."deleted_at" IS NULL;

GRANT SELECT ON "api"."order_metafields", "api"."product_metafields" TO regulars_app;
