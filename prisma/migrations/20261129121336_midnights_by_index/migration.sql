-- At a midnight, indexes alone tell which customers enter or leave a segment. The rows of other customers, of orders and of lines are not
-- read. The included columns rarely change. In schema.prisma they stand behind the columns of the key.
DROP INDEX "customer_shop_id_first_order_at_idx";
CREATE INDEX "customer_first_order" ON "customer"("shop_id", "first_order_at") INCLUDE ("id", "last_order_at", "added_at");
DROP INDEX "customer_shop_id_last_order_at_idx";
CREATE INDEX "customer_last_order" ON "customer"("shop_id", "last_order_at") INCLUDE ("id", "first_order_at", "added_at");
DROP INDEX "customer_shop_id_added_at_idx";
CREATE INDEX "customer_added" ON "customer"("shop_id", "added_at") INCLUDE ("id", "first_order_at", "last_order_at");

DROP INDEX "shop_order_shop_id_customer_id_ordered_at_idx";
CREATE INDEX "shop_order_customer" ON "shop_order"("shop_id", "customer_id", "ordered_at")
  INCLUDE ("id", "counts", "currency", "total", "current_total", "presentment_currency", "presentment_total");
DROP INDEX "shop_order_shop_id_ordered_at_idx";
CREATE INDEX "shop_order_ordered" ON "shop_order"("shop_id", "ordered_at") INCLUDE ("customer_id", "counts");

DROP INDEX "line_item_shop_id_customer_id_ordered_at_idx";
CREATE INDEX "line_item_customer" ON "line_item"("shop_id", "customer_id", "ordered_at")
  INCLUDE ("product_id", "counts", "quantity", "removed");
DROP INDEX "line_item_shop_id_product_id_ordered_at_customer_id_idx";
CREATE INDEX "line_item_product" ON "line_item"("shop_id", "product_id", "ordered_at", "customer_id")
  INCLUDE ("counts", "quantity", "removed");

DROP INDEX "order_discount_shop_id_customer_id_idx";
CREATE INDEX "order_discount_customer" ON "order_discount"("shop_id", "customer_id")
  INCLUDE ("kind", "name", "ordered_at", "counts");
DROP INDEX "order_discount_shop_id_kind_name_ordered_at_idx";
CREATE INDEX "order_discount_name" ON "order_discount"("shop_id", "kind", "name", "ordered_at") INCLUDE ("customer_id", "counts");

DROP INDEX "membership_shop_id_customer_id_segment_id_idx";
CREATE INDEX "membership_customer" ON "membership"("shop_id", "customer_id", "segment_id", "left_at");
