-- An event names its order or refund and repeats nothing of it, is recorded at an instant, and is found by its visitor too.
ALTER TABLE "event" ADD COLUMN "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
CREATE INDEX "event_shop_id_anonymous_id_idx" ON "event"("shop_id", "anonymous_id");
UPDATE "event" SET "data" = jsonb_build_object('order', "data"->'order')
WHERE "kind" IN ('order.placed', 'order.cancelled', 'order.deleted');
UPDATE "event" SET "data" = jsonb_build_object('order', "data"->'order', 'refund', "data"->'refund')
WHERE "kind" = 'order.refunded';
