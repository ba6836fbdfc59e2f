-- By job: when it last ran, how long it took, and whether it failed.
ALTER TABLE "plugin_state" ADD COLUMN "runs" JSONB NOT NULL DEFAULT '{}';
