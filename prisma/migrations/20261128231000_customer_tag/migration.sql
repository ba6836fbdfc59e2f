-- The newest change of each tag since the customer's whole list was given. Until now it was read from the timeline's events.
CREATE TABLE "customer_tag" (
    "shop_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "tag" TEXT NOT NULL,
    "is_on" BOOLEAN NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "customer_tag_pkey" PRIMARY KEY ("shop_id","customer_id","tag")
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "customer_tag" TO regulars_app;
ALTER TABLE "customer_tag" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "customer_tag" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "customer_tag" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

INSERT INTO "customer_tag" ("shop_id", "customer_id", "tag", "is_on", "at")
SELECT DISTINCT ON (e."shop_id", e."customer_id", tag) e."shop_id", e."customer_id", tag, e."kind" = 'tags.added', e."at"
FROM "event" e
JOIN "customer" c ON c."shop_id" = e."shop_id" AND c."id" = e."customer_id"
CROSS JOIN LATERAL jsonb_array_elements_text(e."data"->'tags') AS tag
WHERE e."kind" IN ('tags.added', 'tags.removed') AND (c."tags_at" IS NULL OR e."at" > c."tags_at")
ORDER BY e."shop_id", e."customer_id", tag, e."at" DESC, e."kind" DESC;
