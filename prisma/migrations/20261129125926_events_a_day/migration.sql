-- How many of the pixel's events were stored on a day, so that a flood ends at a limit, and when events were last dropped at a limit.
ALTER TABLE "web_pixel"
  ADD COLUMN "day" DATE,
  ADD COLUMN "day_events" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "dropped_at" TIMESTAMPTZ(3);
