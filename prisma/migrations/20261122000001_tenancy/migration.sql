-- Roles, grants and row-level security. Roles belong to the whole cluster and this file is replayed into a shadow database
-- of the same cluster: a role is made only when it is absent, and its password is the migration command's business.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'regulars_app') THEN
    CREATE ROLE regulars_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'regulars_door') THEN
    CREATE ROLE regulars_door LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
  END IF;
END $$;

GRANT USAGE ON SCHEMA public TO regulars_app, regulars_door;

-- The directory of shops: every process may read it, a shop's transaction may write only its own row.
GRANT SELECT, INSERT, UPDATE, DELETE ON "shop" TO regulars_app;
ALTER TABLE "shop" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "shop" FORCE ROW LEVEL SECURITY;
CREATE POLICY "directory" ON "shop" FOR SELECT TO regulars_app USING (true);
CREATE POLICY "own_shop" ON "shop" TO regulars_app
  USING ("id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("id" = nullif(current_setting('app.shop', true), ''));

-- Marks hold nothing but the id of a shop with work; all workers read them.
GRANT SELECT, INSERT, DELETE ON "shop_mark" TO regulars_app;
GRANT INSERT ON "shop_mark" TO regulars_door;
GRANT USAGE ON SEQUENCE "shop_mark_id_seq" TO regulars_app, regulars_door;

-- The door may only insert into the inbox, for any shop, and read nothing.
GRANT INSERT ON "inbox" TO regulars_door;
GRANT USAGE ON SEQUENCE "inbox_seq_seq" TO regulars_app, regulars_door;
CREATE POLICY "door" ON "inbox" FOR INSERT TO regulars_door WITH CHECK (true);
GRANT INSERT ON "inbox_pack" TO regulars_door;
CREATE POLICY "door" ON "inbox_pack" FOR INSERT TO regulars_door WITH CHECK (true);

GRANT USAGE ON SEQUENCE "customer_change_id_seq" TO regulars_app;

-- Tenant tables: one shop per transaction. A pooled connection that has once set app.shop reads an empty text afterwards, not
-- NULL: nullif keeps an empty shop from matching. Events and consent are append-only: they can be added and erased, not changed.

GRANT SELECT, INSERT, UPDATE, DELETE ON "shop_profile" TO regulars_app;
ALTER TABLE "shop_profile" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "shop_profile" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "shop_profile" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON "session" TO regulars_app;
ALTER TABLE "session" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "session" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "session" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON "inbox" TO regulars_app;
ALTER TABLE "inbox" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "inbox" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "inbox" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON "inbox_pack" TO regulars_app;
ALTER TABLE "inbox_pack" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "inbox_pack" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "inbox_pack" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON "backfill" TO regulars_app;
ALTER TABLE "backfill" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "backfill" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "backfill" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON "compliance_request" TO regulars_app;
ALTER TABLE "compliance_request" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "compliance_request" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "compliance_request" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON "tombstone" TO regulars_app;
ALTER TABLE "tombstone" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "tombstone" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "tombstone" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON "customer" TO regulars_app;
ALTER TABLE "customer" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "customer" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "customer" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON "customer_address" TO regulars_app;
ALTER TABLE "customer_address" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "customer_address" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "customer_address" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, DELETE ON "consent" TO regulars_app;
ALTER TABLE "consent" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "consent" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "consent" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, DELETE ON "event" TO regulars_app;
ALTER TABLE "event" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "event" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "event" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON "customer_change" TO regulars_app;
ALTER TABLE "customer_change" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "customer_change" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "customer_change" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON "shop_order" TO regulars_app;
ALTER TABLE "shop_order" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "shop_order" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "shop_order" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON "line_item" TO regulars_app;
ALTER TABLE "line_item" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "line_item" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "line_item" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON "refund" TO regulars_app;
ALTER TABLE "refund" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "refund" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "refund" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON "product" TO regulars_app;
ALTER TABLE "product" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "product" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "product" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON "segment" TO regulars_app;
ALTER TABLE "segment" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "segment" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "segment" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON "membership" TO regulars_app;
ALTER TABLE "membership" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "membership" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "membership" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON "offer" TO regulars_app;
ALTER TABLE "offer" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "offer" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "offer" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON "audience" TO regulars_app;
ALTER TABLE "audience" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "audience" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "audience" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON "publication" TO regulars_app;
ALTER TABLE "publication" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "publication" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "publication" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON "survey" TO regulars_app;
ALTER TABLE "survey" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "survey" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "survey" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON "survey_version" TO regulars_app;
ALTER TABLE "survey_version" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "survey_version" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "survey_version" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON "survey_response" TO regulars_app;
ALTER TABLE "survey_response" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "survey_response" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "survey_response" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON "answer" TO regulars_app;
ALTER TABLE "answer" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "answer" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "answer" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON "plugin_state" TO regulars_app;
ALTER TABLE "plugin_state" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "plugin_state" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "plugin_state" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

GRANT SELECT, INSERT, UPDATE, DELETE ON "plugin_record" TO regulars_app;
ALTER TABLE "plugin_record" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "plugin_record" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "plugin_record" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

-- What Prisma's schema cannot say: indexes on a part of a table, and how bodies are stored.
CREATE INDEX "inbox_open" ON "inbox" ("shop_id", "seq") WHERE "state" IN ('waiting', 'handling');
CREATE UNIQUE INDEX "membership_open" ON "membership" ("shop_id", "segment_id", "customer_id") WHERE "left_at" IS NULL;
CREATE INDEX "publication_dirty" ON "publication" ("shop_id", "dirty_at") WHERE "dirty_at" IS NOT NULL;
CREATE INDEX "survey_response_unbound" ON "survey_response" ("shop_id", "order_claim") WHERE "order_id" IS NULL AND "order_claim" IS NOT NULL;
-- Packs are compressed already.
ALTER TABLE "inbox_pack" ALTER COLUMN "packed" SET STORAGE EXTERNAL;
