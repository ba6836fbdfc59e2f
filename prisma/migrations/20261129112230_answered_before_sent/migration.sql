-- A data request that was answered before the app kept when its copy was sent counts as sent at its answer.
UPDATE "compliance_request" SET "sent_at" = "done_at"
WHERE "kind" = 'export customer' AND "done_at" IS NOT NULL AND "sent_at" IS NULL;
