-- What the law asks is named in our own words, whichever source asked.
ALTER TABLE "compliance_request" RENAME COLUMN "topic" TO "kind";
UPDATE "compliance_request" SET "kind" = CASE "kind"
  WHEN 'customers/data_request' THEN 'export customer' WHEN 'customers/redact' THEN 'erase customer' ELSE 'erase shop' END;
ALTER TABLE "compliance_request" ADD CONSTRAINT "compliance_request_kind" CHECK ("kind" IN ('export customer', 'erase customer', 'erase shop'));
