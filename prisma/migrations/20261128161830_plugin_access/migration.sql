-- What a plugin wrote, asked of Shopify and sent elsewhere: a row a day and thing.
CREATE TABLE "plugin_access" (
    "shop_id" TEXT NOT NULL,
    "plugin" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "direction" TEXT NOT NULL,
    "what" TEXT NOT NULL,
    "calls" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "rows" BIGINT NOT NULL DEFAULT 0,
    "bytes" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "plugin_access_pkey" PRIMARY KEY ("shop_id","plugin","day","direction","what")
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "plugin_access" TO regulars_app;
ALTER TABLE "plugin_access" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "plugin_access" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "plugin_access" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));
