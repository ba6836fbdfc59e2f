-- A version of a survey keeps every place and segment that it was asked in.
ALTER TABLE "survey_version" ADD COLUMN "placements" TEXT[] DEFAULT ARRAY[]::TEXT[],
  ADD COLUMN "segment_ids" TEXT[] DEFAULT ARRAY[]::TEXT[];

UPDATE "survey_version" v SET "placements" = s."placements", "segment_ids" = ARRAY[s."segment_id"]
FROM "survey" s WHERE s."shop_id" = v."shop_id" AND s."id" = v."survey_id";
