-- A day that passes looks for those whose date comes under a query's days or leaves them.
CREATE INDEX "customer_shop_id_first_order_at_idx" ON "customer"("shop_id", "first_order_at");
CREATE INDEX "customer_shop_id_added_at_idx" ON "customer"("shop_id", "added_at");

-- A customer's stays in one segment are found without those in others, whichever index is chosen.
DROP INDEX "membership_shop_id_customer_id_idx";
CREATE INDEX "membership_shop_id_customer_id_segment_id_idx" ON "membership"("shop_id", "customer_id", "segment_id");
