-- An offer can be kept from a share of its customers, so that the merchant learns what the offer brings.
ALTER TABLE "offer"
  ADD COLUMN "holdout" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "experiment_id" TEXT,
  ADD CONSTRAINT "offer_holdout" CHECK ("holdout" BETWEEN 0 AND 90);

-- What was found at the last look at an experiment, and the cap that the first look with enough buyers has fixed.
ALTER TABLE "experiment"
  ADD COLUMN "cap" DECIMAL(20,4),
  ADD COLUMN "figures" JSONB,
  ADD COLUMN "looked_at" TIMESTAMPTZ(3);
