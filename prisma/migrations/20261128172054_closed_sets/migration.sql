-- Columns that know only a few values, all of them our own, refuse every other value.
ALTER TABLE "store_block" ADD CONSTRAINT "store_block_name" CHECK ("name" IN ('offer', 'survey', 'thank_you'));
ALTER TABLE "inbox" ADD CONSTRAINT "inbox_state" CHECK ("state" IN ('waiting', 'handling', 'applied', 'poison'));
ALTER TABLE "backfill" ADD CONSTRAINT "backfill_kind" CHECK ("kind" IN ('products', 'customers', 'orders', 'changes'));
ALTER TABLE "backfill" ADD CONSTRAINT "backfill_state" CHECK ("state" IN ('waiting', 'running', 'reading', 'done', 'failed'));
ALTER TABLE "consent" ADD CONSTRAINT "consent_channel" CHECK ("channel" IN ('email', 'sms'));
ALTER TABLE "segment" ADD CONSTRAINT "segment_origin" CHECK ("origin" IN ('merchant', 'offer'));
ALTER TABLE "offer" ADD CONSTRAINT "offer_state" CHECK ("state" IN ('draft', 'scheduled', 'active', 'paused', 'ended', 'deleted'));
ALTER TABLE "audience" ADD CONSTRAINT "audience_way" CHECK ("way" IN ('segment', 'customers'));
ALTER TABLE "audience" ADD CONSTRAINT "audience_reason" CHECK ("reason" IN ('few', 'many', 'refused'));
ALTER TABLE "survey" ADD CONSTRAINT "survey_state" CHECK ("state" IN ('draft', 'active', 'ended'));
ALTER TABLE "survey_response" ADD CONSTRAINT "survey_response_surface" CHECK ("surface" IN ('thank_you', 'storefront'));
ALTER TABLE "survey_response" ADD CONSTRAINT "survey_response_proof" CHECK ("proof" IN ('customer', 'checkout', 'mismatch', 'none'));
ALTER TABLE "plugin_access" ADD CONSTRAINT "plugin_access_direction" CHECK ("direction" IN ('wrote', 'asked', 'sent'));
ALTER TABLE "identifier" ADD CONSTRAINT "identifier_kind" CHECK ("kind" IN ('email', 'phone', 'checkout', 'cart'));
