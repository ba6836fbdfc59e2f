-- What proves that a response belongs to the order that its page claims.
ALTER TABLE "survey_response" ADD COLUMN "checkout_token" TEXT,
ADD COLUMN "proof" TEXT;

-- Responses begun by one sender in the present hour, so that nobody answers for a thousand people.
CREATE TABLE "survey_allowance" (
    "shop_id" TEXT NOT NULL,
    "sender" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "begun" INTEGER NOT NULL,

    CONSTRAINT "survey_allowance_pkey" PRIMARY KEY ("shop_id","sender")
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "survey_allowance" TO regulars_app;
ALTER TABLE "survey_allowance" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "survey_allowance" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "survey_allowance" TO regulars_app
  USING ("shop_id" = nullif(current_setting('app.shop', true), ''))
  WITH CHECK ("shop_id" = nullif(current_setting('app.shop', true), ''));
