-- How many events led to the change of a plugin's record, so that a circle through records and segments ends as a circle of events does.
ALTER TABLE "customer_change" ADD COLUMN "depth" INTEGER NOT NULL DEFAULT 0;
