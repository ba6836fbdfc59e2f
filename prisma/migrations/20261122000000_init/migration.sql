-- CreateTable
CREATE TABLE "shop" (
    "id" TEXT NOT NULL,
    "platform" TEXT NOT NULL DEFAULT 'shopify',
    "platform_id" TEXT,
    "domain" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL DEFAULT 'UTC',
    "currency" TEXT NOT NULL DEFAULT 'USD',
    "installed_at" TIMESTAMPTZ(3),
    "uninstalled_at" TIMESTAMPTZ(3),

    CONSTRAINT "shop_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shop_profile" (
    "shop_id" TEXT NOT NULL,
    "name" TEXT NOT NULL DEFAULT '',
    "email" TEXT NOT NULL DEFAULT '',
    "plan" TEXT NOT NULL DEFAULT '',
    "locale" TEXT NOT NULL DEFAULT 'en',
    "country" TEXT NOT NULL DEFAULT '',
    "scopes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "settings" JSONB NOT NULL DEFAULT '{}',
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "shop_profile_pkey" PRIMARY KEY ("shop_id")
);

-- CreateTable
CREATE TABLE "session" (
    "shop_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "is_online" BOOLEAN NOT NULL,
    "scope" TEXT,
    "expires" TIMESTAMPTZ(3),
    "access_token" TEXT,
    "refresh_token" TEXT,
    "refresh_token_expires" TIMESTAMPTZ(3),
    "online_access_info" JSONB,

    CONSTRAINT "session_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "shop_mark" (
    "id" BIGSERIAL NOT NULL,
    "shop_id" TEXT NOT NULL,

    CONSTRAINT "shop_mark_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "inbox" (
    "shop_id" TEXT NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "topic" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "webhook_id" TEXT,
    "triggered_at" TIMESTAMPTZ(3),
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "body" BYTEA,
    "pack" TEXT,
    "start" INTEGER,
    "length" INTEGER,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "reason" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "inbox_pkey" PRIMARY KEY ("shop_id","seq")
);

-- CreateTable
CREATE TABLE "inbox_pack" (
    "shop_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "packed" BYTEA NOT NULL,

    CONSTRAINT "inbox_pack_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "backfill" (
    "shop_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "operation_id" TEXT,
    "objects" BIGINT NOT NULL DEFAULT 0,
    "applied" BIGINT NOT NULL DEFAULT 0,
    "fault" TEXT,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "backfill_pkey" PRIMARY KEY ("shop_id","kind")
);

-- CreateTable
CREATE TABLE "compliance_request" (
    "shop_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "done_at" TIMESTAMPTZ(3),
    "evidence" JSONB,

    CONSTRAINT "compliance_request_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "tombstone" (
    "shop_id" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "tombstone_pkey" PRIMARY KEY ("shop_id","hash")
);

-- CreateTable
CREATE TABLE "customer" (
    "shop_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "platform_id" TEXT,
    "first_name" TEXT,
    "last_name" TEXT,
    "email" TEXT,
    "phone" TEXT,
    "locale" TEXT,
    "note" TEXT,
    "account_status" TEXT,
    "verified_email" BOOLEAN,
    "created_by_app_id" TEXT,
    "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "email_subscription_status" TEXT NOT NULL DEFAULT 'NOT_SUBSCRIBED',
    "sms_subscription_status" TEXT NOT NULL DEFAULT 'NOT_SUBSCRIBED',
    "data_sale_opt_out" BOOLEAN NOT NULL DEFAULT false,
    "number_of_orders" INTEGER NOT NULL DEFAULT 0,
    "amount_spent" DECIMAL(20,4) NOT NULL DEFAULT 0,
    "first_order_at" TIMESTAMPTZ(3),
    "last_order_at" TIMESTAMPTZ(3),
    "opening_orders" INTEGER NOT NULL DEFAULT 0,
    "opening_spent" DECIMAL(20,4) NOT NULL DEFAULT 0,
    "platform_orders" INTEGER,
    "platform_spent" DECIMAL(20,4),
    "platform_totals_at" TIMESTAMPTZ(3),
    "rfm_group" TEXT,
    "predicted_spend_tier" TEXT,
    "added_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3),
    "tie" BIGINT NOT NULL DEFAULT 0,
    "tags_at" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),
    "merged_into" TEXT,

    CONSTRAINT "customer_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "customer_address" (
    "shop_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "first_name" TEXT,
    "last_name" TEXT,
    "address1" TEXT,
    "address2" TEXT,
    "city" TEXT,
    "region_code" TEXT,
    "country_code" TEXT,
    "zip" TEXT,
    "phone" TEXT,
    "is_default" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "customer_address_pkey" PRIMARY KEY ("shop_id","customer_id","id")
);

-- CreateTable
CREATE TABLE "consent" (
    "shop_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL,
    "opt_in_level" TEXT,
    "source" TEXT NOT NULL,

    CONSTRAINT "consent_pkey" PRIMARY KEY ("shop_id","customer_id","channel","at","state")
);

-- CreateTable
CREATE TABLE "event" (
    "shop_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "customer_id" TEXT,
    "anonymous_id" TEXT,
    "kind" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "source" TEXT NOT NULL,
    "data" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "event_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "customer_change" (
    "shop_id" TEXT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "customer_id" TEXT NOT NULL,
    "reads" TEXT NOT NULL,
    "cause" TEXT NOT NULL,

    CONSTRAINT "customer_change_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "shop_order" (
    "shop_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "platform_id" TEXT,
    "customer_id" TEXT,
    "name" TEXT,
    "email" TEXT,
    "phone" TEXT,
    "source_name" TEXT,
    "app_id" TEXT,
    "location_id" TEXT,
    "landing_site" TEXT,
    "referring_site" TEXT,
    "discount_codes" JSONB NOT NULL DEFAULT '[]',
    "note_attributes" JSONB NOT NULL DEFAULT '[]',
    "note" TEXT,
    "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "customer_locale" TEXT,
    "checkout_token" TEXT,
    "cart_token" TEXT,
    "financial_status" TEXT,
    "fulfillment_status" TEXT,
    "currency" TEXT NOT NULL,
    "presentment_currency" TEXT NOT NULL,
    "subtotal" DECIMAL(20,4) NOT NULL DEFAULT 0,
    "discounts" DECIMAL(20,4) NOT NULL DEFAULT 0,
    "shipping" DECIMAL(20,4) NOT NULL DEFAULT 0,
    "tax" DECIMAL(20,4) NOT NULL DEFAULT 0,
    "total" DECIMAL(20,4) NOT NULL DEFAULT 0,
    "presentment_total" DECIMAL(20,4) NOT NULL DEFAULT 0,
    "test" BOOLEAN NOT NULL DEFAULT false,
    "ordered_at" TIMESTAMPTZ(3) NOT NULL,
    "processed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3),
    "cancelled_at" TIMESTAMPTZ(3),
    "cancel_reason" TEXT,
    "updated_at" TIMESTAMPTZ(3),
    "tie" BIGINT NOT NULL DEFAULT 0,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "shop_order_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "line_item" (
    "shop_id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "customer_id" TEXT,
    "product_id" TEXT,
    "variant_id" TEXT,
    "title" TEXT,
    "sku" TEXT,
    "quantity" INTEGER NOT NULL,
    "price" DECIMAL(20,4) NOT NULL,
    "discount" DECIMAL(20,4) NOT NULL DEFAULT 0,
    "allocations" JSONB NOT NULL DEFAULT '[]',
    "ordered_at" TIMESTAMPTZ(3) NOT NULL,
    "counts" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "line_item_pkey" PRIMARY KEY ("shop_id","order_id","id")
);

-- CreateTable
CREATE TABLE "refund" (
    "shop_id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "amount" DECIMAL(20,4) NOT NULL,
    "presentment_amount" DECIMAL(20,4) NOT NULL,
    "note" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "lines" JSONB NOT NULL DEFAULT '[]',

    CONSTRAINT "refund_pkey" PRIMARY KEY ("shop_id","order_id","id")
);

-- CreateTable
CREATE TABLE "product" (
    "shop_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "platform_id" TEXT,
    "title" TEXT NOT NULL DEFAULT '',
    "handle" TEXT,
    "vendor" TEXT,
    "product_type" TEXT,
    "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "image_url" TEXT,
    "status" TEXT,
    "updated_at" TIMESTAMPTZ(3),
    "tie" BIGINT NOT NULL DEFAULT 0,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "product_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "segment" (
    "shop_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "origin" TEXT NOT NULL DEFAULT 'merchant',
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "archived_at" TIMESTAMPTZ(3),
    "evaluated_at" TIMESTAMPTZ(3),
    "next_evaluation_at" TIMESTAMPTZ(3),
    "member_count" INTEGER NOT NULL DEFAULT 0,
    "fault" TEXT,

    CONSTRAINT "segment_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "membership" (
    "shop_id" TEXT NOT NULL,
    "segment_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "entered_at" TIMESTAMPTZ(3) NOT NULL,
    "left_at" TIMESTAMPTZ(3),
    "entered_cause" TEXT NOT NULL,
    "left_cause" TEXT,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("shop_id","segment_id","customer_id","entered_at")
);

-- CreateTable
CREATE TABLE "offer" (
    "shop_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "segment_id" TEXT,
    "audience_id" TEXT,
    "settings" JSONB NOT NULL DEFAULT '{}',
    "words" JSONB NOT NULL DEFAULT '{}',
    "placements" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "state" TEXT NOT NULL DEFAULT 'draft',
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3),
    "discount_id" TEXT,
    "published_as" TEXT,
    "fault" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "offer_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "audience" (
    "shop_id" TEXT NOT NULL,
    "segment_id" TEXT NOT NULL,
    "way" TEXT NOT NULL,
    "platform_segment_id" TEXT,
    "customer_ids" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "reason" TEXT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "audience_pkey" PRIMARY KEY ("shop_id","segment_id")
);

-- CreateTable
CREATE TABLE "publication" (
    "shop_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "published" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "dirty_at" TIMESTAMPTZ(3),
    "published_at" TIMESTAMPTZ(3),
    "fault" TEXT,

    CONSTRAINT "publication_pkey" PRIMARY KEY ("shop_id","customer_id")
);

-- CreateTable
CREATE TABLE "survey" (
    "shop_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "handle" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'draft',
    "version" INTEGER NOT NULL DEFAULT 1,
    "placements" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "segment_id" TEXT,
    "questions" JSONB NOT NULL DEFAULT '[]',
    "words" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "survey_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "survey_version" (
    "shop_id" TEXT NOT NULL,
    "survey_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "questions" JSONB NOT NULL,
    "published_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "survey_version_pkey" PRIMARY KEY ("shop_id","survey_id","version")
);

-- CreateTable
CREATE TABLE "survey_response" (
    "shop_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "survey_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "surface" TEXT NOT NULL,
    "locale" TEXT,
    "order_claim" TEXT,
    "order_id" TEXT,
    "customer_id" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "survey_response_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "answer" (
    "shop_id" TEXT NOT NULL,
    "response_id" TEXT NOT NULL,
    "question" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "survey" TEXT NOT NULL,
    "customer_id" TEXT,
    "value_text" TEXT NOT NULL,
    "value_number" DECIMAL(20,4),
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "answer_pkey" PRIMARY KEY ("shop_id","response_id","question","position")
);

-- CreateTable
CREATE TABLE "plugin_state" (
    "shop_id" TEXT NOT NULL,
    "plugin" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "settings" JSONB NOT NULL DEFAULT '{}',
    "failures" INTEGER NOT NULL DEFAULT 0,
    "failed_at" TIMESTAMPTZ(3),
    "fault" TEXT,
    "job_ran_at" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "plugin_state_pkey" PRIMARY KEY ("shop_id","plugin")
);

-- CreateTable
CREATE TABLE "plugin_record" (
    "shop_id" TEXT NOT NULL,
    "plugin" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "customer_id" TEXT,
    "data" JSONB NOT NULL DEFAULT '{}',
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "plugin_record_pkey" PRIMARY KEY ("shop_id","plugin","kind","key")
);

-- CreateIndex
CREATE UNIQUE INDEX "inbox_shop_id_topic_key_key" ON "inbox"("shop_id", "topic", "key");

-- CreateIndex
CREATE INDEX "customer_shop_id_last_order_at_idx" ON "customer"("shop_id", "last_order_at");

-- CreateIndex
CREATE INDEX "customer_shop_id_email_idx" ON "customer"("shop_id", "email");

-- CreateIndex
CREATE INDEX "event_shop_id_customer_id_at_idx" ON "event"("shop_id", "customer_id", "at" DESC);

-- CreateIndex
CREATE INDEX "shop_order_shop_id_customer_id_ordered_at_idx" ON "shop_order"("shop_id", "customer_id", "ordered_at");

-- CreateIndex
CREATE INDEX "shop_order_shop_id_ordered_at_idx" ON "shop_order"("shop_id", "ordered_at");

-- CreateIndex
CREATE INDEX "line_item_shop_id_customer_id_ordered_at_idx" ON "line_item"("shop_id", "customer_id", "ordered_at");

-- CreateIndex
CREATE INDEX "line_item_shop_id_product_id_ordered_at_customer_id_idx" ON "line_item"("shop_id", "product_id", "ordered_at", "customer_id");

-- CreateIndex
CREATE INDEX "membership_shop_id_customer_id_idx" ON "membership"("shop_id", "customer_id");

-- CreateIndex
CREATE INDEX "publication_shop_id_dirty_at_idx" ON "publication"("shop_id", "dirty_at");

-- CreateIndex
CREATE UNIQUE INDEX "survey_shop_id_handle_key" ON "survey"("shop_id", "handle");

-- CreateIndex
CREATE INDEX "survey_response_shop_id_survey_id_started_at_idx" ON "survey_response"("shop_id", "survey_id", "started_at");

-- CreateIndex
CREATE INDEX "survey_response_shop_id_order_claim_idx" ON "survey_response"("shop_id", "order_claim");

-- CreateIndex
CREATE INDEX "answer_shop_id_customer_id_idx" ON "answer"("shop_id", "customer_id");

-- CreateIndex
CREATE INDEX "answer_shop_id_survey_question_idx" ON "answer"("shop_id", "survey", "question");

-- CreateIndex
CREATE INDEX "plugin_record_shop_id_customer_id_idx" ON "plugin_record"("shop_id", "customer_id");

