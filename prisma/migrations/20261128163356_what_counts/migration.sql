-- What counts is said once, by the row itself.
ALTER TABLE "shop_order" ADD COLUMN "counts" BOOLEAN NOT NULL GENERATED ALWAYS AS (NOT "test" AND "deleted_at" IS NULL) STORED;
ALTER TABLE "survey_response" ADD COLUMN "counts" BOOLEAN NOT NULL GENERATED ALWAYS AS ("order_claim" IS NULL OR "order_id" IS NOT NULL) STORED;
