-- The discounts that orders used. Whose offer a discount belongs to follows from the codes and titles that offers had.
CREATE TABLE "order_discount" (
    "shop_id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "amount" DECIMAL(20,4),
    "customer_id" TEXT,
    "ordered_at" TIMESTAMPTZ(3) NOT NULL,
    "counts" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "order_discount_pkey" PRIMARY KEY ("shop_id","order_id","kind","name"),
    CONSTRAINT "order_discount_kind" CHECK ("kind" IN ('code', 'automatic'))
);
CREATE INDEX "order_discount_shop_id_kind_name_ordered_at_idx" ON "order_discount"("shop_id", "kind", "name", "ordered_at");
CREATE INDEX "order_discount_shop_id_customer_id_idx" ON "order_discount"("shop_id", "customer_id");
CREATE INDEX "discount_title_shop_id_title_idx" ON "discount_title"("shop_id", "title");

GRANT SELECT, INSERT, UPDATE, DELETE ON "order_discount" TO regulars_app;
ALTER TABLE "order_discount" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "order_discount" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "order_discount" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));

-- The discounts of the stored orders. Later copies of an order replace these rows.
WITH allocated AS (
  SELECT l."shop_id", l."order_id", CASE a->>'type' WHEN 'automatic' THEN 'automatic' ELSE 'code' END AS kind,
    CASE a->>'type' WHEN 'automatic' THEN a->>'title' ELSE upper(a->>'code') END AS name,
    CASE WHEN count(*) = count(a->>'amount') THEN sum((a->>'amount')::numeric) END AS amount
  FROM "line_item" l, jsonb_array_elements(l."allocations") AS a
  WHERE a->>'type' IN ('automatic', 'discount_code')
  GROUP BY 1, 2, 3, 4
), named AS (
  SELECT o."shop_id", o."id" AS order_id, 'code' AS kind, upper(c->>'code') AS name, max((c->>'amount')::numeric) AS amount
  FROM "shop_order" o, jsonb_array_elements(o."discount_codes") AS c GROUP BY 1, 2, 3, 4
)
INSERT INTO "order_discount" ("shop_id", "order_id", "kind", "name", "amount", "customer_id", "ordered_at", "counts")
SELECT "shop_id", order_id, kind, name, CASE WHEN a.order_key IS NULL THEN n.amount ELSE a.amount END,
  o."customer_id", o."ordered_at", o."counts"
FROM (SELECT *, order_id AS order_key FROM allocated) a
FULL JOIN named n USING ("shop_id", order_id, kind, name)
JOIN (SELECT "shop_id", "id" AS order_id, "customer_id", "ordered_at", "counts" FROM "shop_order") o USING ("shop_id", order_id)
WHERE length(name) BETWEEN 1 AND 255;

-- Which order used which offer: the order names a code or a title that the offer's discount had when the order was placed, or
-- until a day before, since a cart may have been priced earlier. Of several offers, the one that had it last. An order's time has
-- whole seconds. An order has a discount once, and an offer has one discount. "amount" is in the order's currency.
CREATE VIEW "api"."redemptions" WITH (security_invoker = true) AS
  SELECT used.*, (
    SELECT v."definition"->>'handle' FROM "offer_version" v
    WHERE v."shop_id" = used."shop_id" AND v."offer_id" = used."offer_id" LIMIT 1) AS "offer"
  FROM (
    SELECT d."shop_id", d."order_id", had."offer_id", d."customer_id", d."name", d."amount", d."ordered_at"
    FROM "order_discount" d
    JOIN "discount_code" had ON had."shop_id" = d."shop_id" AND had."code" = d."name"
      AND date_trunc('second', had."from_at") <= d."ordered_at"
      AND (had."to_at" IS NULL OR had."to_at" + interval '1 day' > d."ordered_at")
    WHERE d."counts" AND d."kind" = 'code' AND NOT EXISTS (
      SELECT FROM "discount_code" later WHERE later."shop_id" = had."shop_id" AND later."code" = had."code"
        AND (later."from_at", later."offer_id") > (had."from_at", had."offer_id")
        AND date_trunc('second', later."from_at") <= d."ordered_at"
        AND (later."to_at" IS NULL OR later."to_at" + interval '1 day' > d."ordered_at"))
    UNION ALL
    SELECT d."shop_id", d."order_id", had."offer_id", d."customer_id", d."name", d."amount", d."ordered_at"
    FROM "order_discount" d
    JOIN "discount_title" had ON had."shop_id" = d."shop_id" AND had."title" = d."name"
      AND date_trunc('second', had."from_at") <= d."ordered_at"
      AND (had."to_at" IS NULL OR had."to_at" + interval '1 day' > d."ordered_at")
    WHERE d."counts" AND d."kind" = 'automatic' AND NOT EXISTS (
      SELECT FROM "discount_title" later WHERE later."shop_id" = had."shop_id" AND later."title" = had."title"
        AND (later."from_at", later."offer_id") > (had."from_at", had."offer_id")
        AND date_trunc('second', later."from_at") <= d."ordered_at"
        AND (later."to_at" IS NULL OR later."to_at" + interval '1 day' > d."ordered_at"))
  ) used;

GRANT SELECT ON "api"."redemptions" TO regulars_app;
