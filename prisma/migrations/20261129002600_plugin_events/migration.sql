-- How many plugins' events led to this one, so that plugins that answer each other's events come to an end.
ALTER TABLE "outbox" ADD COLUMN "depth" INTEGER NOT NULL DEFAULT 0;
