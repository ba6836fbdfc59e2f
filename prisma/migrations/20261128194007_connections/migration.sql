-- One source may have several connections in a shop: two may call two things alike. The platform that the shop is on has none.
ALTER TABLE "inbox" ADD COLUMN "connection" TEXT NOT NULL DEFAULT '';
DROP INDEX "inbox_shop_id_source_topic_key_key";
CREATE UNIQUE INDEX "inbox_shop_id_source_connection_topic_key_key" ON "inbox"("shop_id", "source", "connection", "topic", "key");
