-- What happened in the house, one log a shop, and how far each of its readers is.
CREATE TABLE "outbox" (
    "shop_id" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "customer_id" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "data" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("shop_id","seq")
);
CREATE INDEX "outbox_shop_id_customer_id_idx" ON "outbox"("shop_id", "customer_id");

CREATE TABLE "outbox_head" (
    "shop_id" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,

    CONSTRAINT "outbox_head_pkey" PRIMARY KEY ("shop_id")
);

CREATE TABLE "outbox_position" (
    "shop_id" TEXT NOT NULL,
    "reader" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,

    CONSTRAINT "outbox_position_pkey" PRIMARY KEY ("shop_id","reader")
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "outbox" TO regulars_app;
ALTER TABLE "outbox" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "outbox" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "outbox" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON "outbox_head" TO regulars_app;
ALTER TABLE "outbox_head" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "outbox_head" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "outbox_head" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON "outbox_position" TO regulars_app;
ALTER TABLE "outbox_position" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "outbox_position" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "outbox_position" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));
