-- What a segment is stands in one row, what the worker found of it in another.
CREATE TABLE "segment_figures" (
    "shop_id" TEXT NOT NULL,
    "segment_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "member_count" INTEGER NOT NULL DEFAULT 0,
    "evaluated_at" TIMESTAMPTZ(3),
    "evaluated_as" TEXT,
    "counted_since" TIMESTAMPTZ(3),
    "next_evaluation_at" TIMESTAMPTZ(3),
    "fault" TEXT,
    "revenue" DECIMAL(20,4),
    "revenue_share" DOUBLE PRECISION,
    "revenue_at" TIMESTAMPTZ(3),
    "revenue_stale" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "segment_figures_pkey" PRIMARY KEY ("shop_id","segment_id")
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "segment_figures" TO regulars_app;
ALTER TABLE "segment_figures" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "segment_figures" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "segment_figures" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

INSERT INTO "segment_figures" ("shop_id", "segment_id", "version", "member_count", "evaluated_at", "evaluated_as", "counted_since",
  "next_evaluation_at", "fault", "revenue", "revenue_share", "revenue_at", "revenue_stale")
SELECT "shop_id", "id", "query_version", "member_count", "evaluated_at", "evaluated_as", "counted_since",
  "next_evaluation_at", "fault", "revenue", "revenue_share", "revenue_at", "revenue_stale"
FROM "segment" WHERE "archived_at" IS NULL;

ALTER TABLE "segment" ADD COLUMN "handle" TEXT,
DROP COLUMN "evaluated_at",
DROP COLUMN "evaluated_as",
DROP COLUMN "counted_since",
DROP COLUMN "next_evaluation_at",
DROP COLUMN "member_count",
DROP COLUMN "fault",
DROP COLUMN "revenue",
DROP COLUMN "revenue_share",
DROP COLUMN "revenue_at",
DROP COLUMN "revenue_stale";

WITH named AS (
  SELECT "shop_id", "id", "created_at",
    coalesce(nullif(left(trim(BOTH '-' FROM regexp_replace(lower("name"), '[^a-z0-9]+', '-', 'g')), 50), ''), 'segment') AS text
  FROM "segment" WHERE "origin" = 'merchant'
), numbered AS (
  SELECT *, row_number() OVER (PARTITION BY "shop_id", text ORDER BY "created_at", "id") AS number FROM named
)
UPDATE "segment" s SET "handle" = CASE WHEN number = 1 THEN text ELSE text || '-' || left(numbered."id", 13) END
FROM numbered WHERE numbered."shop_id" = s."shop_id" AND numbered."id" = s."id";
UPDATE "segment" SET "handle" = "id" WHERE "handle" IS NULL;
ALTER TABLE "segment" ALTER COLUMN "handle" SET NOT NULL;
CREATE UNIQUE INDEX "segment_shop_id_handle_key" ON "segment"("shop_id", "handle");
