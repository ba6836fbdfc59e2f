-- Names that say what stands there.
ALTER TABLE "grave_key" RENAME TO "tombstone_key";
ALTER TABLE "tombstone_key" RENAME CONSTRAINT "grave_key_pkey" TO "tombstone_key_pkey";
ALTER TABLE "store_block" RENAME COLUMN "told_at" TO "reported_at";
ALTER TABLE "refund" RENAME COLUMN "told" TO "reported";
ALTER TABLE "audience" RENAME COLUMN "way" TO "context";
ALTER TABLE "audience" RENAME CONSTRAINT "audience_way" TO "audience_context";
