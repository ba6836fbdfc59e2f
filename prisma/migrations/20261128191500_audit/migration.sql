-- Who changed which definition of a shop, and when. Rows are added and never changed; all of them go with the shop.
CREATE TABLE "audit" (
    "shop_id" TEXT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor" TEXT NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "version" INTEGER,
    "changed" TEXT[] NOT NULL DEFAULT '{}',

    CONSTRAINT "audit_pkey" PRIMARY KEY ("shop_id","id"),
    -- A role, or the id of one of its kind: neither a name nor an address.
    CONSTRAINT "audit_actor" CHECK ("actor" ~ '^[a-z]+(:[A-Za-z0-9_-]+)?$'),
    CONSTRAINT "audit_subject_kind" CHECK ("subject_kind" IN ('segment', 'offer', 'survey', 'plugin', 'settings')),
    CONSTRAINT "audit_action" CHECK ("action" IN ('created', 'saved', 'deleted', 'archived', 'restored', 'published', 'paused', 'ended', 'mended', 'switched on', 'switched off'))
);
CREATE INDEX "audit_shop_id_subject_kind_subject_id_id_idx" ON "audit"("shop_id", "subject_kind", "subject_id", "id" DESC);

GRANT SELECT, INSERT, DELETE ON "audit" TO regulars_app;
GRANT USAGE ON SEQUENCE "audit_id_seq" TO regulars_app;
ALTER TABLE "audit" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "audit" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "audit" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));
