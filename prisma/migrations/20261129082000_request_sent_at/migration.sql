-- A copy of a customer's data is sent by the merchant, who notes when.
ALTER TABLE "compliance_request" ADD COLUMN "sent_at" TIMESTAMPTZ(3);
