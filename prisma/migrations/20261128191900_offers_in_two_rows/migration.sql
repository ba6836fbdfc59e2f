-- What the merchant wants of an offer stands in one row, what the store has of the offer in another.
CREATE TABLE "offer_publication" (
    "shop_id" TEXT NOT NULL,
    "offer_id" TEXT NOT NULL,
    "settled_as" TEXT,
    "resolved" JSONB,
    "resolved_of" TEXT,
    "discount_id" TEXT,
    "published_as" TEXT,
    "shown_version" INTEGER,
    "fault" JSONB,
    "found" JSONB NOT NULL DEFAULT '[]',
    "withdrawn" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "offer_publication_pkey" PRIMARY KEY ("shop_id","offer_id"),
    CONSTRAINT "offer_publication_settled_as" CHECK ("settled_as" IN ('scheduled', 'active', 'paused', 'ended'))
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "offer_publication" TO regulars_app;
ALTER TABLE "offer_publication" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "offer_publication" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "offer_publication" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

INSERT INTO "offer_publication" ("shop_id", "offer_id", "settled_as", "discount_id", "published_as", "shown_version", "fault", "found", "withdrawn")
SELECT "shop_id", "id", CASE WHEN "state" NOT IN ('draft', 'deleted') THEN "state" END, "discount_id", "published_as",
  CASE WHEN "shown_version" = "updated_at" THEN 1 WHEN "shown_version" IS NOT NULL THEN 0 END, "fault"::jsonb, "found", "withdrawn"
FROM "offer";

ALTER TABLE "offer" RENAME COLUMN "audience_id" TO "narrowed_id";
ALTER TABLE "offer" ADD COLUMN "handle" TEXT,
ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN "wish" TEXT NOT NULL DEFAULT 'draft';
UPDATE "offer" SET "wish" = CASE WHEN "state" IN ('scheduled', 'active') THEN 'on' ELSE "state" END;
WITH slug AS (
  SELECT "shop_id", "id", coalesce(nullif(left(trim(BOTH '-' FROM regexp_replace(lower("name"), '[^a-z0-9]+', '-', 'g')), 50), ''), 'offer') AS text
  FROM "offer"
), numbered AS (
  SELECT *, row_number() OVER (PARTITION BY "shop_id", text ORDER BY "id") AS number FROM slug
)
UPDATE "offer" o SET "handle" = CASE WHEN number = 1 THEN text ELSE text || '-' || left(numbered."id", 13) END
FROM numbered WHERE numbered."shop_id" = o."shop_id" AND numbered."id" = o."id";
ALTER TABLE "offer" ALTER COLUMN "handle" SET NOT NULL,
ADD CONSTRAINT "offer_wish" CHECK ("wish" IN ('draft', 'on', 'paused', 'ended', 'deleted')),
DROP CONSTRAINT "offer_state",
DROP COLUMN "state",
DROP COLUMN "discount_id",
DROP COLUMN "published_as",
DROP COLUMN "shown_version",
DROP COLUMN "fault",
DROP COLUMN "found",
DROP COLUMN "withdrawn";
CREATE UNIQUE INDEX "offer_shop_id_handle_key" ON "offer"("shop_id", "handle");

-- What was in force when. Kept when the offer is gone.
CREATE TABLE "offer_version" (
    "shop_id" TEXT NOT NULL,
    "offer_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "from" TIMESTAMPTZ(3) NOT NULL,
    "definition" JSONB NOT NULL,

    CONSTRAINT "offer_version_pkey" PRIMARY KEY ("shop_id","offer_id","version")
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "offer_version" TO regulars_app;
ALTER TABLE "offer_version" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "offer_version" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "offer_version" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

INSERT INTO "offer_version" ("shop_id", "offer_id", "version", "from", "definition")
SELECT "shop_id", "id", "version", "updated_at", jsonb_build_object('handle', "handle", 'kind', "kind", 'name', "name", 'segmentId', "segment_id",
  'narrowedId', "narrowed_id", 'settings', "settings", 'words', "words", 'placements', "placements", 'wish', "wish",
  'startsAt', to_char("starts_at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'endsAt', to_char("ends_at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
FROM "offer" WHERE "wish" <> 'draft';

-- An audience has a key of its own. What customers' metafields say now stays right: an audience of before keeps the key that
-- was its segment's id.
ALTER TABLE "audience" ADD COLUMN "key" TEXT,
ADD COLUMN "experiment" TEXT,
ADD COLUMN "arm" TEXT,
ADD COLUMN "dirty_at" TIMESTAMPTZ(3),
ALTER COLUMN "way" DROP NOT NULL;
UPDATE "audience" SET "key" = "segment_id", "dirty_at" = now();
INSERT INTO "audience" ("shop_id", "segment_id", "key", "dirty_at", "updated_at")
SELECT DISTINCT "shop_id", coalesce("narrowed_id", "segment_id"), coalesce("narrowed_id", "segment_id"), now(), now() FROM "offer"
WHERE "wish" <> 'draft' AND coalesce("narrowed_id", "segment_id") IS NOT NULL
ON CONFLICT DO NOTHING;
ALTER TABLE "audience" DROP CONSTRAINT "audience_pkey",
ALTER COLUMN "key" SET NOT NULL,
ADD CONSTRAINT "audience_pkey" PRIMARY KEY ("shop_id","key");
CREATE UNIQUE INDEX "audience_shop_id_segment_id_experiment_arm_key" ON "audience"("shop_id", "segment_id", "experiment", "arm") NULLS NOT DISTINCT;
