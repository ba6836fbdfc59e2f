-- The last failure of each member of a plugin, by what failed: {"job recount": {"fault", "at", "times"}}.
ALTER TABLE "plugin_state" ADD COLUMN "faults" JSONB NOT NULL DEFAULT '{}';
