-- What the shopper saw, beside the shop's own money: of the total it is kept already. Null: the platform did not say.
ALTER TABLE "shop_order" ADD COLUMN "presentment_subtotal" DECIMAL(20,4),
ADD COLUMN "presentment_discounts" DECIMAL(20,4),
ADD COLUMN "presentment_shipping" DECIMAL(20,4),
ADD COLUMN "presentment_tax" DECIMAL(20,4);

ALTER TABLE "line_item" ADD COLUMN "presentment_price" DECIMAL(20,4),
ADD COLUMN "presentment_discount" DECIMAL(20,4);
