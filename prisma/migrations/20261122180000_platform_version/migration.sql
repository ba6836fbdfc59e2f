-- The platform's version of a shop's facts stands apart from updated_at, which the merchant's settings move as well.
ALTER TABLE "shop_profile" ADD COLUMN "platform_at" TIMESTAMPTZ(3);

-- By which zone and currency a segment was judged: where the shop has others now, it is due.
ALTER TABLE "segment" ADD COLUMN "evaluated_as" TEXT;

-- Rows lie in the order of their arrival: a range index leaves out the older ones and costs the door next to nothing.
CREATE INDEX "inbox_shop_id_received_at_idx" ON "inbox" USING BRIN ("shop_id", "received_at");
