-- Customers' metafields that plugins declare.
CREATE TABLE "customer_metafield" (
    "shop_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "customer_metafield_pkey" PRIMARY KEY ("shop_id","customer_id","namespace","key")
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "customer_metafield" TO regulars_app;
ALTER TABLE "customer_metafield" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "customer_metafield" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "customer_metafield" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

CREATE VIEW "api"."metafields" WITH (security_invoker = true) AS
  SELECT "shop_id", "customer_id", "namespace", "key", "type", "value", "updated_at" FROM "customer_metafield";
GRANT SELECT ON "api"."metafields" TO regulars_app;
