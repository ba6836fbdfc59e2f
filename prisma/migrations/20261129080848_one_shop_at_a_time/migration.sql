-- The tables that list shops show a transaction that is held to a shop only that shop's rows. Outside a shop they show all rows: the
-- worker looks there for shops with work.
DROP POLICY "directory" ON "shop";
CREATE POLICY "directory" ON "shop" FOR SELECT TO regulars_app USING (nullif(current_setting('app.shop', true), '') IS NULL);

ALTER TABLE "clock" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "clock" FORCE ROW LEVEL SECURITY;
CREATE POLICY "directory" ON "clock" TO regulars_app
  USING ("shop_id" = coalesce(nullif(current_setting('app.shop', true), ''), "shop_id"));

ALTER TABLE "shop_mark" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "shop_mark" FORCE ROW LEVEL SECURITY;
CREATE POLICY "directory" ON "shop_mark" TO regulars_app
  USING ("shop_id" = coalesce(nullif(current_setting('app.shop', true), ''), "shop_id"));
CREATE POLICY "door" ON "shop_mark" FOR INSERT TO regulars_door WITH CHECK (true);
