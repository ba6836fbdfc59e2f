-- By which a shop's redacted people are remembered. Sealed by the app's key, so that a change of that key forgets nobody.
CREATE TABLE "grave_key" (
    "shop_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,

    CONSTRAINT "grave_key_pkey" PRIMARY KEY ("shop_id","id")
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "grave_key" TO regulars_app;
ALTER TABLE "grave_key" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "grave_key" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "grave_key" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));
