-- Plugins read which kind of question each answer answers, as the version of the survey that was answered knows it.
CREATE OR REPLACE VIEW "api"."answers" WITH (security_invoker = true) AS
  SELECT a."shop_id", a."response_id", a."survey", a."question", a."position", a."customer_id", a."value_text",
    a."value_number", a."at",
    (SELECT q ->> 'kind' FROM "survey_version" v, jsonb_array_elements(v."questions") q
      WHERE v."shop_id" = r."shop_id" AND v."survey_id" = r."survey_id" AND v."version" = r."version"
        AND q ->> 'handle' = a."question" LIMIT 1) AS "kind"
  FROM "answer" a
  JOIN "survey_response" r ON r."shop_id" = a."shop_id" AND r."id" = a."response_id" AND r."counts";
