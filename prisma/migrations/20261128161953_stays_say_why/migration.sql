-- Each wording of a segment's query, from when it was saved.
CREATE TABLE "segment_version" (
    "shop_id" TEXT NOT NULL,
    "segment_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "query" TEXT NOT NULL,
    "from" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "segment_version_pkey" PRIMARY KEY ("shop_id","segment_id","version")
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "segment_version" TO regulars_app;
ALTER TABLE "segment_version" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "segment_version" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "segment_version" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

ALTER TABLE "segment" ADD COLUMN "query_version" INTEGER NOT NULL DEFAULT 1;
INSERT INTO "segment_version" ("shop_id", "segment_id", "version", "query", "from")
  SELECT "shop_id", "id", 1, "query", "updated_at" FROM "segment";

-- A stay says when it began and ended, and when that was recorded, by which version of the query.
ALTER TABLE "membership" ADD COLUMN "entered_recorded_at" TIMESTAMPTZ(3),
ADD COLUMN "left_recorded_at" TIMESTAMPTZ(3),
ADD COLUMN "entered_version" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN "left_version" INTEGER;
UPDATE "membership" SET "entered_recorded_at" = "entered_at", "left_recorded_at" = "left_at",
  "left_version" = CASE WHEN "left_at" IS NOT NULL THEN 1 END;
ALTER TABLE "membership" ALTER COLUMN "entered_recorded_at" SET NOT NULL,
ALTER COLUMN "entered_recorded_at" SET DEFAULT CURRENT_TIMESTAMP;
