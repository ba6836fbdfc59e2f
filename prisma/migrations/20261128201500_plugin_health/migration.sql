-- What a merchant sets of a plugin stands in one row, how the plugin does in another.
CREATE TABLE "plugin" (
    "shop_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "settings" JSONB NOT NULL DEFAULT '{}',
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "plugin_pkey" PRIMARY KEY ("shop_id","name")
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "plugin" TO regulars_app;
ALTER TABLE "plugin" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "plugin" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "plugin" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

INSERT INTO "plugin" ("shop_id", "name", "enabled", "settings", "version")
SELECT "shop_id", "plugin", "enabled", "settings", 1 FROM "plugin_state" WHERE NOT "enabled" OR "settings" <> '{}';

ALTER TABLE "plugin_state" RENAME TO "plugin_health";
ALTER TABLE "plugin_health" RENAME CONSTRAINT "plugin_state_pkey" TO "plugin_health_pkey";
ALTER TABLE "plugin_health" DROP COLUMN "enabled", DROP COLUMN "settings";
