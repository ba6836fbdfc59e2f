-- The number of members changes between evaluations, so the number has a time of its own.
ALTER TABLE "segment_figures" ADD COLUMN "counted_at" TIMESTAMPTZ(3);
