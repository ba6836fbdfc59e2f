-- The activity of one browser is found by its index. The concatenation stands inside the subquery: under row level security, PostgreSQL
-- uses an index only for comparisons with values that are computed before, since || is not marked as leakproof.
CREATE OR REPLACE VIEW "api"."offer_views" WITH (security_invoker = true) AS
  SELECT a."shop_id", i."customer_id", a."id", split_part(a."kind", '.', 2) AS "kind", a."subject" AS "offer_id", (
    SELECT v."definition"->>'handle' FROM "offer_version" v
    WHERE v."shop_id" = a."shop_id" AND v."offer_id" = a."subject" LIMIT 1) AS "offer", a."at"
  FROM (
    SELECT DISTINCT "shop_id", "customer_id", "value", 'client:' || "value" AS "anonymous_id"
    FROM "identifier" WHERE "kind" = 'client') i
  JOIN "activity" a ON a."shop_id" = i."shop_id" AND a."anonymous_id" = i."anonymous_id"
  WHERE a."kind" IN ('offer.seen', 'offer.clicked') AND NOT EXISTS (
    SELECT FROM "identifier" other WHERE other."shop_id" = i."shop_id" AND other."kind" = 'client' AND other."value" = i."value"
      AND other."customer_id" <> i."customer_id")
    AND NOT EXISTS (SELECT FROM "customer" c WHERE c."shop_id" = i."shop_id" AND c."id" = i."customer_id" AND c."data_sale_opt_out");
