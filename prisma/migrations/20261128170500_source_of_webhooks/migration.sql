-- A source is part of a webhook's key: two sources may call two things alike.
ALTER TABLE "inbox" ADD COLUMN "source" TEXT NOT NULL DEFAULT 'shopify';
DROP INDEX "inbox_shop_id_topic_key_key";
CREATE UNIQUE INDEX "inbox_shop_id_source_topic_key_key" ON "inbox"("shop_id", "source", "topic", "key");
